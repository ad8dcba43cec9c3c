// Points in time and calendar dates as the broker carries them: UTC, microseconds, RFC 3339 text.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace broker::base {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Date = std::chrono::year_month_day;

// Where "now" comes from, so that a test can own it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  Time now() const override;
};

// A clock that stands until it is moved; for tests and the simulation.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void advance(std::chrono::microseconds by) { now_ += by; }
  void set(Time to) { now_ = to; }

 private:
  Time now_;
};

// `2026-11-13T09:30:00.123456Z`.
std::string format_time(Time time);
// Reads RFC 3339 with `Z` or an offset; nothing when it is no such time.
std::optional<Time> parse_time(std::string_view text);

// `2026-11-13`.
std::string format_date(Date date);
// Reads `YYYY-MM-DD`; nothing when it is no calendar date between 1850 and 2200.
std::optional<Date> parse_date(std::string_view text);

// The day it is in England (UK civil time, which is UTC+1 from the last Sunday of March to the last of October, 01:00
// UTC).
Date date_in_england(Time time);
// The moment at which this day begins in England.
Time start_of_day_in_england(Date date);

}  // namespace broker::base
