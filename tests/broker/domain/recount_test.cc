// A calendar that changes: what is still to come is counted again, once, and the timeline says what moved.
#include <gtest/gtest.h>

#include "broker/domain/imported_terms.h"
#include "broker/domain/schedule.h"
#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

// 2026-11-13 is a Friday. A week without school from the 16th, and none of Christmas.
const std::string with_a_week_off =
    "academic_year,kind,start,end\n2026/27,term,2026-09-02,2026-12-18\n2026/27,half_term,2026-11-16,2026-11-20\n"
    "2026/27,term,2027-01-04,2027-03-25\n";

Calendar calendar_of(const ImportedTerms& terms) {
  auto calendar = calendar_with(terms);
  EXPECT_TRUE(calendar) << calendar.error().detail;
  return std::move(*calendar);
}

struct RecountTest : ::testing::Test {
  World world = World::with_open_case();
  Calendar asked = calendar_of({{other, with_a_week_off}});
  Calendar owners = calendar_of({{owner, with_a_week_off}});

  RecountTest() { world.enquire(other); }

  const Enquiry& enquiry() { return world.file().enquiries.back(); }
  std::vector<Event> recount(const std::string& calendar, const Calendar& now) {
    const auto events = world.act(broker_itself, RecountDays{calendar, &built_in_calendar(), &now, &now});
    EXPECT_TRUE(events);
    return events ? *events : std::vector<Event>();
  }
  base::Date due_on(DeadlineKind kind) { return due_of(enquiry().schedule, kind).value(); }
};

}  // namespace

TEST_F(RecountTest, MovesTheDaysOfAnEnquiryThatWaits) {
  ASSERT_EQ(enquiry().due, date("2026-11-27"));
  const int64_t version = world.record().version;
  const auto events = recount(other, asked);
  ASSERT_EQ(events.size(), 1U);
  const auto& moved = std::get<EnquiryRescheduled>(events.front().body);
  EXPECT_EQ(moved.calendar, other);
  EXPECT_EQ(enquiry().due, date("2026-12-04"));
  EXPECT_EQ(due_on(DeadlineKind::escalation), date("2026-12-18"));
  // It is acknowledged within working days, and those stay.
  EXPECT_EQ(enquiry().acknowledge_due, date("2026-11-17"));
  EXPECT_EQ(due_on(DeadlineKind::acknowledge), date("2026-11-17"));
  ASSERT_EQ(moved.moved.size(), 5U);
  EXPECT_EQ(moved.moved.front(), (MovedDate{"reminder", 5, date("2026-11-20"), date("2026-11-27")}));
  EXPECT_EQ(world.record().version, version) << "an officer's change would be refused for it";
}

TEST_F(RecountTest, SaysNothingMoreTheSecondTime) {
  EXPECT_EQ(recount(other, asked).size(), 1U);
  const auto again = world.act(broker_itself, RecountDays{other, nullptr, &asked, &asked});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty());
}

TEST_F(RecountTest, LeavesTheDaysOfOthers) {
  EXPECT_TRUE(recount(third, calendar_of({{third, with_a_week_off}})).empty());
}

TEST_F(RecountTest, LeavesWhatHasFiredAndWhatIsMet) {
  world.today = date("2026-11-20");
  ASSERT_TRUE(world.act(broker_itself, RunEnquiryClock{enquiry().id}));  // the reminder of day 5
  world.must(officer_of(other), AnswerEnquiry{enquiry().id, complete(Outcome::checks_in_progress)});
  ASSERT_EQ(recount(other, asked).size(), 1U);
  EXPECT_EQ(due_on(DeadlineKind::reminder), date("2026-11-20"));
  EXPECT_EQ(due_on(DeadlineKind::answer), date("2026-11-27")) << "it was answered";
  EXPECT_EQ(due_on(DeadlineKind::escalation), date("2026-12-18"));
  world.must(officer_of(other), AnswerEnquiry{enquiry().id, complete(Outcome::not_located)});
  EXPECT_TRUE(recount(other, built_in_calendar()).empty()) << "nobody waits any more";
}

// As if the new calendar had been there from the beginning.
TEST_F(RecountTest, CountsPastTheTimeInWhichTheClockStood) {
  world.today = date("2026-11-24");
  world.must(officer_of(other), AnswerEnquiry{enquiry().id, complete(Outcome::information_needed)});
  world.today = date("2026-12-01");
  world.must(officer_of(owner), AddInformation{enquiry().id, "Known as Mo."});
  ASSERT_EQ(enquiry().due, date("2026-12-04"));
  ASSERT_EQ(recount(other, asked).size(), 1U);
  // Answered in part, so that the first answer is met; the escalation of 20 days stood for 5 of them.
  EXPECT_EQ(due_on(DeadlineKind::escalation), date("2027-01-08"));
}

TEST_F(RecountTest, LeavesAClockWhosePausesWereNotKept) {
  world.must(officer_of(other), AnswerEnquiry{enquiry().id, complete(Outcome::information_needed)});
  world.today = date("2026-11-20");
  world.must(officer_of(owner), AddInformation{enquiry().id, "Known as Mo."});
  world.cases.front().enquiries.back().pauses.clear();
  EXPECT_TRUE(recount(other, asked).empty());
}

TEST_F(RecountTest, MovesTheClocksOfTheCase) {
  const auto events = recount(owner, owners);
  ASSERT_EQ(events.size(), 1U);
  const auto& moved = std::get<ClocksMoved>(events.front().body);
  ASSERT_EQ(moved.moved.size(), 3U);
  EXPECT_EQ(moved.moved.front().what, "referral");
  EXPECT_EQ(moved.moved.front().days, 5);
  ASSERT_TRUE(moved.moved.front().before && moved.moved.front().after);
  EXPECT_LT(*moved.moved.front().before, *moved.moved.front().after);
  EXPECT_FALSE(moved.transfer_due);
}

TEST_F(RecountTest, MovesTheDayOfATransferFileAndItsReminder) {
  PermitRemoval permit;
  permit.ground = 'B';
  permit.school = leaver_school;
  world.must(officer_of(owner), permit);
  const auto reminder = recount(owner, owners);
  ASSERT_EQ(reminder.size(), 1U);
  EXPECT_EQ(world.record().removal.next_reminder, morning_of(date("2026-11-27"))) << "it was a week earlier";

  world.must(school(leaver_school), ConfirmRemoval{date("2026-11-13"), ""});
  ASSERT_EQ(world.record().removal.transfer_due, date("2026-12-04")) << "by the built-in calendar, which decides here";
  recount(owner, owners);
  EXPECT_EQ(world.record().removal.transfer_due, date("2026-12-11"));
  EXPECT_EQ(world.record().removal.next_reminder, morning_of(date("2026-12-11")));
}

TEST_F(RecountTest, IsForTheBrokerAlone) {
  EXPECT_EQ(world.refusal(officer_of(owner), RecountDays{other, nullptr, &asked, &asked}), "not-found");
}

}  // namespace broker::domain::testing
