// Writing JSON. The text is the library's own, byte for byte, which looks at each character of a string by itself; here
// runs of plain ones are copied whole, since most of a message is one long text.
#include <array>
#include <charconv>

#include "broker/base/text.h"
#include "broker/message/json.h"
#include "broker/message/plain_text.h"

namespace broker::message {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

// How a byte is written in a string: 0 as it is, 'u' by its number, anything else after a backslash.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (size_t c = 0; c < 0x20; ++c) table.at(c) = 'u';
  table['"'] = '"';
  table['\\'] = '\\';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  return table;
}();

void write(const Json& json, std::string& out);

template <typename Number>
void write_number(Number number, std::string& out) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end.ptr);
}

void write_object(const Json& json, std::string& out) {
  char before = '{';
  for (const auto& [name, value] : json.get_ref<const Json::object_t&>()) {
    out += before;
    append_json_text(out, name);
    out += ':';
    write(value, out);
    before = ',';
  }
  if (before == '{') out += '{';
  out += '}';
}

void write_array(const Json& json, std::string& out) {
  char before = '[';
  for (const Json& item : json.get_ref<const Json::array_t&>()) {
    out += before;
    write(item, out);
    before = ',';
  }
  if (before == '[') out += '[';
  out += ']';
}

void write(const Json& json, std::string& out) {
  switch (json.type()) {
    case Json::value_t::object: return write_object(json, out);
    case Json::value_t::array: return write_array(json, out);
    case Json::value_t::string: return append_json_text(out, json.get_ref<const std::string&>());
    case Json::value_t::boolean: out += json.get<bool>() ? "true" : "false"; return;
    case Json::value_t::number_integer: return write_number(json.get<int64_t>(), out);
    case Json::value_t::number_unsigned: return write_number(json.get<uint64_t>(), out);
    default: out += json.dump();  // null, and doubles, of which there are few
  }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  size_t plain = 0;  // everything before it is written
  bool is_ascii = true;
  for (size_t i = 0; i < text.size(); ++i) {
    // Tried at every eighth byte, so that a text full of other characters costs little more.
    if (i % sizeof(uint64_t) == 0) i = skip_plain(text, i);
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    is_ascii = is_ascii && c < 0x80;
    const char escape = escapes[c];
    if (escape == 0) continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    out += '\\';
    out += escape;
    if (escape != 'u') continue;
    out += "00";
    out += hex_digits[c >> 4];
    out += hex_digits[c & 15];
  }
  out.append(text, plain);
  out += '"';
  // The library throws for text that is none, and says where.
  if (!is_ascii && !base::is_utf8(text)) std::ignore = Json(text).dump();
}

std::string dump(const Json& json) {
  std::string out;
  write(json, out);
  return out;
}

}  // namespace broker::message
