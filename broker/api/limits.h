// How much one caller may ask, and when it asks unusually much. Counted in memory, a broker each.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace broker::api {

using Instant = std::chrono::steady_clock::time_point;

// So many requests a second on average; ten seconds' worth may come at once.
class RequestLimit {
 public:
  // 0: no limit.
  explicit RequestLimit(int64_t per_second) : per_second_(per_second) {}
  // Seconds to wait, or 0 when this one is allowed (and counted).
  int take(const std::string& caller, Instant now);

 private:
  struct Bucket {
    double tokens = 0;
    Instant filled;
  };
  int64_t per_second_;
  std::unordered_map<std::string, Bucket> buckets_;
};

// Tells, once an hour, of a caller that reaches more others in an hour than is usual: a council asks its neighbours
// about a child, or all once; a program in the wrong hands asks all about everybody.
class FanOutWatch {
 public:
  // 0: never.
  explicit FanOutWatch(int64_t per_hour) : per_hour_(per_hour) {}
  // Counts; true when this went past what is usual, the first time in the hour.
  bool note(const std::string& caller, int64_t count, Instant now);

 private:
  struct Hour {
    Instant begin;
    int64_t count = 0;
  };
  int64_t per_hour_;
  std::unordered_map<std::string, Hour> hours_;
};

}  // namespace broker::api
