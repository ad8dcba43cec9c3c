// Ends a notice when the last day on which its family was expected has passed: it was met, or its sender is told which
// children did not arrive. They are looked for all the same: a child that comes late is found.
#pragma once

#include "broker/delivery/scheduler.h"
#include "broker/store/writer.h"

namespace broker::delivery {

// The moment of the deadline `notice` of a family that was expected until this day.
base::Time end_of_notice(base::Date expected_until);

class NoticeClock {
 public:
  // Makes the scheduler act on it. All references outlive both.
  NoticeClock(Scheduler& scheduler, postgres::Pool& writer_pool, store::Writer& writer);
  NoticeClock(const NoticeClock&) = delete;
  NoticeClock& operator=(const NoticeClock&) = delete;

 private:
  boost::asio::awaitable<void> end_notices(std::vector<store::DeadlineRow> rows);
  boost::asio::awaitable<void> end_one(store::DeadlineRow row);

  postgres::Pool& writer_pool_;
  store::Writer& writer_;
};

}  // namespace broker::delivery
