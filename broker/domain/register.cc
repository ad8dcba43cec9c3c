#include "broker/domain/register.h"

#include <algorithm>
#include <array>

#include "broker/base/text.h"

namespace broker::domain {
namespace {

constexpr int red_days = 20;
constexpr int amber_days = 10;

// The Department's list for the return of children missing education, autumn 2025.
constexpr std::array<std::string_view, 20> reasons = {"Believed to have moved to another country",
                                                      "Believed to have moved to another local authority",
                                                      "Challenging school attendance order",
                                                      "Did not apply for school place at compulsory school age",
                                                      "Did not get school preference",
                                                      "Difficulty accessing suitable school place",
                                                      "Mental health",
                                                      "Moved in from another country",
                                                      "Moved in from another local authority",
                                                      "Not recorded",
                                                      "Offered school place but not yet accepted",
                                                      "Other",
                                                      "Parental decision not to register at school",
                                                      "Physical health",
                                                      "School application awaiting outcome",
                                                      "School dissatisfaction SEND",
                                                      "School dissatisfaction general",
                                                      "Unknown",
                                                      "Unsuitable elective home education",
                                                      "Waiting school start"};

constexpr std::array<std::string_view, 8> bands = {"Less than 2 weeks",  "2 to 4 weeks",   "4 to 8 weeks",
                                                   "8 to 12 weeks",      "12 to 26 weeks", "26 to 52 weeks",
                                                   "More than 52 weeks", "Unknown"};
// The weeks at which each band but the last two ends.
constexpr std::array<int, 6> weeks = {2, 4, 8, 12, 26, 52};

}  // namespace

Rating proposed_rating(const Case& record, std::optional<int> days, base::Date today) {
  if (record.status == CaseStatus::located) return blockers_of(record, today).empty() ? Rating::green : Rating::amber;
  if (record.priority != Priority::routine || days.value_or(0) >= red_days) return Rating::red;
  if (!days || *days >= amber_days) return Rating::amber;
  return Rating::green;
}

std::span<const std::string_view> return_reasons() {
  return reasons;
}

std::string_view return_reason(const std::string& words) {
  const std::string wanted = base::lowered(base::trimmed(words));
  if (wanted.empty()) return "Not recorded";
  for (const std::string_view reason : reasons) {
    if (base::lowered(reason) == wanted) return reason;
  }
  return "Other";
}

std::span<const std::string_view> duration_bands() {
  return bands;
}

std::string_view duration_band(std::optional<base::Date> missing_since, base::Date today) {
  if (!missing_since) return bands.back();
  const auto days = (std::chrono::sys_days(today) - std::chrono::sys_days(*missing_since)).count();
  for (size_t i = 0; i < weeks.size(); ++i) {
    // Fifty-two weeks to the day are not more than that.
    const bool is_last = i + 1 == weeks.size();
    if (days < weeks[i] * 7 || (is_last && days == weeks[i] * 7)) return bands[i];
  }
  return bands[weeks.size()];
}

ReturnCounts count_return(std::span<const MissingCases> missing, base::Date day) {
  ReturnCounts counts;
  for (const MissingCases& one : missing) {
    counts[return_reason(one.reason)][duration_band(one.missing_since, day)] += one.count;
  }
  return counts;
}

AnswerTimes times_of(std::vector<int> days) {
  if (days.empty()) return {};
  std::sort(days.begin(), days.end());
  // The smallest number of days within which so large a part of all lies.
  const auto within = [&days](size_t tenths) { return days[(days.size() * tenths + 9) / 10 - 1]; };
  return {static_cast<int64_t>(days.size()), within(5), within(9)};
}

}  // namespace broker::domain
