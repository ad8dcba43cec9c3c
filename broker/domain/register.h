// The register of children missing education: how a case is rated for the group that meets on it, and the reasons and
// duration bands of the Department for Education's return. Pure functions over cases, used by the reports.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/domain/case.h"

namespace broker::domain {

enum class Rating { green, amber, red };

// What the facts propose; the group agrees or decides otherwise. `days` are the school days missed, nothing where they
// can't be counted. Red: not located, and urgent or missing for 20 days. Amber: not located for 10 days or for a number
// that can't be counted, or located and not yet able to close. Green: the rest.
Rating proposed_rating(const Case& record, std::optional<int> days, base::Date today);

// The 20 reasons of the return, in its words.
std::span<const std::string_view> return_reasons();
// The reason of the return that a case's own words are, whatever their case; Not recorded where there are none, and
// Other where they are in no list.
std::string_view return_reason(const std::string& words);

// The 8 bands of the return: "Less than 2 weeks" to "More than 52 weeks", and "Unknown" for a case without a first day.
std::span<const std::string_view> duration_bands();
std::string_view duration_band(std::optional<base::Date> missing_since, base::Date today);

// Cases with the same words and the same first day.
struct MissingCases {
  std::string reason;
  std::optional<base::Date> missing_since;
  int64_t count = 0;
};
// By reason and band, as of a day.
using ReturnCounts = std::map<std::string_view, std::map<std::string_view, int64_t>>;
ReturnCounts count_return(std::span<const MissingCases> missing, base::Date day);

// Of working days to an answer: how many, the middle one, and the one within which nine in ten lie.
struct AnswerTimes {
  int64_t count = 0;
  int middle = 0;
  int nine_in_ten = 0;
};
AnswerTimes times_of(std::vector<int> days);

template <>
struct Names<Rating> {
  static constexpr NameTable<Rating, 3> table = {
      {{Rating::green, "green"}, {Rating::amber, "amber"}, {Rating::red, "red"}}};
};

}  // namespace broker::domain
