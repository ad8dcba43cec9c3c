// The calendar that this broker counts by: the built-in one with the term dates that authorities have imported.
#pragma once

#include "broker/domain/imported_terms.h"
#include "broker/postgres/pool.h"

namespace broker::server {

// Lives on the event loop's thread, as all who count do.
class LiveCalendar {
 public:
  // Stays where it is: its value is replaced in place.
  const domain::Calendar& calendar() const { return calendar_; }

  // Another broker may have taken an import. Throws as the pool does.
  boost::asio::awaitable<void> read(postgres::Pool& writer_pool);

 private:
  domain::Calendar calendar_ = domain::built_in_calendar();
  domain::ImportedTerms terms_;  // that it was made with
};

}  // namespace broker::server
