// The government's file of bank holidays, as it is and as it may be broken.
#include "broker/message/bank_holidays.h"

#include <gtest/gtest.h>

#include "broker/domain/imported_terms.h"

namespace broker::message {
namespace {

using namespace std::chrono;

const std::string file = R"({"england-and-wales":{"division":"england-and-wales","events":[
  {"title":"New Year’s Day","date":"2029-01-01","notes":"","bunting":true},
  {"title":"A day, of rest","date":"2029-05-02","notes":"Extra \"bank\" holiday","bunting":true}]},
 "scotland":{"division":"scotland","events":[{"title":"2nd January","date":"2029-01-02","notes":"","bunting":true}]}})";

std::string refusal_of(std::string_view text) {
  const auto table = read_bank_holidays(text);
  return table ? "" : table.error().detail;
}

}  // namespace

TEST(BankHolidays, BecomeWhatIsCountedByBesideTheYearsThatAreKnown) {
  const auto table = read_bank_holidays(file);
  ASSERT_TRUE(table) << table.error().detail;
  const auto calendar = domain::calendar_with({{std::string(domain::bank_holidays_calendar), *table}});
  ASSERT_TRUE(calendar) << calendar.error().detail;
  EXPECT_FALSE(domain::built_in_calendar().add_working_days(2029y / May / 1d, 1));
  EXPECT_EQ(calendar->add_working_days(2029y / May / 1d, 1).value(), base::Date(2029y / May / 3d));
  EXPECT_EQ(calendar->add_working_days(2029y / January / 1d, 1).value(), base::Date(2029y / January / 2d))
      << "Scotland's days are no days of England's";
  // Years that the file does not name are counted as before.
  EXPECT_EQ(calendar->add_working_days(2026y / December / 24d, 1).value(),
            domain::built_in_calendar().add_working_days(2026y / December / 24d, 1).value());
  EXPECT_EQ(calendar->bank_holidays_known_until(), base::Date(2029y / December / 31d));
}

TEST(BankHolidays, ReplaceTheYearThatTheyName) {
  const auto table = read_bank_holidays(
      R"({"england-and-wales":{"events":[{"title":"New Year","date":"2026-01-01"},{"title":"Rest","date":"2026-11-16"}]}})");
  ASSERT_TRUE(table);
  const auto calendar = domain::calendar_with({{std::string(domain::bank_holidays_calendar), *table}});
  ASSERT_TRUE(calendar);
  EXPECT_EQ(calendar->add_working_days(2026y / November / 13d, 1).value(), base::Date(2026y / November / 17d));
  EXPECT_EQ(calendar->add_working_days(2026y / December / 24d, 1).value(), base::Date(2026y / December / 25d));
}

TEST(BankHolidays, AreRefusedWhereTheFileIsAnotherOne) {
  for (const char* text : {"", "[]", "{}", R"({"scotland":{"events":[]}})", R"({"england-and-wales":[]})",
                           R"({"england-and-wales":{"events":{}}})", R"({"england-and-wales":{"events":[]}})"}) {
    EXPECT_FALSE(refusal_of(text).empty()) << text;
  }
  for (const char* event : {"3", "{}", R"({"date":20290101})", R"({"date":"1 January"})", R"({"date":"2029-02-30"})"}) {
    const std::string text =
        R"({"england-and-wales":{"events":[{"title":"x","date":"2029-01-01"},)" + std::string(event) + "]}}";
    EXPECT_NE(refusal_of(text).find("event 2"), std::string::npos) << text;
  }
}

// A year between others that has none was left out by mistake: every day of it would count.
TEST(BankHolidays, AreRefusedWithAYearForgotten) {
  const auto table = read_bank_holidays(
      R"({"england-and-wales":{"events":[{"title":"x","date":"2031-01-01"},{"title":"x","date":"2033-01-01"}]}})");
  ASSERT_TRUE(table);
  EXPECT_FALSE(domain::calendar_with({{std::string(domain::bank_holidays_calendar), *table}}));
}

}  // namespace broker::message
