#include "tests/simulation/virtual_time.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace simulation {

namespace asio = boost::asio;

// A timer that never ends by itself; virtual time rings it.
class VirtualAlarm final : public broker::base::Alarm {
 public:
  explicit VirtualAlarm(VirtualTime& time) : time_(time), never_(time.loop().executor()) {}

  asio::awaitable<void> wait_until(broker::base::Instant until) override {
    if (until <= time_.now()) {
      // As a timer that is over: others go first.
      never_.expires_at(asio::steady_timer::time_point::min());
    } else {
      never_.expires_at(asio::steady_timer::time_point::max());
      place_ = {until, ++time_.count_};
      time_.pending_[place_] = this;
    }
    boost::system::error_code woken;
    co_await never_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    time_.pending_.erase(place_);
  }
  void ring() override { never_.cancel(); }

 private:
  VirtualTime& time_;
  asio::steady_timer never_;
  std::pair<broker::base::Instant, uint64_t> place_{};
};

broker::base::Time VirtualTime::WallClock::now() const {
  constexpr std::chrono::sys_days began = std::chrono::year(2026) / 11 / 16;
  return began + std::chrono::hours(9) +
         std::chrono::duration_cast<std::chrono::microseconds>(time_.now_.time_since_epoch());
}

bool VirtualTime::step() {
  loop_.poll();
  if (pending_.empty()) return false;
  const auto next = pending_.begin();
  broker::base::Alarm* alarm = next->second;
  now_ = next->first.first;
  pending_.erase(next);
  alarm->ring();
  loop_.poll();
  return true;
}

std::unique_ptr<broker::base::Alarm> VirtualTimers::make_alarm() {
  return std::make_unique<VirtualAlarm>(time_);
}

}  // namespace simulation
