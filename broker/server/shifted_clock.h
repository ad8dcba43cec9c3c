// The machine's clock, moved by what a file says, so that a sandbox lives through twenty school days in a second. A
// broker takes it over a sandbox's database only.
#pragma once

#include <filesystem>

#include "broker/base/time.h"

namespace broker::server {

class ShiftedClock final : public base::Clock {
 public:
  // The file holds a whole number of seconds, or of days with a `d` behind it (`20d`); it is read again as it changes.
  // With an empty name, or while it can't be read, the clock is the machine's.
  explicit ShiftedClock(std::filesystem::path file) : file_(std::move(file)) {}
  base::Time now() const override;

 private:
  void look() const;

  std::filesystem::path file_;
  base::SystemClock machine_;
  mutable std::chrono::seconds shift_{0};
  mutable std::chrono::steady_clock::time_point looked_;
};

}  // namespace broker::server
