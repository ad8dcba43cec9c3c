#include "broker/base/time.h"

#include <fmt/format.h>

#include "broker/base/text.h"

namespace broker::base {

using namespace std::chrono;

Time SystemClock::now() const {
  return time_point_cast<microseconds>(system_clock::now());
}

namespace {

// So many digits of a number that has no more, without the library's formatting, which takes longer than all the rest
// of a time.
void append_digits(std::string& text, int64_t number, int width) {
  const size_t start = text.size();
  text.append(static_cast<size_t>(width), '0');
  for (size_t place = start + static_cast<size_t>(width); place-- > start; number /= 10) {
    text[place] = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

std::string format_time(Time time) {
  const auto day = floor<days>(time);
  const hh_mm_ss clock(time - day);
  std::string text = format_date(year_month_day(day));
  text.reserve(text.size() + sizeof("T00:00:00.000000Z"));
  text += 'T';
  append_digits(text, clock.hours().count(), 2);
  text += ':';
  append_digits(text, clock.minutes().count(), 2);
  text += ':';
  append_digits(text, clock.seconds().count(), 2);
  text += '.';
  append_digits(text, clock.subseconds().count(), 6);
  text += 'Z';
  return text;
}

std::optional<Time> parse_time(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const auto date = parse_date(text.substr(0, 10));
  const auto hour = parse_number(text.substr(11, 2));
  const auto minute = parse_number(text.substr(14, 2));
  const auto second = parse_number(text.substr(17, 2));
  if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  text.remove_prefix(19);
  microseconds fraction{0};
  if (text.front() == '.') {
    text.remove_prefix(1);
    size_t width = 0;
    int64_t value = 0;
    while (width < text.size() && text[width] >= '0' && text[width] <= '9') {
      if (width < 6) value = value * 10 + (text[width] - '0');
      ++width;
    }
    if (width == 0 || width > 9) return std::nullopt;
    for (size_t i = width; i < 6; ++i) value *= 10;
    fraction = microseconds(value);
    text.remove_prefix(width);
  }
  minutes offset{0};
  if (text != "Z" && text != "z") {
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    const auto hours_off = parse_number(text.substr(1, 2));
    const auto minutes_off = parse_number(text.substr(4, 2));
    if (!hours_off || !minutes_off || *hours_off > 23 || *minutes_off > 59) return std::nullopt;
    offset = hours(*hours_off) + minutes(*minutes_off);
    if (text[0] == '-') offset = -offset;
  }
  return Time(sys_days(*date) + hours(*hour) + minutes(*minute) + seconds(*second) + fraction - offset);
}

std::string format_date(Date date) {
  const int year = static_cast<int>(date.year());
  if (year < 0 || year > 9999) {
    return fmt::format("{:04}-{:02}-{:02}", year, static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
  }
  std::string text;
  append_digits(text, year, 4);
  text += '-';
  append_digits(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  append_digits(text, static_cast<unsigned>(date.day()), 2);
  return text;
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto y = parse_number(text.substr(0, 4));
  const auto m = parse_number(text.substr(5, 2));
  const auto d = parse_number(text.substr(8, 2));
  if (!y || !m || !d || *y < 1850 || *y > 2200) return std::nullopt;
  const Date date{year(static_cast<int>(*y)), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  if (!date.ok()) return std::nullopt;
  return date;
}

Date date_in_england(Time time) {
  const year this_year = year_month_day(floor<days>(time)).year();
  const auto begin = sys_days(this_year / March / Sunday[last]) + hours(1);
  const auto end = sys_days(this_year / October / Sunday[last]) + hours(1);
  const bool is_summer = time >= begin && time < end;
  return Date(floor<days>(is_summer ? time + hours(1) : time));
}

Time start_of_day_in_england(Date date) {
  // The clocks change at 01:00 UTC, so that midnight is either this or an hour earlier.
  const Time midnight = sys_days(date);
  return date_in_england(midnight - hours(1)) == date ? midnight - hours(1) : midnight;
}

}  // namespace broker::base
