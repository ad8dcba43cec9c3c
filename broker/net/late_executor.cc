#include "broker/net/late_executor.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace broker::net {

namespace asio = boost::asio;

asio::execution_context::id LateQueue::id;

LateQueue::LateQueue(asio::execution_context& loop)
    : asio::execution_context::service(loop), loop_(static_cast<asio::io_context&>(loop)) {}

LateQueue::~LateQueue() = default;

void LateQueue::run() {
  const auto work = asio::make_work_guard(loop_);
  while (!loop_.stopped()) {
    loop_.poll();
    if (const std::unique_ptr<Item> item = take()) {
      item->run();
    } else {
      loop_.run_one();
    }
  }
}

// The first of a queue that was empty wakes the loop, which may sleep.
void LateQueue::put(std::unique_ptr<Item> item) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = items_.empty();
    items_.push_back(std::move(item));
  }
  if (was_empty) asio::post(loop_, [] {});
}

std::unique_ptr<LateQueue::Item> LateQueue::take() {
  const std::lock_guard lock(mutex_);
  if (items_.empty()) return nullptr;
  std::unique_ptr<Item> item = std::move(items_.front());
  items_.pop_front();
  return item;
}

// What a handler owns may push another as it goes.
void LateQueue::shutdown() {
  while (take()) {
  }
}

}  // namespace broker::net
