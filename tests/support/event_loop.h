// Runs coroutines from a test's straight-line code, one after the other or many at once.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace support {

class EventLoop {
 public:
  boost::asio::any_io_executor executor() { return context_.get_executor(); }

  // Starts it; it goes on whenever the loop runs.
  template <typename T>
  class Task {
   public:
    bool is_done() const { return outcome_->is_done; }

   private:
    friend class EventLoop;
    struct Outcome {
      bool is_done = false;
      std::exception_ptr error;
      std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value;
    };
    // Owners: this task and the completion handler of its coroutine.
    std::shared_ptr<Outcome> outcome_ = std::make_shared<Outcome>();
  };

  template <typename T>
  Task<T> start(boost::asio::awaitable<T> work) {
    Task<T> task;
    boost::asio::co_spawn(context_, keep(std::move(work), task.outcome_),
                          [outcome = task.outcome_](std::exception_ptr error) {
                            outcome->error = error;
                            outcome->is_done = true;
                          });
    return task;
  }

  // Runs the loop until the task is done; gives its value or throws what it threw.
  template <typename T>
  T finish(Task<T> task) {
    while (!task.is_done()) step();
    if (task.outcome_->error) std::rethrow_exception(task.outcome_->error);
    if constexpr (!std::is_void_v<T>) return std::move(*task.outcome_->value);
  }

  template <typename T>
  T run(boost::asio::awaitable<T> work) {
    return finish(start(std::move(work)));
  }

  // One handler; waits for it.
  void step() {
    context_.restart();
    if (context_.run_one() == 0) throw std::logic_error("the event loop has nothing left to do");
  }
  // Whatever is ready now.
  void poll() {
    context_.restart();
    context_.poll();
  }

 private:
  // Through here, since co_spawn asks values to be default-constructible.
  template <typename T>
  static boost::asio::awaitable<void> keep(boost::asio::awaitable<T> work,
                                           std::shared_ptr<typename Task<T>::Outcome> outcome) {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(work);
    } else {
      T value = co_await std::move(work);
      outcome->value.emplace(std::move(value));
    }
  }

  boost::asio::io_context context_{1};
};

}  // namespace support
