// The rating of the register, and the reasons and bands of the return.
#include "broker/domain/register.h"

#include <gtest/gtest.h>

namespace broker::domain {
namespace {

using namespace std::chrono_literals;

constexpr base::Date today = 2026y / 11 / 13;

Case missing(std::optional<base::Date> since, std::string reason = "") {
  Case record;
  record.owner = "314";
  record.reason = std::move(reason);
  record.missing_since = since;
  record.opened = *base::parse_time("2026-10-01T09:00:00Z");
  return record;
}

TEST(Register, RatesByDaysAndUrgencyUntilTheChildIsLocated) {
  const Case routine = missing(std::nullopt);
  EXPECT_EQ(proposed_rating(routine, 9, today), Rating::green);
  EXPECT_EQ(proposed_rating(routine, 10, today), Rating::amber);
  EXPECT_EQ(proposed_rating(routine, 19, today), Rating::amber);
  EXPECT_EQ(proposed_rating(routine, 20, today), Rating::red);
  // What can't be counted is not good news.
  EXPECT_EQ(proposed_rating(routine, std::nullopt, today), Rating::amber);
  Case urgent = missing(std::nullopt);
  urgent.priority = Priority::urgent;
  EXPECT_EQ(proposed_rating(urgent, 0, today), Rating::red);
}

TEST(Register, RatesALocatedChildByWhetherTheCaseCanClose) {
  Case record = missing(std::nullopt);
  record.status = CaseStatus::located;
  Confirmation confirmation;
  confirmation.authority = "319";
  confirmation.outcome = Outcome::on_roll;
  confirmation.location.living_in_area = true;
  record.confirmations = {confirmation};
  EXPECT_EQ(proposed_rating(record, 40, today), Rating::amber);
  record.confirmations[0].location.attending_since = today;
  EXPECT_EQ(proposed_rating(record, 40, today), Rating::green);
}

TEST(Register, KnowsTheReasonsOfTheReturn) {
  EXPECT_EQ(return_reasons().size(), 20U);
  for (const std::string_view reason : return_reasons()) EXPECT_EQ(return_reason(std::string(reason)), reason);
  EXPECT_EQ(return_reason(" believed to have moved to another LOCAL authority"),
            "Believed to have moved to another local authority");
  EXPECT_EQ(return_reason("left with a circus"), "Other");
  EXPECT_EQ(return_reason("  "), "Not recorded");
}

TEST(Register, PutsEachDurationInOneBand) {
  const auto band = [](int days) {
    return duration_band(base::Date(std::chrono::sys_days(today) - std::chrono::days(days)), today);
  };
  EXPECT_EQ(band(0), "Less than 2 weeks");
  EXPECT_EQ(band(13), "Less than 2 weeks");
  EXPECT_EQ(band(14), "2 to 4 weeks");
  EXPECT_EQ(band(28), "4 to 8 weeks");
  EXPECT_EQ(band(56), "8 to 12 weeks");
  EXPECT_EQ(band(84), "12 to 26 weeks");
  EXPECT_EQ(band(182), "26 to 52 weeks");
  EXPECT_EQ(band(364), "26 to 52 weeks");
  EXPECT_EQ(band(365), "More than 52 weeks");
  EXPECT_EQ(duration_band(std::nullopt, today), "Unknown");
}

TEST(Register, CountsTheReturnByReasonAndBand) {
  const std::vector<MissingCases> missing = {{"Mental health", 2026y / 9 / 7, 2},
                                             {"mental health ", 2026y / 9 / 8, 1},
                                             {"", std::nullopt, 4},
                                             {"left with a circus", 2026y / 11 / 12, 1}};
  const ReturnCounts counts = count_return(missing, today);
  EXPECT_EQ(counts.at("Mental health").at("8 to 12 weeks"), 3);
  EXPECT_EQ(counts.at("Not recorded").at("Unknown"), 4);
  EXPECT_EQ(counts.at("Other").at("Less than 2 weeks"), 1);
  EXPECT_EQ(counts.size(), 3U);
}

TEST(Register, NamesTheMiddleAndTheNineInTen) {
  EXPECT_EQ(times_of({}).count, 0);
  EXPECT_EQ(times_of({7}).middle, 7);
  EXPECT_EQ(times_of({7}).nine_in_ten, 7);
  const AnswerTimes ten = times_of({10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  EXPECT_EQ(ten.middle, 5);
  EXPECT_EQ(ten.nine_in_ten, 9);
}

}  // namespace
}  // namespace broker::domain
