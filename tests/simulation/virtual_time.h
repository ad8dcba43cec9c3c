// Time that stands still while anything is to be done and then jumps to the next alarm. One event loop, one thread and
// one seed: the same seed gives the same run.
#pragma once

#include <map>
#include <stdexcept>
#include <utility>

#include "broker/base/time.h"
#include "broker/base/timers.h"
#include "tests/support/event_loop.h"

namespace simulation {

class VirtualTime {
 public:
  explicit VirtualTime(support::EventLoop& loop) : loop_(loop) {}

  broker::base::Instant now() const { return now_; }
  // The wall clock, which goes as the monotonic one does.
  const broker::base::Clock& clock() const { return clock_; }

  // Does all that can be done now, then jumps to the next alarm. False when there is none: nothing will ever happen.
  bool step();
  // Steps until the task is done. Throws std::logic_error where nothing would ever end it.
  template <typename T>
  T finish(support::EventLoop::Task<T> task) {
    while (!task.is_done()) {
      if (!step() && !task.is_done()) throw std::logic_error("everybody waits for ever");
    }
    return loop_.finish(std::move(task));
  }
  template <typename T>
  T run(boost::asio::awaitable<T> work) {
    return finish(loop_.start(std::move(work)));
  }

  support::EventLoop& loop() { return loop_; }

 private:
  friend class VirtualAlarm;
  class WallClock final : public broker::base::Clock {
   public:
    explicit WallClock(const VirtualTime& time) : time_(time) {}
    broker::base::Time now() const override;

   private:
    const VirtualTime& time_;
  };

  support::EventLoop& loop_;
  broker::base::Instant now_{};
  WallClock clock_{*this};
  uint64_t count_ = 0;
  // By time, then by the order in which they were set.
  std::map<std::pair<broker::base::Instant, uint64_t>, broker::base::Alarm*> pending_;
};

class VirtualTimers final : public broker::base::Timers {
 public:
  explicit VirtualTimers(VirtualTime& time) : time_(time) {}
  broker::base::Instant now() const override { return time_.now(); }
  std::unique_ptr<broker::base::Alarm> make_alarm() override;

 private:
  VirtualTime& time_;
};

}  // namespace simulation
