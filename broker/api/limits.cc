#include "broker/api/limits.h"

#include <algorithm>
#include <cmath>

namespace broker::api {
namespace {

constexpr size_t callers_max = 100'000;
constexpr double burst_seconds = 10;

}  // namespace

int RequestLimit::take(const std::string& caller, Instant now) {
  if (per_second_ <= 0) return 0;
  if (buckets_.size() > callers_max) buckets_.clear();
  const auto rate = static_cast<double>(per_second_);
  const auto [known, is_new] = buckets_.try_emplace(caller, Bucket{rate * burst_seconds, now});
  Bucket& bucket = known->second;
  const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
  bucket.tokens = std::min(rate * burst_seconds, bucket.tokens + rate * seconds);
  bucket.filled = now;
  if (bucket.tokens < 1) return std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / rate)));
  bucket.tokens -= 1;
  return 0;
}

bool FanOutWatch::note(const std::string& caller, int64_t count, Instant now) {
  if (per_hour_ <= 0) return false;
  if (hours_.size() > callers_max) hours_.clear();
  Hour& hour = hours_[caller];
  if (hour.count == 0 || now - hour.begin >= std::chrono::hours(1)) hour = {now, 0};
  const bool was_usual = hour.count <= per_hour_;
  hour.count += count;
  return was_usual && hour.count > per_hour_;
}

}  // namespace broker::api
