#include "broker/net/gate.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/net/stream.h"

namespace broker::net {
namespace {

constexpr auto tupled = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace

struct Gate::Waiter {
  explicit Waiter(Gate& waited_for) : gate(waited_for), timer(waited_for.executor_) { gate.waiters_.push_back(this); }
  ~Waiter() {
    std::erase(gate.waiters_, this);
    if (has_turn) gate.leave();  // cancelled just after its turn came
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  Gate& gate;
  boost::asio::steady_timer timer;
  bool has_turn = false;
};

Gate::Gate(boost::asio::any_io_executor executor, size_t inside_max)
    : executor_(std::move(executor)), inside_max_(inside_max) {}

awaitable<Gate::Pass> Gate::enter(Deadline deadline) {
  if (inside_ < inside_max_) {
    ++inside_;
    co_return Pass(*this);
  }
  Waiter waiter(*this);
  waiter.timer.expires_at(deadline);
  co_await waiter.timer.async_wait(tupled);
  if (!waiter.has_turn) throw Disconnected(Disconnected::Cause::timed_out, "its turn did not come in time");
  waiter.has_turn = false;
  co_return Pass(*this);
}

// Whoever leaves hands its place to the first that waits.
void Gate::leave() {
  if (waiters_.empty()) {
    --inside_;
    return;
  }
  Waiter* const next = waiters_.front();
  waiters_.pop_front();
  next->has_turn = true;
  next->timer.cancel();
}

}  // namespace broker::net
