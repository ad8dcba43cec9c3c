#include "broker/server/shifted_clock.h"

#include <fstream>
#include <string>

namespace broker::server {
namespace {

constexpr std::chrono::milliseconds look_pause{20};

}  // namespace

base::Time ShiftedClock::now() const {
  if (file_.empty()) return machine_.now();
  const auto at = std::chrono::steady_clock::now();
  if (at - looked_ >= look_pause) {
    looked_ = at;
    look();
  }
  return machine_.now() + shift_;
}

void ShiftedClock::look() const {
  std::ifstream stream(file_);
  int64_t number = 0;
  if (!(stream >> number)) return;
  const bool is_days = stream.peek() == 'd';
  shift_ = is_days ? std::chrono::days(number) : std::chrono::seconds(number);
}

}  // namespace broker::server
