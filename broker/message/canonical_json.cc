#include <algorithm>
#include <charconv>
#include <cmath>

#include "broker/message/canonical.h"
#include "broker/message/json.h"

namespace broker::message {
namespace {

constexpr double whole_max = 9007199254740992.0;  // 2^53: every whole number up to here is a double

// The next UTF-16 code unit of well-formed UTF-8 comes from a lead byte alone, as far as order is concerned: all
// characters above U+FFFF begin with a surrogate, and so stand before U+E000.
int place_of_lead(unsigned char lead) {
  if (lead >= 0xF0) return 0xED * 2 + 1;  // a surrogate: behind U+D7FF (lead ED), before U+E000 (lead EE)
  return lead * 2;
}

// By UTF-16 code units, as the RFC has it: bytes are in that order but for characters above U+FFFF.
bool is_before(const std::string& a, const std::string& b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return x == a.end() && y != b.end();
  const int left = place_of_lead(static_cast<unsigned char>(*x));
  const int right = place_of_lead(static_cast<unsigned char>(*y));
  if (left != right) return left < right;
  return static_cast<unsigned char>(*x) < static_cast<unsigned char>(*y);
}

void append(std::string& out, const Json& json);

void append_object(std::string& out, const Json& json) {
  std::vector<std::pair<const std::string*, const Json*>> members;
  for (const auto& [name, value] : json.items()) members.emplace_back(&name, &value);
  std::ranges::sort(members, [](const auto& a, const auto& b) { return is_before(*a.first, *b.first); });
  out += '{';
  for (const auto& [name, value] : members) {
    if (out.back() != '{') out += ',';
    out += Json(*name).dump();
    out += ':';
    append(out, *value);
  }
  out += '}';
}

void append_number(std::string& out, const Json& json) {
  const auto number = json.get<double>();
  if (json.is_number_integer() && std::abs(number) < whole_max) {
    out += json.dump();
  } else {
    out += canonical_number(number);
  }
}

void append(std::string& out, const Json& json) {
  if (json.is_object()) {
    append_object(out, json);
  } else if (json.is_array()) {
    out += '[';
    for (const Json& one : json) {
      if (&one != &json.front()) out += ',';
      append(out, one);
    }
    out += ']';
  } else if (json.is_number()) {
    append_number(out, json);
  } else {
    out += json.dump();  // the library escapes what the RFC escapes, and in the same way
  }
}

// Deeper ones are refused before the library builds them.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool is_in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_string) {
      if (c == '\\') ++i;
      if (c == '"') is_in_string = false;
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > json_depth_max) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

std::string canonical_of(const Json& json) {
  std::string out;
  append(out, json);
  return out;
}

}  // namespace

std::string canonical_number(double number) {
  if (number == 0) return "0";  // minus nought too
  char digits_and_exponent[32];
  const auto [end, error] = std::to_chars(digits_and_exponent, digits_and_exponent + sizeof(digits_and_exponent),
                                          std::abs(number), std::chars_format::scientific);
  const std::string_view text(digits_and_exponent, end);
  const size_t e = text.find('e');
  std::string digits(text.substr(0, e));
  std::erase(digits, '.');
  const int count = static_cast<int>(digits.size());
  int point = 0;  // where the decimal point stands among the digits
  const std::string_view exponent = text.substr(e + 1);
  std::from_chars(exponent.data() + (exponent.front() == '+' ? 1 : 0), exponent.data() + exponent.size(), point);
  ++point;
  const std::string sign = number < 0 ? "-" : "";
  if (count <= point && point <= 21) return sign + digits + std::string(static_cast<size_t>(point - count), '0');
  if (0 < point && point <= 21) return sign + digits.insert(static_cast<size_t>(point), ".");
  if (-6 < point && point <= 0) return sign + "0." + std::string(static_cast<size_t>(-point), '0') + digits;
  if (count > 1) digits.insert(1, ".");
  return sign + digits + (point > 0 ? "e+" : "e-") + std::to_string(std::abs(point - 1));
}

std::optional<std::string> canonical_json(std::string_view text) {
  if (is_too_deep(text)) return std::nullopt;
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  return canonical_of(json);
}

std::string canonical_without_signature(std::string_view text) {
  if (is_too_deep(text)) return {};
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return {};
  json.erase("signature");
  return canonical_of(json);
}

}  // namespace broker::message
