// What the broker does by itself when time has passed: reminders and escalations of enquiries, reminders of removals
// and transfer files, the report that a message was not collected, and who is silent. Each is a command like any other.
#pragma once

#include "broker/delivery/scheduler.h"
#include "broker/store/writer.h"

namespace broker::delivery {

class Clocks {
 public:
  // A message that is not collected within this is reported to its sender.
  static constexpr std::chrono::days collecting_time{5};

  // Makes the scheduler act on them. All references outlive both.
  Clocks(Scheduler& scheduler, postgres::Pool& writer_pool, store::Writer& writer, const base::Clock& clock);
  Clocks(const Clocks&) = delete;
  Clocks& operator=(const Clocks&) = delete;

 private:
  using Rows = std::vector<store::DeadlineRow>;
  boost::asio::awaitable<void> run_enquiries(Rows rows);
  boost::asio::awaitable<void> run_cases(Rows rows);
  boost::asio::awaitable<void> report_uncollected(store::DeadlineRow row);
  boost::asio::awaitable<void> look_who_is_silent(store::DeadlineRow row);
  boost::asio::awaitable<void> submit(store::Write write);

  postgres::Pool& writer_pool_;
  store::Writer& writer_;
  const base::Clock& clock_;
};

}  // namespace broker::delivery
