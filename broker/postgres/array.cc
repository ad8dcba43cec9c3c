#include "broker/postgres/array.h"

namespace broker::postgres {
namespace {

// Takes one element off the front of `text`; false when it is malformed.
bool take_element(std::string_view& text, std::optional<std::string>& element) {
  std::string value;
  if (!text.starts_with('"')) {
    const size_t end = text.find_first_of(",}");
    if (end == std::string_view::npos || end == 0) return false;
    value = text.substr(0, end);
    text.remove_prefix(end);
    if (value.find_first_of("{\"\\") != std::string::npos) return false;
    element = value == "NULL" ? std::nullopt : std::optional(std::move(value));
    return true;
  }
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\') text.remove_prefix(1);
    if (text.empty()) return false;
    value += text.front();
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  text.remove_prefix(1);
  element = std::move(value);
  return true;
}

}  // namespace

std::optional<std::vector<std::optional<std::string>>> parse_array(std::string_view text) {
  std::vector<std::optional<std::string>> elements;
  if (text == "{}") return elements;
  if (!text.starts_with('{')) return std::nullopt;
  text.remove_prefix(1);
  while (true) {
    if (!take_element(text, elements.emplace_back()) || text.empty()) return std::nullopt;
    const char separator = text.front();
    text.remove_prefix(1);
    if (separator == '}') break;
    if (separator != ',') return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return elements;
}

}  // namespace broker::postgres
