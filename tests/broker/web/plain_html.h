// HTML taken apart into its tags and texts, so that two documents that a browser reads alike compare equal.
#pragma once

#include <string>
#include <string_view>

namespace broker::web {

// One tag or text a line; attributes sorted, spaces between tags dropped, runs of spaces as one.
std::string plain_html(std::string_view html);

}  // namespace broker::web
