// Acts on deadlines when they have come, whichever broker is there to do it. The rows are taken with `skip locked`, so
// that several brokers share the work; an action changes or drops its row in the transaction that does what it is for,
// and looks there whether the row still stands: it fires once, also after a crash, a kill or a long downtime.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "broker/base/metrics.h"
#include "broker/store/deadlines.h"

namespace broker::delivery {

class Scheduler {
 public:
  static constexpr int64_t rows_max = 100;  // taken at once
  // After which another broker may take what this one has not finished.
  static constexpr std::chrono::seconds lease_default{10};

  // Acts on rows of one kind that are due.
  using Action = std::function<boost::asio::awaitable<void>(std::vector<store::DeadlineRow>)>;

  // All references outlive it. `clock` is what deadlines are compared with; an action is done well within `lease`.
  Scheduler(boost::asio::any_io_executor executor, postgres::Pool& writer_pool, const base::Clock& clock,
            base::Metrics& metrics, std::chrono::seconds lease = lease_default);

  // Before run(). Rows of other kinds are left to others.
  void on(const std::string& kind, Action action);

  // Looks every second until stop().
  boost::asio::awaitable<void> run();
  // Acts on what is due now, at most rows_max; gives how many rows it took.
  boost::asio::awaitable<size_t> act_once();
  void stop();

 private:
  boost::asio::awaitable<void> act(const Action& action, std::vector<store::DeadlineRow> rows);

  postgres::Pool& writer_pool_;
  const base::Clock& clock_;
  base::Metrics& metrics_;
  boost::asio::steady_timer timer_;
  std::chrono::seconds lease_;
  std::vector<std::string> kinds_;
  std::map<std::string, Action> actions_;
  bool is_stopped_ = false;
};

}  // namespace broker::delivery
