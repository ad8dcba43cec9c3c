// Checks a client certificate that came with a signed message, long after its connection has ended.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "certs/caller.h"

namespace certs {

// The caller of this certificate (DER) where one of the authorities (PEM) issued it for clients and it stood in its
// time at that moment. Whether it was revoked then is not known here: the broker refused it if so.
std::optional<Caller> caller_issued_by(std::string_view der, std::string_view authorities_pem,
                                       std::chrono::sys_seconds at);

}  // namespace certs
