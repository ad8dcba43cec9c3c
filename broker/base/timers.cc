#include "broker/base/timers.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace broker::base {
namespace {

namespace asio = boost::asio;

class AsioAlarm final : public Alarm {
 public:
  explicit AsioAlarm(const asio::any_io_executor& executor) : timer_(executor) {}

  asio::awaitable<void> wait_until(Instant until) override {
    timer_.expires_at(until);
    boost::system::error_code woken;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  void ring() override { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

}  // namespace

std::unique_ptr<Alarm> AsioTimers::make_alarm() {
  return std::make_unique<AsioAlarm>(executor_);
}

}  // namespace broker::base
