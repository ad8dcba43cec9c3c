// Lets so many through at once and has the others wait in order. For the steps of TLS handshakes, each of which takes
// about a millisecond of the one thread that answers everybody.
#pragma once

#include <cstddef>
#include <deque>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace broker::net {

class Gate {
 public:
  Gate(boost::asio::any_io_executor executor, size_t inside_max);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // While one lives its holder is inside. The gate must outlive it.
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(&gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_) gate_->leave();
    }

   private:
    Gate* gate_;
  };

  // Throws Disconnected when its turn has not come by the deadline.
  boost::asio::awaitable<Pass> enter(std::chrono::steady_clock::time_point deadline);

  size_t inside() const { return inside_; }
  size_t waiting() const { return waiters_.size(); }

 private:
  struct Waiter;

  void leave();

  boost::asio::any_io_executor executor_;
  size_t inside_max_;
  size_t inside_ = 0;
  std::deque<Waiter*> waiters_;
};

}  // namespace broker::net
