// Which certificates callers have shown, and until when they are worth something. For the operator's page.
#pragma once

#include <string>
#include <vector>

#include "broker/store/read.h"
#include "certs/caller.h"

namespace broker::store {

struct SeenCertificate {
  std::string kind;       // `authority`, `school`, `officer`, `operator`
  std::string authority;  // three digits; empty for an operator
  std::string holder;     // 314, 3144001, the id of an officer, the name of an operator
  std::string fingerprint;
  std::string serial;
  base::Time expires;
  base::Time first_seen;
  base::Time last_seen;
};

// Notes that the caller's certificate was shown now, and forgets those that ran out half a year ago.
boost::asio::awaitable<void> note_certificate(postgres::Pool& writer_pool, certs::Caller caller, base::Time now);

// Of each holder the one that runs out last; those that run out first come first. At most 1,000.
boost::asio::awaitable<std::vector<SeenCertificate>> seen_certificates(postgres::Pool& writer_pool);

}  // namespace broker::store
