// What is not kept for ever.
#pragma once

#include <cstdint>

#include "broker/postgres/pool.h"
#include "broker/store/writer.h"

namespace broker::store {

// Answers kept under idempotency keys are forgotten after 7 days. Gives how many were. Needs the writer's pool.
boost::asio::awaitable<int64_t> forget_old_answers(postgres::Pool& writer_pool);

// Cases that were closed or ended are kept for the years that their owner has set (case_retention_years), and then
// forgotten with all that is held of them: enquiries, messages, matches, looks, what callers signed. In their place the
// log has one entry each, `case.deleted`, with which the owner can prove it. A bounded number at once; gives how many
// were. Needs the writer's pool; throws what the writer throws.
boost::asio::awaitable<int64_t> forget_old_cases(postgres::Pool& writer_pool, Writer& writer, base::Time now);

}  // namespace broker::store
