// Small things done to text everywhere: numbers, UTF-8, hexadecimal, base64.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace broker::base {

// Digits only, no sign, no space; nothing for anything else or above 2^63.
std::optional<int64_t> parse_number(std::string_view text);

// Well-formed UTF-8 (RFC 3629: no overlong form, no surrogate) without NUL.
bool is_utf8(std::string_view text);

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

// Standard base64 with padding, and base64url without (RFC 4648).
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
std::optional<std::string> from_base64url(std::string_view text);

std::string_view trimmed(std::string_view text);
std::string lowered(std::string_view text);  // ASCII letters only
std::vector<std::string_view> split(std::string_view text, char separator);

// SHA-256 of the bytes, 32 bytes.
std::string sha256(std::string_view bytes);

// "a,b,c", of texts without a comma.
template <typename List>
std::string joined(const List& list) {
  std::string text;
  for (const std::string& one : list) text += (text.empty() ? "" : ",") + one;
  return text;
}

}  // namespace broker::base
