#include "broker/net/traceparent.h"

#include <algorithm>

namespace broker::net {
namespace {

// `00-<32 hex>-<16 hex>-<2 hex>`, in lower case, neither id all zeros.
bool is_traceparent(std::string_view text) {
  constexpr std::string_view pattern = "00-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
  const auto fits_at = [](char c, char wanted) {
    return wanted == 'h' ? (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') : c == wanted;
  };
  const bool is_formed =
      text.size() == pattern.size() && std::equal(text.begin(), text.end(), pattern.begin(), fits_at);
  const auto is_nought = [](std::string_view id) { return id.find_first_not_of('0') == std::string_view::npos; };
  return is_formed && !is_nought(text.substr(3, 32)) && !is_nought(text.substr(36, 16));
}

}  // namespace

std::string traceparent_of(const Request& request) {
  const std::string* trace = request.headers.find("traceparent");
  return trace != nullptr && is_traceparent(*trace) ? *trace : std::string();
}

}  // namespace broker::net
