// The term dates that authorities have imported, as they came. Read by the broker, which counts by them, and by the
// pages that show what has changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/domain/imported_terms.h"
#include "broker/store/read.h"

namespace broker::store {

struct TermsImport {
  std::string terms;
  std::string officer;
  base::Time imported;
};
// Those of the viewer's authority, the first of them first; at most the latest `terms_max`.
constexpr int64_t terms_max = 20;
boost::asio::awaitable<std::vector<TermsImport>> imports_of_terms(postgres::Pool& pool, Viewer viewer);
// Also asks for the days of that calendar to be counted again, as a deadline `calendar` that is due at once: its
// subject is what read_change takes. `authority` is its code, or domain::bank_holidays_calendar.
postgres::Query import_terms(const std::string& authority, const std::string& terms, const std::string& officer,
                             base::Time now);

// What is in force, of every authority. Needs the writer's pool.
boost::asio::awaitable<domain::ImportedTerms> terms_in_force(postgres::Pool& writer_pool);

// One import, beside what was in force before it. Needs the writer's pool.
struct TermsChange {
  std::string calendar;
  domain::ImportedTerms before;  // as in_force, but for this calendar
  domain::ImportedTerms after;
  domain::ImportedTerms in_force;  // now, of every calendar: there may be later imports
};
boost::asio::awaitable<std::optional<TermsChange>> read_change(postgres::Pool& writer_pool, std::string subject);

// Cases after this one, by their ids, with days that are still to come and are counted by the calendar; and their open
// enquiries. Needs the writer's pool.
struct CountedCases {
  std::vector<std::string> cases;
  std::vector<std::string> enquiries;
};
boost::asio::awaitable<CountedCases> cases_counted_by(postgres::Pool& writer_pool, std::string calendar, Page page);

}  // namespace broker::store
