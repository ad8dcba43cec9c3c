#include "broker/signin/cookies.h"

#include "broker/base/text.h"

namespace broker::signin {
namespace {

constexpr std::string_view attributes = "; Path=/; Secure; HttpOnly; SameSite=Lax";

}  // namespace

std::string cookie_in(const net::Request& request, std::string_view name) {
  std::string found;
  for (const auto& [field, value] : request.headers) {
    if (base::lowered(field) != "cookie") continue;
    for (const std::string_view part : base::split(value, ';')) {
      const std::string_view pair = base::trimmed(part);
      const size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (!found.empty()) return {};
      found = std::string(pair.substr(equals + 1));
    }
  }
  return found;
}

void set_cookie(net::Response& response, std::string_view name, const std::string& value, std::chrono::seconds lasts) {
  response.headers.add("Set-Cookie", std::string(name) + "=" + value + std::string(attributes) +
                                         "; Max-Age=" + std::to_string(lasts.count()));
}

void set_cookie(net::Response& response, std::string_view name, const std::string& value) {
  response.headers.add("Set-Cookie", std::string(name) + "=" + value + std::string(attributes));
}

void clear_cookie(net::Response& response, std::string_view name) {
  set_cookie(response, name, "", std::chrono::seconds(0));
}

}  // namespace broker::signin
