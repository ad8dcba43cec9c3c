// Reading the target of a request line. What two programs could read in two ways is refused, so that a route and the
// check before it never disagree.
#include <optional>

#include "broker/base/text.h"
#include "broker/net/http.h"

namespace broker::net {
namespace {

constexpr size_t query_pairs_max = 100;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// UTF-8 without NUL or control characters; nothing when the escapes or the bytes are malformed.
std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (size_t place = 0; place < text.size(); ++place) {
    char c = text[place];
    if (c == '%') {
      if (place + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[place + 1]);
      const int low = hex_digit(text[place + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      place += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    result += c;
  }
  if (!base::is_utf8(result)) return std::nullopt;
  return result;
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

std::optional<std::string> parse_path(std::string_view raw) {
  if (!raw.starts_with('/')) return std::nullopt;
  std::string path;
  const auto segments = base::split(raw.substr(1), '/');
  for (size_t place = 0; place < segments.size(); ++place) {
    const bool is_last = place + 1 == segments.size();
    const auto segment = decoded(segments[place], false);
    if (!segment || has_control(*segment) || *segment == "." || *segment == "..") return std::nullopt;
    if (segment->find_first_of("/\\") != std::string::npos) return std::nullopt;
    if (segment->empty() && !is_last) return std::nullopt;
    path += '/';
    path += *segment;
  }
  return path;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  if (target.find('#') != std::string_view::npos) return std::nullopt;
  const size_t question = target.find('?');
  auto path = parse_path(target.substr(0, question));
  if (!path) return std::nullopt;
  Target result{std::move(*path), {}};
  if (question == std::string_view::npos) return result;
  for (const std::string_view pair : base::split(target.substr(question + 1), '&')) {
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals), true);
    auto value =
        equals == std::string_view::npos ? std::optional(std::string()) : decoded(pair.substr(equals + 1), true);
    if (!name || !value || result.query.size() == query_pairs_max) return std::nullopt;
    result.query.emplace_back(std::move(*name), std::move(*value));
  }
  return result;
}

std::string percent_encoded(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (is_unreserved(c)) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += digits[byte >> 4];
      result += digits[byte & 15];
    }
  }
  return result;
}

}  // namespace broker::net
