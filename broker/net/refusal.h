// The answer that carries a Problem (RFC 9457), for sessions that refuse before a handler runs and for handlers.
#pragma once

#include "broker/base/problem.h"
#include "broker/net/http.h"

namespace broker::net {

// application/problem+json with the problem's status, and Retry-After where it has one. `instance` may be empty.
Response refusal(const base::Problem& problem, const std::string& instance = {});

}  // namespace broker::net
