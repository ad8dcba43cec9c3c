// Counts the days that deadlines are made of: working days of England and Wales, school days of one authority, and the
// years of compulsory school age. Pure: a Calendar is made from tables and never changes; a reload makes a new one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/base/time.h"

namespace broker::domain {

// A date that was counted to, and what was counted.
struct CountedDate {
  base::Date date;
  std::string calendar;  // "school days of 373" or "working days (no term dates known for 314)"
  bool is_school_days = false;
};

struct CountedDays {
  int days = 0;
  std::string calendar;
  bool is_school_days = false;
};

class Calendar {
 public:
  // Counting further than this is a bug of the caller.
  static constexpr int days_max = 1000;

  // From the text of bank_holidays.csv and term_dates.csv; refused, naming table and line, when one can't be read.
  static base::Result<Calendar> read(std::string_view bank_holidays, std::string_view term_dates);

  // The nth working day after `from`, which may itself be any day; `from` when n is 0.
  // Refused when a day that has to be counted lies outside the years whose bank holidays are known.
  base::Result<base::Date> add_working_days(base::Date from, int n) const;

  // The nth school day after `from`. Working days where no term of the authority is known, and the result says so;
  // refused when some terms are known but not those of a day that has to be counted.
  base::Result<CountedDate> add_school_days(base::Date from, int n, std::string_view authority) const;

  // School days after `after` up to and with `until`; 0 when `until` is not later. Otherwise as above.
  base::Result<CountedDays> school_days_between(base::Date after, base::Date until, std::string_view authority) const;

  bool has_terms_of(std::string_view authority) const { return years_.contains(authority); }
  // What is known, for the operator's page and the warning before it runs out.
  base::Date bank_holidays_known_until() const;

 private:
  struct Span {
    std::chrono::sys_days first;
    std::chrono::sys_days last;
    bool contains(std::chrono::sys_days day) const { return first <= day && day <= last; }
  };
  struct SchoolYear {
    std::vector<Span> terms;
    std::vector<Span> half_terms;
  };
  // Keyed by the year in which a school year begins. It runs from 1 August to 31 July: in some counties the autumn term
  // begins in August, so August is known only when the coming year is.
  using SchoolYears = std::map<int, SchoolYear>;

  base::Result<bool> is_working_day(std::chrono::sys_days day) const;
  base::Result<bool> is_school_day(std::chrono::sys_days day, std::string_view authority) const;
  std::optional<base::Problem> add_term_row(size_t line, const std::vector<std::string>& values);
  std::optional<base::Problem> contradiction_in_terms() const;

  std::vector<std::chrono::sys_days> bank_holidays_;  // ascending
  int first_year_ = 0;                                // of the bank holidays known
  int last_year_ = 0;
  std::map<std::string, SchoolYears, std::less<>> years_;  // by authority
};

// The calendar that is compiled in, read once. Throws std::logic_error when it is broken; call it when starting.
const Calendar& built_in_calendar();

// Both days belong to it.
struct CompulsorySchoolAge {
  base::Date first;  // the 31 August, 31 December or 31 March on or after the fifth birthday
  base::Date last;   // the last Friday in June of the school year (1 September to 31 August) of the sixteenth
  bool contains(base::Date date) const { return first <= date && date <= last; }
};

CompulsorySchoolAge compulsory_school_age(base::Date dob);
bool is_of_compulsory_school_age(base::Date dob, base::Date date);

}  // namespace broker::domain
