// The reports, as the API and the pages show them: the register with its ratings, the return, and answer times.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/api/call.h"
#include "broker/store/reports.h"

namespace broker::api {

struct RegisterEntry {
  domain::Case record;
  std::optional<int> days;  // missed, as the clocks count them; nothing where they can't be counted
  bool is_school_days = false;
  domain::Rating proposed = domain::Rating::green;
  std::optional<store::AgreedRating> agreed;

  // What the group agreed; until it has met on the case, what the facts propose.
  domain::Rating rating() const { return agreed ? agreed->rating : proposed; }
  bool is_change() const { return !agreed || agreed->rating != proposed; }
};

// Open and located cases of the viewer, longest missing first, at most `register_max`. They are children: who shows
// them records the look.
constexpr size_t register_max = 5000;
boost::asio::awaitable<std::vector<RegisterEntry>> register_of(Services& services, store::Viewer viewer);

store::FrozenMonth count_ratings(const std::vector<RegisterEntry>& entries, const std::string& month);

// Open cases by the days reached: "0 to 5", "6 to 10", ..., "over 40", "not known".
std::vector<std::pair<std::string, int64_t>> days_reached(const std::vector<RegisterEntry>& entries);

// How long one authority takes to answer for good, in working days.
struct AuthorityTimes {
  std::string authority;
  domain::AnswerTimes times;
  int64_t unanswered = 0;
};
// By authority, the slowest middle first.
std::vector<AuthorityTimes> times_by_authority(const domain::Calendar& calendar,
                                               const std::vector<store::AnsweredEnquiries>& enquiries);
// Answer times count enquiries of the last year.
base::Date answers_since(base::Date today);

std::string register_csv(const std::vector<RegisterEntry>& entries);
std::string return_csv(const domain::ReturnCounts& counts);
std::string performance_csv(const std::vector<AuthorityTimes>& sent, const std::vector<AuthorityTimes>& received);

Reply get_register(Services& services, Call call);
Reply get_return(Services& services, Call call);
Reply get_performance(Services& services, Call call);

}  // namespace broker::api
