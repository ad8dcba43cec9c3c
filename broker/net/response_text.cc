#include "broker/net/response_text.h"

#include <stdexcept>

#include "broker/base/text.h"

namespace broker::net {
namespace {

void append_field(std::string& text, std::string_view name, std::string_view value) {
  for (const std::string_view part : {name, value}) {
    for (const char c : part) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && c != '\t') || byte == 0x7F)
        throw std::invalid_argument("a header field holds a control character");
    }
  }
  text += name;
  text += ": ";
  text += value;
  text += "\r\n";
}

// RFC 9110 5.6.7, made anew once a second.
const std::string& date_text(std::time_t now) {
  static std::time_t made_for = -1;
  static std::string text;
  if (made_for != now) {
    char buffer[64];
    std::tm parts{};
    gmtime_r(&now, &parts);
    text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    made_for = now;
  }
  return text;
}

}  // namespace

bool has_body(const Response& response, bool is_head) {
  return !is_head && response.status != 101 && response.status != 204 && response.status != 304;
}

std::string header_text(const Response& response, bool keeps_alive, std::time_t now) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " ";
  text += reason_of(response.status);
  text += "\r\n";
  for (const auto& [name, value] : response.headers) append_field(text, name, value);
  append_field(text, "Date", date_text(now));
  const bool is_upgrade = response.status == 101;
  if (!is_upgrade && response.status != 204 && response.status != 304) {
    append_field(text, "Content-Length", std::to_string(response.body.size()));
  }
  append_field(text, "Connection", is_upgrade ? "Upgrade" : keeps_alive ? "keep-alive" : "close");
  text += "\r\n";
  return text;
}

}  // namespace broker::net
