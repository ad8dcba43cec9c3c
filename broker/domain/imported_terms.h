// Term dates that an authority has given itself, in place of those that are compiled in. Used by the broker, which
// keeps them, and by the page that takes them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "broker/domain/calendar.h"

namespace broker::domain {

// A file's text with the columns `academic_year,kind,start,end`, by authority: rows of
// `2026/27,term,2026-09-02,2026-12-18` and `half_term`, which is every span within a term without school.
using ImportedTerms = std::map<std::string, std::string, std::less<>>;

// In that map stands under this name the table of bank holidays that replaces the built-in one's years that it covers,
// in the form of reference/bank_holidays.csv. Also what an event calls the calendar that changed.
inline constexpr std::string_view bank_holidays_calendar = "bank_holidays";

// The built-in calendar, but for these authorities with their own terms and no others. Refused, naming the line of the
// file, when one can't be read.
base::Result<Calendar> calendar_with(const ImportedTerms& imported);

}  // namespace broker::domain
