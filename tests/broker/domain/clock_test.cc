// Reminders and escalations of an enquiry, and the clock that stands while information is awaited.
#include <gtest/gtest.h>

#include "broker/domain/schedule.h"
#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

using Kinds = std::vector<std::string>;

World asked(Priority priority = Priority::routine) {
  World world = World::with_open_case();
  SendEnquiries command;
  command.to = {other};
  command.priority = priority;
  world.must(officer_of(owner), command);
  return world;
}

// What the broker does on that morning, as `deadline/days`.
Kinds fired(World& world, const char* day) {
  world.today = date(day);
  const auto events = world.act(broker_itself, RunEnquiryClock{world.file().enquiries.back().id});
  Kinds kinds;
  if (!events) return {"refused"};
  for (const Event& event : *events) {
    if (const auto* one = std::get_if<EnquiryReminded>(&event.body))
      kinds.push_back(std::string(text_of(one->deadline)) + "/" + std::to_string(one->days));
    if (const auto* one = std::get_if<EnquiryEscalated>(&event.body))
      kinds.push_back("to the lead: " + std::string(text_of(one->deadline)) + "/" + std::to_string(one->days));
  }
  return kinds;
}

void answer(World& world, Outcome outcome) {
  world.must(officer_of(other), AnswerEnquiry{world.file().enquiries.back().id, complete(outcome)});
}

}  // namespace

// 2026-11-13 is a Friday; Sutton's terms are not known, so that working days are counted.
TEST(EnquiryClock, RemindsAndEscalatesEachOnce) {
  World world = asked();
  EXPECT_EQ(fired(world, "2026-11-13"), Kinds{});
  EXPECT_EQ(fired(world, "2026-11-17"), Kinds{});
  EXPECT_EQ(fired(world, "2026-11-18"), Kinds{"acknowledge/2"});
  EXPECT_EQ(fired(world, "2026-11-18"), Kinds{});
  EXPECT_EQ(fired(world, "2026-11-20"), Kinds{"reminder/5"});
  EXPECT_EQ(fired(world, "2026-11-27"), Kinds{"reminder/10"});
  EXPECT_EQ(fired(world, "2026-11-28"), Kinds{"answer/10"});
  EXPECT_EQ(fired(world, "2026-12-04"), Kinds{"reminder/15"});
  EXPECT_EQ(fired(world, "2026-12-11"), Kinds{"to the lead: escalation/20"});
  EXPECT_EQ(fired(world, "2027-03-01"), Kinds{});
  EXPECT_FALSE(next_deadline(world.file().enquiries.back()));
}

TEST(EnquiryClock, CatchesUpInOrder) {
  World world = asked();
  EXPECT_EQ(fired(world, "2027-01-11"), (Kinds{"acknowledge/2", "reminder/5", "reminder/10", "answer/10", "reminder/15",
                                               "to the lead: escalation/20"}));
}

TEST(EnquiryClock, LeavesOutWhatWasDone) {
  World world = asked();
  world.must(officer_of(other), Acknowledge{world.file().enquiries.back().id});
  EXPECT_EQ(fired(world, "2026-11-19"), Kinds{});
  answer(world, Outcome::checks_in_progress);  // promises the 20th
  EXPECT_EQ(fired(world, "2026-11-20"), Kinds{"reminder/5"});
  EXPECT_EQ(fired(world, "2026-11-21"), Kinds{"next_date/0"});
  answer(world, Outcome::not_located);
  EXPECT_EQ(fired(world, "2027-01-11"), Kinds{});
}

TEST(EnquiryClock, StandsWhileInformationIsAwaited) {
  World world = asked();
  world.today = date("2026-11-16");
  answer(world, Outcome::information_needed);
  EXPECT_EQ(fired(world, "2026-12-18"), Kinds{});
  world.today = date("2026-11-23");  // five working days later
  world.must(officer_of(owner), AddInformation{world.file().enquiries.back().id, "Known as Mo."});
  EXPECT_EQ(world.file().enquiries.back().due, date("2026-12-04"));
  EXPECT_EQ(fired(world, "2026-11-26"), Kinds{});
  EXPECT_EQ(fired(world, "2026-11-27"), Kinds{"reminder/5"});
}

TEST(EnquiryClock, GoesToTheOutOfHoursContactAtOnceWhenItIsImmediate) {
  World world = asked(Priority::immediate);
  EXPECT_EQ(fired(world, "2026-11-13"), Kinds{"to the lead: out_of_hours/0"});
  EXPECT_EQ(fired(world, "2026-11-14"), (Kinds{"acknowledge/0", "answer/0", "to the lead: escalation/0"}));
}

TEST(EnquiryClock, GivesTwoWorkingDaysToAnUrgentOne) {
  World world = asked(Priority::urgent);
  EXPECT_EQ(fired(world, "2026-11-17"), Kinds{"acknowledge/1"});
  EXPECT_EQ(fired(world, "2026-11-18"), (Kinds{"answer/2", "to the lead: escalation/2"}));
}

TEST(EnquiryClock, IsTheBrokersAlone) {
  World world = asked();
  const RunEnquiryClock command{world.file().enquiries.back().id};
  EXPECT_EQ(world.refusal(officer_of(owner), command), "not-found");
  EXPECT_EQ(world.refusal(officer_of(other), command), "not-found");
  EXPECT_EQ(world.refusal(officer_of(owner), RunCaseClock{}), "not-found");
}

TEST(RemovalClock, RemindsTheSchoolUntilItConfirmsAndThenOfTheTransferFile) {
  World world = World::with_open_case();
  PermitRemoval command;
  command.ground = 'B';
  world.must(officer_of(owner), command);
  const auto reminders = [&](const char* day) {
    world.today = date(day);
    world.must(broker_itself, RunCaseClock{});
    return world.record().removal.reminders;
  };
  EXPECT_EQ(reminders("2026-11-19"), 0);
  EXPECT_EQ(reminders("2026-11-20"), 1);
  EXPECT_EQ(reminders("2026-11-20"), 1);
  EXPECT_EQ(reminders("2026-11-27"), 2);
  world.must(school(leaver_school), ConfirmRemoval{date("2026-11-27"), ""});
  EXPECT_EQ(world.record().removal.transfer_due, date("2026-12-18"));
  EXPECT_EQ(reminders("2026-12-17"), 0);
  EXPECT_EQ(reminders("2026-12-18"), 1);
  world.must(school(leaver_school), SendTransfer{"transfer"});
  EXPECT_EQ(reminders("2027-02-01"), 1);
}

}  // namespace broker::domain::testing
