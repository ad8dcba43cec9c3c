#include "broker/net/late_executor.h"

#include <string>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace broker::net {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class LateExecutorTest : public testing::Test {
 protected:
  void run() { asio::use_service<LateQueue>(loop).run(); }

  asio::io_context loop{1};
  asio::any_io_executor late = LateExecutor(loop);
};

TEST_F(LateExecutorTest, WaitsForAllThatIsReadyInTheLoop) {
  std::vector<std::string> order;
  asio::post(late, [&] {
    order.emplace_back("session 1");
    asio::post(loop, [&] {
      order.emplace_back("writer");
      asio::post(loop, [&] { order.emplace_back("and what follows"); });
    });
  });
  asio::post(late, [&] { order.emplace_back("session 2"); });
  asio::post(late, [&] { loop.stop(); });
  run();
  EXPECT_EQ(order, (std::vector<std::string>{"session 1", "writer", "and what follows", "session 2"}));
}

TEST_F(LateExecutorTest, CarriesACoroutineThroughTimersAndOtherThreads) {
  asio::thread_pool others(1);
  std::vector<std::thread::id> ran_on;
  const auto work = [&]() -> asio::awaitable<void> {
    asio::steady_timer timer(late, 1ms);
    co_await timer.async_wait(asio::use_awaitable);
    ran_on.push_back(std::this_thread::get_id());
    const auto elsewhere = []() -> asio::awaitable<std::thread::id> { co_return std::this_thread::get_id(); };
    const std::thread::id other = co_await asio::co_spawn(others, elsewhere, asio::use_awaitable);
    EXPECT_NE(other, std::this_thread::get_id());
    ran_on.push_back(std::this_thread::get_id());
    loop.stop();
  };
  asio::co_spawn(late, work, asio::detached);
  run();
  EXPECT_EQ(ran_on, (std::vector{std::this_thread::get_id(), std::this_thread::get_id()}));
}

// The loop sleeps when a handler comes from elsewhere.
TEST_F(LateExecutorTest, WakesALoopThatSleeps) {
  std::thread other([&] {
    std::this_thread::sleep_for(20ms);
    asio::post(late, [&] { loop.stop(); });
  });
  run();
  other.join();
  SUCCEED();
}

TEST_F(LateExecutorTest, DropsWhatIsLeftWithTheLoop) {
  const auto held = std::make_shared<int>(1);
  {
    asio::io_context ended{1};
    const LateExecutor executor(ended);
    asio::post(asio::any_io_executor(executor), [held] {});
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace broker::net
