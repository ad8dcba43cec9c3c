// The stylesheet, the script and the mark that come with every page, compiled in. Their addresses carry their digest,
// so that a browser may keep them for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/net/http.h"

namespace broker::web {

// `/assets/app.1f2e3d4c.css` for "app.css". The name has to exist.
const std::string& asset_address(std::string_view name);

// The answer to a request below /assets/; nothing when there is no such file.
std::optional<net::Response> asset_response(const net::Request& request);

}  // namespace broker::web
