// The trace that a request belongs to, as its sender says (W3C Trace Context). Used by the sessions and the API for the
// log, and by the API for the messages that a call makes.
#pragma once

#include <string>

#include "broker/net/http.h"

namespace broker::net {

// Of version 00; empty when there is none, or one that is malformed, which is as if there were none.
std::string traceparent_of(const Request& request);

}  // namespace broker::net
