// The monotonic clock that leases and pauses run on, and waiting on it, so that the simulation can own both. Used by
// the workers of delivery and matching; the wall clock of `time.h` never ends a lease.
#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace broker::base {

using Instant = std::chrono::steady_clock::time_point;

// One waits on it at a time.
class Alarm {
 public:
  virtual ~Alarm() = default;
  // Returns at `until`, or as soon as it is rung. Ringing an alarm on which nobody waits has no effect.
  virtual boost::asio::awaitable<void> wait_until(Instant until) = 0;
  virtual void ring() = 0;
};

class Timers {
 public:
  virtual ~Timers() = default;
  virtual Instant now() const = 0;
  virtual std::unique_ptr<Alarm> make_alarm() = 0;
};

// The machine's monotonic clock on an event loop.
class AsioTimers final : public Timers {
 public:
  explicit AsioTimers(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Instant now() const override { return std::chrono::steady_clock::now(); }
  std::unique_ptr<Alarm> make_alarm() override;

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace broker::base
