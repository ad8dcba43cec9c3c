#include "matcher/pupil_record.h"

#include <array>
#include <cstdio>

namespace matcher {
namespace {

int days_in_month(int year, int month) {
  static constexpr std::array<int, 13> days = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && is_leap ? 29 : days.at(static_cast<size_t>(month));
}

// The digits as a number, nothing when one of them is no digit or there are not exactly `width`.
std::optional<int> parse_digits(std::string_view text, size_t width) {
  if (text.size() != width) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<PartialDate> checked(std::optional<int> year, std::optional<int> month, std::optional<int> day) {
  if (!year || !month || !day || *year < 1850 || *year > 2200) return std::nullopt;
  if (*month < 1 || *month > 12 || *day < 1 || *day > days_in_month(*year, *month)) return std::nullopt;
  return PartialDate{*year, *month, *day};
}

}  // namespace

std::string PartialDate::text() const {
  if (year == 0) return {};
  std::array<char, 40> buffer{};
  if (month == 0) {
    std::snprintf(buffer.data(), buffer.size(), "%04d", year);
  } else if (day == 0) {
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02d", year, month);
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d", year, month, day);
  }
  return buffer.data();
}

std::optional<PartialDate> parse_partial_date(std::string_view text) {
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    return checked(parse_digits(text.substr(0, 4), 4), parse_digits(text.substr(5, 2), 2),
                   parse_digits(text.substr(8, 2), 2));
  }
  if (text.size() == 10 && text[2] == '/' && text[5] == '/') {
    return checked(parse_digits(text.substr(6, 4), 4), parse_digits(text.substr(3, 2), 2),
                   parse_digits(text.substr(0, 2), 2));
  }
  if (text.size() == 7 && text[4] == '-') {
    auto date = checked(parse_digits(text.substr(0, 4), 4), parse_digits(text.substr(5, 2), 2), 1);
    if (date) date->day = 0;
    return date;
  }
  if (text.size() == 4) {
    auto date = checked(parse_digits(text, 4), 1, 1);
    if (date) *date = PartialDate{date->year, 0, 0};
    return date;
  }
  return std::nullopt;
}

}  // namespace matcher
