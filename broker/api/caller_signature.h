// What a caller signed itself, with the key of the certificate that it shows. Used by the table of routes.
#pragma once

#include <optional>

#include "broker/api/call.h"

namespace broker::api {

// Verifies the header Waymark-Signature of a write, where there is one, over the canonical form of the body, and notes
// it in the call. The refusal when it does not fit.
std::optional<base::Problem> read_signature(Services& services, Call& call);

}  // namespace broker::api
