// What the reports count: the register with what the group has agreed, the cases of the return, and how long answers
// took. Grouped in the database, so that a report costs the event loop little.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "broker/domain/register.h"
#include "broker/store/read.h"

namespace broker::store {

// Cases of the viewer that were missing at the end of a day, those with one reason and one first day together.
boost::asio::awaitable<std::vector<domain::MissingCases>> missing_on(postgres::Pool& pool, Viewer viewer,
                                                                     base::Date day);

// Enquiries to or from one authority that were opened on one day and answered for good on another, together.
struct AnsweredEnquiries {
  std::string authority;  // at the other end
  base::Date opened;
  std::optional<base::Date> answered;  // nothing: not yet
  int64_t count = 0;
};
// Opened on `since` or later; those that the viewer sent, or those that it was asked.
boost::asio::awaitable<std::vector<AnsweredEnquiries>> answer_times(postgres::Pool& pool, Viewer viewer, bool is_sent,
                                                                    base::Date since);

// What was agreed last on each case of the viewer.
struct AgreedRating {
  domain::Rating rating = domain::Rating::green;
  std::string officer;
  base::Time agreed;
};
boost::asio::awaitable<std::map<std::string, AgreedRating>> agreed_ratings(postgres::Pool& pool, Viewer viewer);
postgres::Query agree_rating(const std::string& case_id, const std::string& owner, domain::Rating rating,
                             const std::string& officer, base::Time now);

// A month of the register as it stood when it was frozen; "2026-11".
struct FrozenMonth {
  std::string month;
  int64_t red = 0;
  int64_t amber = 0;
  int64_t green = 0;
};
// The latest twelve, the earliest of them first.
boost::asio::awaitable<std::vector<FrozenMonth>> frozen_months(postgres::Pool& pool, Viewer viewer);
// A month is frozen once; again it changes nothing.
postgres::Query freeze_month(const std::string& owner, const FrozenMonth& month, const std::string& officer,
                             base::Time now);

}  // namespace broker::store
