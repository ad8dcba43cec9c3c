// What can wait on an event loop behind what all others wait for: sessions with clients run late, so that the writer,
// whose batch everybody waits for, goes on as soon as the database has answered.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/execution.hpp>
#include <boost/asio/io_context.hpp>

namespace broker::net {

// The late handlers of an event loop; lives as long as the loop.
class LateQueue : public boost::asio::execution_context::service {
 public:
  using key_type = LateQueue;
  static boost::asio::execution_context::id id;

  explicit LateQueue(boost::asio::execution_context& loop);
  ~LateQueue() override;

  // Runs the loop until it is stopped, on one thread; before each late handler all that is ready in the loop.
  void run();

  // From any thread.
  template <typename Handler>
  void push(Handler handler) {
    put(std::make_unique<ItemOf<Handler>>(std::move(handler)));
  }

  boost::asio::io_context& loop() const { return loop_; }

 private:
  struct Item {
    virtual ~Item() = default;
    virtual void run() = 0;
  };
  template <typename Handler>
  struct ItemOf : Item {
    explicit ItemOf(Handler what) : handler(std::move(what)) {}
    void run() override { std::move(handler)(); }
    Handler handler;
  };

  void put(std::unique_ptr<Item> item);
  std::unique_ptr<Item> take();
  void shutdown() override;

  boost::asio::io_context& loop_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Item>> items_;
};

// Puts handlers at the end of the late queue of a loop.
class LateExecutor {
 public:
  explicit LateExecutor(boost::asio::io_context& loop) : queue_(&boost::asio::use_service<LateQueue>(loop)) {}

  boost::asio::io_context& query(boost::asio::execution::context_t) const noexcept { return queue_->loop(); }
  static constexpr boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) noexcept {
    return boost::asio::execution::blocking.never;
  }
  template <typename Handler>
  void execute(Handler handler) const {
    queue_->push(std::move(handler));
  }
  bool operator==(const LateExecutor&) const noexcept = default;

 private:
  LateQueue* queue_;
};

}  // namespace broker::net
