#include "broker/domain/calendar.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "broker/base/ensure.h"
#include "broker/base/text.h"
#include "broker/domain/reference/data.h"
#include "broker/domain/reference/table.h"

namespace broker::domain {
namespace {

using namespace std::chrono;
using base::Date;
using base::ensure;
using base::Problem;
using base::refuse;
using base::Result;
using reference::broken_table;

constexpr std::array<std::string_view, 4> holiday_columns = {"division", "date", "title", "notes"};
constexpr std::array<std::string_view, 6> term_columns = {"la_code", "academic_year", "kind", "start", "end", "basis"};

int year_of(sys_days day) {
  return static_cast<int>(year_month_day(day).year());
}

// The year in which the school year of this day begins; see Calendar::SchoolYears.
int school_year_of(sys_days day) {
  const year_month_day date(day);
  return static_cast<int>(date.year()) - (date.month() < August ? 1 : 0);
}

// 2025 for `2025/26`; nothing when the second half does not follow.
std::optional<int> parse_academic_year(std::string_view text) {
  if (text.size() != 7 || text[4] != '/') return std::nullopt;
  const auto first = base::parse_number(text.substr(0, 4));
  const auto second = base::parse_number(text.substr(5));
  if (!first || !second || (*first + 1) % 100 != *second) return std::nullopt;
  return static_cast<int>(*first);
}

Problem outside(std::string_view what, sys_days day) {
  return base::problem(base::ProblemType::invalid,
                       std::string(what) + "; " + base::format_date(Date(day)) + " lies outside. Load newer dates");
}

std::string calendar_name(bool is_school_days, std::string_view authority) {
  if (is_school_days) return "school days of " + std::string(authority);
  return "working days (no term dates known for " + std::string(authority) + ")";
}

// The birthday, 1 March for a child of 29 February in a year that has none.
sys_days birthday(Date dob, int age) {
  const Date date = dob + years(age);
  return date.ok() ? sys_days(date) : sys_days(date.year() / March / 1);
}

}  // namespace

Result<Calendar> Calendar::read(std::string_view bank_holidays, std::string_view term_dates) {
  const auto holiday_rows = reference::read_table("bank_holidays", bank_holidays, holiday_columns);
  if (!holiday_rows) return refuse(holiday_rows.error());
  const auto term_rows = reference::read_table("term_dates", term_dates, term_columns);
  if (!term_rows) return refuse(term_rows.error());

  Calendar calendar;
  for (const auto& row : *holiday_rows) {
    const auto date = base::parse_date(row.values[1]);
    if (!date) return refuse(broken_table("bank_holidays", row.line, "no date"));
    if (row.values[0] == "england-and-wales") calendar.bank_holidays_.emplace_back(*date);
  }
  if (calendar.bank_holidays_.empty()) return refuse(broken_table("bank_holidays", 1, "none of England and Wales"));
  std::ranges::sort(calendar.bank_holidays_);
  calendar.first_year_ = year_of(calendar.bank_holidays_.front());
  calendar.last_year_ = year_of(calendar.bank_holidays_.back());
  // Every year has New Year's Day or its substitute, so a year without a row was forgotten.
  for (int y = calendar.first_year_; y <= calendar.last_year_; ++y) {
    if (std::ranges::find(calendar.bank_holidays_, y, year_of) == calendar.bank_holidays_.end()) {
      return refuse(broken_table("bank_holidays", 1, "a year between others has none"));
    }
  }
  for (const auto& row : *term_rows) {
    if (auto broken = calendar.add_term_row(row.line, row.values)) return refuse(std::move(*broken));
  }
  if (auto broken = calendar.contradiction_in_terms()) return refuse(std::move(*broken));
  return calendar;
}

std::optional<Problem> Calendar::add_term_row(size_t line, const std::vector<std::string>& values) {
  const auto year = parse_academic_year(values[1]);
  if (!year) return broken_table("term_dates", line, "no academic year");
  const auto first = base::parse_date(values[3]);
  const auto last = base::parse_date(values[4]);
  if (!first || !last || *last < *first)
    return broken_table("term_dates", line, "no dates, or the end before the start");
  const Span span{sys_days(*first), sys_days(*last)};
  if (school_year_of(span.first) != *year || school_year_of(span.last) != *year) {
    return broken_table("term_dates", line, "the dates are not in that academic year");
  }
  auto& school_year = years_[values[0]][*year];
  if (values[2] == "term") {
    school_year.terms.push_back(span);
  } else if (values[2] == "half_term") {
    school_year.half_terms.push_back(span);
  } else {
    return broken_table("term_dates", line, "neither term nor half_term");
  }
  return std::nullopt;
}

std::optional<Problem> Calendar::contradiction_in_terms() const {
  for (const auto& [authority, school_years] : years_) {
    for (const auto& [year, school_year] : school_years) {
      const auto where = "year " + std::to_string(year) + " of " + authority;
      auto terms = school_year.terms;
      std::ranges::sort(terms, {}, &Span::first);
      for (size_t i = 1; i < terms.size(); ++i) {
        if (terms[i].first <= terms[i - 1].last) return broken_table("term_dates", 1, "terms overlap in " + where);
      }
      for (const auto& half_term : school_year.half_terms) {
        const bool is_in_term = std::ranges::any_of(
            terms, [&](const Span& term) { return term.contains(half_term.first) && term.contains(half_term.last); });
        if (!is_in_term) return broken_table("term_dates", 1, "a half term outside the terms in " + where);
      }
    }
  }
  return std::nullopt;
}

Result<bool> Calendar::is_working_day(sys_days day) const {
  if (year_of(day) < first_year_ || year_of(day) > last_year_) {
    return refuse(outside(
        "bank holidays are known from " + std::to_string(first_year_) + " to " + std::to_string(last_year_), day));
  }
  const weekday name(day);
  if (name == Saturday || name == Sunday) return false;
  return !std::ranges::binary_search(bank_holidays_, day);
}

Result<bool> Calendar::is_school_day(sys_days day, std::string_view authority) const {
  const auto found = years_.find(authority);
  ensure(found != years_.end());
  const auto year = found->second.find(school_year_of(day));
  if (year == found->second.end()) {
    return refuse(outside("term dates of " + std::string(authority) + " are known for school years from " +
                              std::to_string(found->second.begin()->first) + " to " +
                              std::to_string(found->second.rbegin()->first + 1),
                          day));
  }
  const auto has_day = [day](const Span& span) { return span.contains(day); };
  if (!std::ranges::any_of(year->second.terms, has_day)) return false;
  if (std::ranges::any_of(year->second.half_terms, has_day)) return false;
  return is_working_day(day);
}

Result<Date> Calendar::add_working_days(Date from, int n) const {
  ensure(from.ok() && n >= 0 && n <= days_max);
  sys_days day(from);
  while (n > 0) {
    day += days(1);
    const auto counts = is_working_day(day);
    if (!counts) return refuse(counts.error());
    if (*counts) --n;
  }
  return Date(day);
}

Result<CountedDate> Calendar::add_school_days(Date from, int n, std::string_view authority) const {
  ensure(from.ok() && n >= 0 && n <= days_max);
  const bool is_school_days = has_terms_of(authority);
  sys_days day(from);
  while (n > 0) {
    day += days(1);
    const auto counts = is_school_days ? is_school_day(day, authority) : is_working_day(day);
    if (!counts) return refuse(counts.error());
    if (*counts) --n;
  }
  return CountedDate{Date(day), calendar_name(is_school_days, authority), is_school_days};
}

Result<CountedDays> Calendar::school_days_between(Date after, Date until, std::string_view authority) const {
  ensure(after.ok() && until.ok());
  const bool is_school_days = has_terms_of(authority);
  int count = 0;
  for (sys_days day = sys_days(after) + days(1); day <= sys_days(until); day += days(1)) {
    const auto counts = is_school_days ? is_school_day(day, authority) : is_working_day(day);
    if (!counts) return refuse(counts.error());
    if (*counts) ++count;
  }
  return CountedDays{count, calendar_name(is_school_days, authority), is_school_days};
}

Date Calendar::bank_holidays_known_until() const {
  return year(last_year_) / December / 31;
}

const Calendar& built_in_calendar() {
  static const Calendar calendar = [] {
    auto read = Calendar::read(reference::bank_holidays_csv(), reference::term_dates_csv());
    if (!read) throw std::logic_error("broken reference data: " + read.error().detail);
    return std::move(*read);
  }();
  return calendar;
}

CompulsorySchoolAge compulsory_school_age(Date dob) {
  ensure(dob.ok());
  const Date fifth(birthday(dob, 5));
  const std::array prescribed = {Date(fifth.year() / March / 31), Date(fifth.year() / August / 31),
                                 Date(fifth.year() / December / 31)};
  const Date first = *std::ranges::lower_bound(prescribed, fifth);
  const Date sixteenth(birthday(dob, 16));
  const year leaving_year = sixteenth.month() >= September ? sixteenth.year() + years(1) : sixteenth.year();
  return {first, Date(sys_days(leaving_year / June / Friday[last]))};
}

bool is_of_compulsory_school_age(Date dob, Date date) {
  return compulsory_school_age(dob).contains(date);
}

}  // namespace broker::domain
