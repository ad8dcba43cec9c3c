#include "broker/domain/calendar.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "broker/base/text.h"
#include "broker/domain/reference/data.h"

namespace broker::domain {
namespace {

using namespace std::chrono;
using testing::HasSubstr;

base::Date date(std::string_view text) {
  return base::parse_date(text).value();
}

std::string working(std::string_view from, int n) {
  const auto due = built_in_calendar().add_working_days(date(from), n);
  return due ? base::format_date(*due) : due.error().detail;
}

std::string school(std::string_view from, int n, std::string_view authority) {
  const auto due = built_in_calendar().add_school_days(date(from), n, authority);
  return due ? base::format_date(due->date) : due.error().detail;
}

TEST(WorkingDays, SkipWeekendsAndBankHolidays) {
  EXPECT_EQ(working("2026-11-13", 1), "2026-11-16");  // Friday to Monday
  EXPECT_EQ(working("2026-11-14", 1), "2026-11-16");  // from a Saturday
  EXPECT_EQ(working("2026-04-02", 2), "2026-04-08");  // Good Friday and Easter Monday between
  EXPECT_EQ(working("2022-06-01", 1), "2022-06-06");  // Platinum Jubilee
  EXPECT_EQ(working("2023-05-05", 1), "2023-05-09");  // Coronation
}

TEST(WorkingDays, KnowTheSubstituteDayOfAChristmasAtTheWeekend) {
  EXPECT_EQ(working("2026-12-24", 1), "2026-12-29");  // Boxing Day is a Saturday, Monday stands for it
  EXPECT_EQ(working("2027-12-24", 1), "2027-12-29");
}

TEST(WorkingDays, IgnoreHolidaysOfScotlandAlone) {
  EXPECT_EQ(working("2026-06-12", 1), "2026-06-15");
}

TEST(WorkingDays, OfNoneIsTheSameDay) {
  EXPECT_EQ(working("2026-12-25", 0), "2026-12-25");
}

TEST(WorkingDays, AreRefusedOutsideTheYearsKnown) {
  EXPECT_EQ(working("2028-12-29", 1),
            "bank holidays are known from 2012 to 2028; 2029-01-01 lies outside. Load newer dates");
  EXPECT_THAT(working("2011-12-01", 1), HasSubstr("2011-12-02 lies outside"));
  EXPECT_EQ(base::format_date(built_in_calendar().bank_holidays_known_until()), "2028-12-31");
}

TEST(SchoolDays, SkipHalfTermsAndHolidaysOfTheAuthority) {
  EXPECT_EQ(school("2025-10-17", 10, "373"), "2025-11-07");  // half term 27 to 31 October
  EXPECT_EQ(school("2025-12-19", 1, "373"), "2026-01-05");
  EXPECT_EQ(school("2026-05-01", 1, "373"), "2026-05-05");  // a bank holiday in term
  EXPECT_EQ(school("2026-10-16", 1, "936"), "2026-11-02");  // Surrey's two weeks of half term
  EXPECT_EQ(school("2026-10-16", 1, "373"), "2026-10-19");  // Sheffield is still at school
}

TEST(SchoolDays, CountOneHundredAndNinetyFiveInEveryYearKnown) {
  for (const auto& [authority, year] :
       {std::pair("373", 2025), {"373", 2026}, {"936", 2023}, {"936", 2024}, {"936", 2025}, {"936", 2026}}) {
    const auto counted = built_in_calendar().school_days_between(std::chrono::year(year) / August / 1,
                                                                 std::chrono::year(year + 1) / July / 31, authority);
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->days, 195) << authority << " " << year;
    EXPECT_TRUE(counted->is_school_days);
    EXPECT_EQ(counted->calendar, std::string("school days of ") + authority);
  }
}

TEST(SchoolDays, AreWorkingDaysWhereNoTermIsKnownAndSaySo) {
  const auto due = built_in_calendar().add_school_days(date("2025-10-17"), 10, "314");
  ASSERT_TRUE(due);
  EXPECT_EQ(base::format_date(due->date), "2025-10-31");
  EXPECT_FALSE(due->is_school_days);
  EXPECT_EQ(due->calendar, "working days (no term dates known for 314)");
}

TEST(SchoolDays, AreRefusedWhereTheTermsOfThatYearAreNotKnown) {
  EXPECT_THAT(school("2027-07-21", 1, "373"),
              HasSubstr("term dates of 373 are known for school years from 2025 to 2027"));
  EXPECT_THAT(school("2025-07-30", 1, "373"), HasSubstr("2025-07-31 lies outside"));
  const auto counted = built_in_calendar().school_days_between(date("2027-07-01"), date("2027-09-30"), "373");
  ASSERT_FALSE(counted);
  EXPECT_THAT(counted.error().detail, HasSubstr("2027-08-01 lies outside"));
}

TEST(SchoolDays, BetweenADayAndAnEarlierOneAreNone) {
  EXPECT_EQ(built_in_calendar().school_days_between(date("2026-03-02"), date("2026-03-02"), "373")->days, 0);
  EXPECT_EQ(built_in_calendar().school_days_between(date("2026-03-02"), date("2026-03-01"), "373")->days, 0);
}

TEST(Calendar, RefusesBrokenTablesNamingTheLine) {
  const std::string holidays = "division,date,title,notes\nengland-and-wales,2026-01-01,New Year,\n";
  const std::string header = "la_code,academic_year,kind,start,end,basis\n";
  const auto refusal = [&](const std::string& rows) { return Calendar::read(holidays, header + rows).error().detail; };
  EXPECT_EQ(refusal("373,2025,term,2025-09-01,2025-12-19,x\n"), "term_dates line 2: no academic year");
  EXPECT_EQ(refusal("373,2025/27,term,2025-09-01,2025-12-19,x\n"), "term_dates line 2: no academic year");
  EXPECT_THAT(refusal("373,2025/26,term,2025-09-31,2025-12-19,x\n"), HasSubstr("no dates"));
  EXPECT_THAT(refusal("373,2025/26,term,2025-12-19,2025-09-01,x\n"), HasSubstr("end before the start"));
  EXPECT_THAT(refusal("373,2025/26,term,2024-09-01,2024-12-19,x\n"), HasSubstr("not in that academic year"));
  EXPECT_THAT(refusal("373,2025/26,inset,2025-09-01,2025-09-01,x\n"), HasSubstr("neither term nor half_term"));
  EXPECT_THAT(refusal("373,2025/26,half_term,2025-10-27,2025-10-31,x\n"), HasSubstr("outside the terms"));
  EXPECT_THAT(refusal("373,2025/26,term,2025-09-01,2025-12-19,x\n373,2025/26,term,2025-12-19,2026-03-27,x\n"),
              HasSubstr("overlap"));
  const std::string terms = header + "373,2025/26,term,2025-09-01,2025-12-19,x\n";
  EXPECT_THAT(Calendar::read("division,date,title,notes\nscotland,2026-01-01,N,\n", terms).error().detail,
              HasSubstr("none of England and Wales"));
  EXPECT_THAT(Calendar::read("division,date,title,notes\nengland-and-wales,1/1/2026,N,\n", terms).error().detail,
              HasSubstr("bank_holidays line 2"));
  EXPECT_THAT(Calendar::read(holidays + "england-and-wales,2028-01-03,N,\n", terms).error().detail,
              HasSubstr("a year between others has none"));
}

// The slow twin: every school day, or working day, of the whole table as a set of text, made by striking out.
std::set<std::string> days_by_striking_out(std::string_view authority) {
  std::set<std::string> days_left;
  for (sys_days day = 2012y / January / 1; day <= sys_days(2028y / December / 31); day += days(1)) {
    const auto number = weekday(day).c_encoding();
    if (authority.empty() && number != 0 && number != 6) days_left.insert(base::format_date(day));
  }
  const auto each_day = [](std::string_view first, std::string_view last, const auto& visit) {
    for (sys_days day = date(first); day <= sys_days(date(last)); day += days(1))
      visit(base::format_date(day), weekday(day));
  };
  for (const auto* kind : {"term", "half_term"}) {
    for (const auto line : base::split(reference::term_dates_csv(), '\n')) {
      const auto v = base::split(line, ',');
      if (v.size() != 6 || v[0] != authority || v[2] != kind) continue;
      each_day(v[3], v[4], [&](const std::string& text, weekday name) {
        if (v[2] == "half_term") {
          days_left.erase(text);
        } else if (name != Saturday && name != Sunday) {
          days_left.insert(text);
        }
      });
    }
  }
  for (const auto line : base::split(reference::bank_holidays_csv(), '\n')) {
    const auto v = base::split(line, ',');
    if (v.size() == 4 && v[0] == "england-and-wales") days_left.erase(std::string(v[1]));
  }
  return days_left;
}

TEST(WorkingDays, AgreeWithDaysStruckOutOneByOne) {
  const auto twin = days_by_striking_out("");
  EXPECT_TRUE(rc::check([&] {
    const base::Date from = sys_days(2012y / January / 1) + days(*rc::gen::inRange(0, 365 * 15));
    const int n = *rc::gen::inRange(1, 300);
    auto expected = twin.upper_bound(base::format_date(from));
    std::advance(expected, n - 1);
    const auto due = built_in_calendar().add_working_days(from, n);
    RC_ASSERT(due.has_value());
    RC_ASSERT(base::format_date(*due) == *expected);
    RC_ASSERT(built_in_calendar().school_days_between(from, *due, "314")->days == n);
  }));
}

TEST(SchoolDays, AgreeWithDaysStruckOutOneByOne) {
  const auto twin = days_by_striking_out("936");
  EXPECT_TRUE(rc::check([&] {
    const base::Date from = sys_days(2023y / August / 1) + days(*rc::gen::inRange(0, 365 * 3));
    const int n = *rc::gen::inRange(1, 190);
    auto expected = twin.upper_bound(base::format_date(from));
    std::advance(expected, n - 1);
    const auto due = built_in_calendar().add_school_days(from, n, "936");
    RC_ASSERT(due.has_value());
    RC_ASSERT(base::format_date(due->date) == *expected);
    RC_ASSERT(built_in_calendar().school_days_between(from, due->date, "936")->days == n);
  }));
}

std::pair<std::string, std::string> school_age(std::string_view dob) {
  const auto age = compulsory_school_age(date(dob));
  return {base::format_date(age.first), base::format_date(age.last)};
}

TEST(CompulsorySchoolAge, BeginsOnThePrescribedDayOnOrAfterTheFifthBirthday) {
  EXPECT_EQ(school_age("2015-03-31").first, "2020-03-31");
  EXPECT_EQ(school_age("2015-04-01").first, "2020-08-31");
  EXPECT_EQ(school_age("2015-08-31").first, "2020-08-31");
  EXPECT_EQ(school_age("2015-09-01").first, "2020-12-31");
  EXPECT_EQ(school_age("2015-12-31").first, "2020-12-31");
  EXPECT_EQ(school_age("2016-01-01").first, "2021-03-31");
  EXPECT_EQ(school_age("2016-02-29").first, "2021-03-31");
}

TEST(CompulsorySchoolAge, EndsOnTheLastFridayInJuneOfTheYearOfTheSixteenthBirthday) {
  EXPECT_EQ(school_age("2009-09-01").second, "2026-06-26");
  EXPECT_EQ(school_age("2010-08-31").second, "2026-06-26");
  EXPECT_EQ(school_age("2010-09-01").second, "2027-06-25");
  EXPECT_EQ(school_age("2010-06-30").second, "2026-06-26");
}

TEST(CompulsorySchoolAge, HoldsOnItsFirstAndLastDayAndNotBesideThem) {
  const auto dob = date("2010-05-03");
  EXPECT_FALSE(is_of_compulsory_school_age(dob, date("2015-08-30")));
  EXPECT_TRUE(is_of_compulsory_school_age(dob, date("2015-08-31")));
  EXPECT_TRUE(is_of_compulsory_school_age(dob, date("2026-06-26")));
  EXPECT_FALSE(is_of_compulsory_school_age(dob, date("2026-06-27")));
}

TEST(CompulsorySchoolAge, LastsAtLeastTenYearsForEveryBirthday) {
  for (sys_days day = 1995y / January / 1; day < sys_days(2025y / January / 1); day += days(1)) {
    const auto age = compulsory_school_age(base::Date(day));
    const auto length = (sys_days(age.last) - sys_days(age.first)).count();
    ASSERT_GE(length, 365 * 10) << base::format_date(base::Date(day));
    ASSERT_LE(length, 366 * 12) << base::format_date(base::Date(day));
    ASSERT_EQ(weekday(sys_days(age.last)), Friday);
    ASSERT_GE(sys_days(age.first), day + days(1826));
  }
}

}  // namespace
}  // namespace broker::domain
