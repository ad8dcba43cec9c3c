#include "broker/net/url.h"

#include "broker/base/text.h"

namespace broker::net {
namespace {

constexpr uint16_t port_https = 443;
constexpr uint16_t port_http = 80;
constexpr int64_t port_max = 65535;
constexpr std::string_view host_characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
constexpr std::string_view ipv6_characters = "0123456789abcdefABCDEF:.";

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string Url::authority() const {
  const bool is_default = port == (is_tls ? port_https : port_http);
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return is_default ? name : name + ":" + std::to_string(port);
}

std::optional<Url> parse_url(const std::string& text) {
  Url url;
  std::string_view rest = text;
  if (take_prefix(rest, "http://")) {
    url.is_tls = false;
    url.port = port_http;
  } else if (!take_prefix(rest, "https://")) {
    return std::nullopt;
  }
  std::string_view authority = rest.substr(0, rest.find('/'));
  url.path = rest.substr(authority.size());
  while (url.path.ends_with('/')) url.path.pop_back();
  if (url.path.find_first_of("?# \r\n") != std::string::npos) return std::nullopt;
  const bool is_ipv6 = take_prefix(authority, "[");
  const size_t end = is_ipv6 ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  url.host = authority.substr(0, end);
  if (url.host.find_first_not_of(is_ipv6 ? ipv6_characters : host_characters) != std::string::npos) return std::nullopt;
  authority.remove_prefix(end + (is_ipv6 ? 1 : 0));
  if (authority.empty()) return url;
  const auto port = authority.front() == ':' ? base::parse_number(authority.substr(1)) : std::nullopt;
  if (!port || *port == 0 || *port > port_max) return std::nullopt;
  url.port = static_cast<uint16_t>(*port);
  return url;
}

}  // namespace broker::net
