// Signed heads of the audit log: made from its edge, kept at an interval, and shown to everybody.
#pragma once

#include "broker/audit/head.h"
#include "broker/store/audit_log.h"

namespace broker::store {

// The head of the log as it stands. Any viewer will do: the tree is shown to all.
boost::asio::awaitable<audit::SignedHead> sign_log_head(postgres::Pool& pool, Viewer viewer,
                                                        const audit::SigningKey& key, base::Time now);

// Keeps it unless one of this size is kept already. Needs the writer's pool.
boost::asio::awaitable<void> keep_head(postgres::Pool& writer_pool, audit::SignedHead head);

// The smallest first; `after` is a size.
boost::asio::awaitable<Listed<audit::SignedHead>> list_heads(postgres::Pool& pool, Viewer viewer, Page page);

}  // namespace broker::store
