#include "broker/postgres/binary_array.h"

#include <concepts>
#include <cstdint>
#include <string_view>

#include "broker/postgres/errors.h"

namespace broker::postgres {
namespace {

// Types of elements, by their numbers in pg_type.
constexpr uint32_t boolean_type = 16;
constexpr uint32_t bytea_type = 17;
constexpr uint32_t bigint_type = 20;
constexpr uint32_t text_type = 25;
constexpr uint32_t date_type = 1082;
constexpr uint32_t timestamptz_type = 1184;
constexpr uint32_t uuid_type = 2950;

constexpr size_t header_bytes = 20;
constexpr uint32_t null_length = 0xFFFFFFFF;
constexpr size_t id_text_bytes = 36;
// PostgreSQL counts times and dates from here.
constexpr base::Date epoch{std::chrono::year(2000), std::chrono::January, std::chrono::day(1)};

template <std::unsigned_integral Number>
void append_big_endian(std::string& out, Number number) {
  for (int shift = 8 * (static_cast<int>(sizeof(Number)) - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift & 0xFF);
  }
}

// An array of one dimension; its elements follow, each behind its length.
std::string array_of(uint32_t type, size_t count, size_t element_bytes, bool has_null = false) {
  std::string array;
  array.reserve(header_bytes + count * sizeof(uint32_t) + element_bytes);
  append_big_endian<uint32_t>(array, count == 0 ? 0 : 1);  // dimensions
  append_big_endian<uint32_t>(array, has_null ? 1 : 0);
  append_big_endian(array, type);
  if (count == 0) return array;
  append_big_endian(array, static_cast<uint32_t>(count));
  append_big_endian<uint32_t>(array, 1);  // the first has this number
  return array;
}

void append_element(std::string& array, std::string_view bytes) {
  append_big_endian(array, static_cast<uint32_t>(bytes.size()));
  array += bytes;
}

template <std::signed_integral Number>
void append_number(std::string& array, Number number) {
  append_big_endian(array, static_cast<uint32_t>(sizeof(Number)));
  append_big_endian(array, static_cast<std::make_unsigned_t<Number>>(number));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The sixteen bytes of 8-4-4-4-12 hexadecimal digits.
void append_id(std::string& array, std::string_view id) {
  const size_t end = array.size() + sizeof(uint32_t) + 16;
  append_big_endian<uint32_t>(array, 16);
  for (size_t i = 0; id.size() == id_text_bytes && i < id.size(); i += 2) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (id[i] != '-') break;
      ++i;
    }
    const int high = hex_value(id[i]);
    const int low = hex_value(id[i + 1]);
    if (high < 0 || low < 0) break;
    array += static_cast<char>(high << 4 | low);
  }
  // Without its value: an id may have come from outside.
  if (array.size() != end) throw DatabaseError("22P02", "a parameter is no id");
}

}  // namespace

Bytes text_array(const std::vector<std::string>& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) {
    if (text.find('\0') != std::string::npos) throw DatabaseError("22021", "a text parameter holds NUL");
    bytes += text.size();
  }
  std::string array = array_of(text_type, texts.size(), bytes);
  for (const std::string& text : texts) append_element(array, text);
  return {std::move(array)};
}

Bytes id_array(const std::vector<std::string>& ids) {
  bool has_null = false;
  for (const std::string& id : ids) has_null = has_null || id.empty();
  std::string array = array_of(uuid_type, ids.size(), ids.size() * 16, has_null);
  for (const std::string& id : ids) {
    if (id.empty()) {
      append_big_endian(array, null_length);
    } else {
      append_id(array, id);
    }
  }
  return {std::move(array)};
}

Bytes bytes_array(const std::vector<Bytes>& values) {
  size_t bytes = 0;
  for (const Bytes& value : values) bytes += value.value.size();
  std::string array = array_of(bytea_type, values.size(), bytes);
  for (const Bytes& value : values) append_element(array, value.value);
  return {std::move(array)};
}

Bytes number_array(const std::vector<int64_t>& numbers) {
  std::string array = array_of(bigint_type, numbers.size(), numbers.size() * sizeof(int64_t));
  for (const int64_t number : numbers) append_number(array, number);
  return {std::move(array)};
}

Bytes boolean_array(const std::vector<bool>& values) {
  std::string array = array_of(boolean_type, values.size(), values.size());
  for (const bool value : values) append_element(array, std::string_view(value ? "\1" : "\0", 1));
  return {std::move(array)};
}

Bytes time_array(const std::vector<base::Time>& times) {
  std::string array = array_of(timestamptz_type, times.size(), times.size() * sizeof(int64_t));
  const base::Time start{std::chrono::sys_days(epoch)};
  for (const base::Time time : times) append_number(array, static_cast<int64_t>((time - start).count()));
  return {std::move(array)};
}

Bytes date_array(const std::vector<base::Date>& dates) {
  std::string array = array_of(date_type, dates.size(), dates.size() * sizeof(int32_t));
  for (const base::Date date : dates) {
    const auto days = std::chrono::sys_days(date) - std::chrono::sys_days(epoch);
    append_number(array, static_cast<int32_t>(days.count()));
  }
  return {std::move(array)};
}

}  // namespace broker::postgres
