// The bodies of the calls on transfer files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/base/result.h"

namespace broker::message {

// Nothing for an empty body or an empty object.
std::optional<base::Problem> decode_empty(std::string_view body);

// `{"note": "..."}`, or no body at all.
base::Result<std::string> decode_receipt_note(std::string_view body);

}  // namespace broker::message
