// Dates, times and names as the pages say them: "13 November 2026", "9:14am", "Kingston upon Thames".
#pragma once

#include <string>

#include "broker/base/time.h"
#include "matcher/pupil_record.h"

namespace broker::web {

std::string words_of(base::Date date);                     // "13 November 2026"
std::string short_words_of(base::Date date);               // "13 November"
std::string weekday_words_of(base::Date date);             // "Friday 13 November 2026"
std::string words_of(base::Time time);                     // "12 November 2026 at 9:14am", as it is in England
std::string words_of(const matcher::PartialDate& date);    // as far as it is known; "Not known"
std::string full_name(const matcher::PupilRecord& child);  // "Amara Okonjo-Field"; "Name not known"
std::string authority_name(const std::string& code);       // its code where it is not known
std::string authority_with_code(const std::string& code);  // "Kingston upon Thames (314)"
std::string words_of(const matcher::Address& address);     // in one line
std::string words_of(const matcher::SchoolReference& school);
// "3 overdue cases", "1 overdue case".
std::string counted(int64_t number, const std::string& one, const std::string& many);
int age_on(const matcher::PartialDate& dob, base::Date day);  // -1 unless the date is whole

}  // namespace broker::web
