// The invented officers of a sandbox, entered into its directory as an operator would do it. Used by the sandbox alone.
#pragma once

#include <string>
#include <vector>

#include "broker/client/sandbox_credentials.h"

namespace broker::client {

// Enters who is missing. What was changed since stays. Throws std::runtime_error when the broker refuses.
void enter_people(const std::string& api_url, const SandboxCredentials& credentials);

}  // namespace broker::client
