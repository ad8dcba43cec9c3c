#include "broker/server/live_calendar.h"

#include <utility>

#include "broker/base/log.h"
#include "broker/store/terms.h"

namespace broker::server {

boost::asio::awaitable<void> LiveCalendar::read(postgres::Pool& writer_pool) {
  domain::ImportedTerms now = co_await store::terms_in_force(writer_pool);
  if (now == terms_) co_return;
  auto made = domain::calendar_with(now);
  if (!made) {
    // Another version of us took the file. What was in force stays.
    base::log_error("imported term dates can't be read", {{"error", made.error().detail}});
    co_return;
  }
  calendar_ = std::move(*made);
  terms_ = std::move(now);
  base::log_info("term dates were read", {{"authorities", terms_.size()}});
}

}  // namespace broker::server
