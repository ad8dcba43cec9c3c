// Counts all days that are still to come again when a calendar has changed. The import leaves a deadline, so that it
// happens once whatever stops meanwhile; how far it has come stands in that row, written with what was moved.
#pragma once

#include <functional>

#include "broker/delivery/scheduler.h"
#include "broker/store/writer.h"

namespace broker::delivery {

class Recount {
 public:
  // Another broker may count by the old calendar for so long. Enquiries are counted a second time after it, which moves
  // those that it has sent meanwhile.
  static constexpr std::chrono::minutes again_after{2};

  // Has this broker count by what is in force now.
  using FollowCalendar = std::function<boost::asio::awaitable<void>()>;

  // Makes the scheduler act on it. All references outlive both.
  Recount(Scheduler& scheduler, postgres::Pool& writer_pool, store::Writer& writer, const base::Clock& clock,
          FollowCalendar follow_calendar);
  Recount(const Recount&) = delete;
  Recount& operator=(const Recount&) = delete;

 private:
  boost::asio::awaitable<void> count(std::vector<store::DeadlineRow> rows);
  boost::asio::awaitable<void> count_one(store::DeadlineRow row);

  postgres::Pool& writer_pool_;
  store::Writer& writer_;
  const base::Clock& clock_;
  FollowCalendar follow_calendar_;
};

}  // namespace broker::delivery
