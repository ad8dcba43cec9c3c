#include "broker/base/time.h"

#include <gtest/gtest.h>

namespace broker::base {

TEST(ParseTime, ReadsRfc3339AndGivesItBackInUtc) {
  EXPECT_EQ(format_time(*parse_time("2026-11-13T09:30:00Z")), "2026-11-13T09:30:00.000000Z");
  EXPECT_EQ(format_time(*parse_time("2026-06-01T00:15:00.5+01:00")), "2026-05-31T23:15:00.500000Z");
  EXPECT_FALSE(parse_time("2026-11-13 09:30:00Z"));
  EXPECT_FALSE(parse_time("2026-11-13T09:30:00"));
  EXPECT_FALSE(parse_time("2026-11-31T09:30:00Z"));
  EXPECT_FALSE(parse_time("2026-11-13T24:30:00Z"));
}

TEST(ParseDate, RefusesWhatNoCalendarHas) {
  EXPECT_EQ(format_date(*parse_date("2024-02-29")), "2024-02-29");
  EXPECT_FALSE(parse_date("2023-02-29"));
  EXPECT_FALSE(parse_date("2023-2-09"));
  EXPECT_FALSE(parse_date("0000-01-01"));
}

TEST(DateInEngland, IsTheNextDayInTheLastHourOfASummerDayInUtc) {
  EXPECT_EQ(format_date(date_in_england(*parse_time("2026-07-01T23:30:00Z"))), "2026-07-02");
  EXPECT_EQ(format_date(date_in_england(*parse_time("2026-12-01T23:30:00Z"))), "2026-12-01");
  EXPECT_EQ(format_date(date_in_england(*parse_time("2026-10-25T00:30:00Z"))), "2026-10-25");
}

}  // namespace broker::base
