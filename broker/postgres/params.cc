#include "broker/postgres/params.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "broker/base/text.h"
#include "broker/postgres/binary_array.h"
#include "broker/postgres/errors.h"

namespace broker::postgres {
namespace {

void refuse_nul(std::string_view text) {
  // libpq takes text up to the first NUL, so the rest would be lost without a word.
  if (text.find('\0') != std::string_view::npos) throw DatabaseError("22021", "a text parameter holds NUL");
}

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  char buffer[std::numeric_limits<double>::max_digits10 + 16];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number);
  return std::string(buffer, end.ptr);
}

}  // namespace

void Params::add(std::string text) {
  refuse_nul(text);
  add_plain(std::move(text));
}

void Params::add(Bytes bytes) {
  values_.push_back({std::move(bytes.value), false, true});
}

void Params::add(const LongTexts& texts) {
  add(text_array(texts.values));
}

void Params::add(const std::vector<Bytes>& elements) {
  add(bytes_array(elements));
}

void Params::add(base::Time time) {
  add_plain(base::format_time(time));
}

void Params::add(base::Date date) {
  add_plain(base::format_date(date));
}

void Params::add(std::nullopt_t) {
  values_.push_back({{}, true, false});
}

void Params::add(double number) {
  add_plain(number_text(number));
}

size_t Params::bytes() const {
  size_t sum = 0;
  for (const Value& value : values_) sum += value.bytes.size();
  return sum;
}

// Always quoted, so that an empty text, NULL, commas, braces and blanks stay what they are.
void Params::append(std::string& literal, const std::string& text) {
  refuse_nul(text);
  literal.reserve(literal.size() + text.size() + 2);
  literal += '"';
  size_t plain = 0;  // everything before it is written
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '"' && text[i] != '\\') continue;
    literal.append(text, plain, i - plain);
    literal += '\\';
    plain = i;
  }
  literal.append(text, plain);
  literal += '"';
}

void Params::append(std::string& literal, base::Time time) {
  literal += base::format_time(time);
}

void Params::append(std::string& literal, base::Date date) {
  literal += base::format_date(date);
}

void Params::append(std::string& literal, double number) {
  literal += number_text(number);
}

}  // namespace broker::postgres
