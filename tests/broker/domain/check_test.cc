// Checks and contacts that the owner records on its case, and who of its officers works on it.
#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

const RecordCheck visit{CheckKind::home_visit, CheckResult::lead_found, {}, "A neighbour says: moved to Sutton."};

}  // namespace

TEST(ACheck, StandsOnTheCaseWithWhoMadeItAndMovesNothing) {
  World world = World::with_open_case();
  const int64_t version = world.record().version;
  world.must(officer_of(owner), visit);
  ASSERT_EQ(world.record().checks.size(), 1U);
  const Check& check = world.record().checks.front();
  EXPECT_EQ(check.kind, CheckKind::home_visit);
  EXPECT_EQ(check.made, world.today) << "the day of its recording where none is said";
  EXPECT_EQ(check.officer, officer_of(owner).officer);
  EXPECT_EQ(world.status(), CaseStatus::open);
  EXPECT_EQ(world.record().version, version) << "it decides nothing that another officer looks at";
  EXPECT_EQ(world.refusal(officer_of(owner), Close{}), "case-not-confirmed");
}

TEST(ACheck, IsTheOwnersOfACaseThatIsNotOver) {
  World world = World::with_open_case();
  world.enquire(other);
  EXPECT_EQ(world.refusal(officer_of(other), visit), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), visit), "not-found");
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  world.must(officer_of(owner), visit);
  world.must(officer_of(owner), Close{});
  EXPECT_EQ(world.refusal(officer_of(owner), visit), "case-not-open");
}

TEST(ACheck, SaysWhatItFoundAndIsNotOfADayToCome) {
  World world = World::with_open_case();
  RecordCheck silent = visit;
  silent.note.clear();
  EXPECT_EQ(world.refusal(officer_of(owner), silent), "invalid");
  silent.result = CheckResult::no_answer;
  EXPECT_EQ(world.refusal(officer_of(owner), silent), "none");
  silent.made = base::Date(std::chrono::sys_days(world.today) + std::chrono::days(1));
  EXPECT_EQ(world.refusal(officer_of(owner), silent), "invalid");
}

TEST(ACheck, IsOneOfAtMostFiveHundred) {
  World world = World::with_open_case();
  for (int i = 0; i < 500; ++i) world.must(officer_of(owner), visit);
  EXPECT_EQ(world.refusal(officer_of(owner), visit), "conflict");
}

TEST(AnAssignment, IsTheOwnersAndMovesNothing) {
  World world = World::with_open_case();
  const int64_t version = world.record().version;
  world.must(officer_of(owner), AssignCase{"ben"});
  EXPECT_EQ(world.record().assigned_to, "ben");
  EXPECT_EQ(world.record().version, version);
  const auto again = world.ask(officer_of(owner), AssignCase{"ben"});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty()) << "who has it already";
  world.must(officer_of(owner), AssignCase{""});
  EXPECT_EQ(world.record().assigned_to, "");
  world.enquire(other);
  EXPECT_EQ(world.refusal(officer_of(other), AssignCase{"cy"}), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), AssignCase{"cy"}), "not-found");
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  world.must(officer_of(owner), AssignCase{"ben"});
  world.must(officer_of(owner), Close{});
  EXPECT_EQ(world.refusal(officer_of(owner), AssignCase{"cy"}), "case-not-open");
}

}  // namespace broker::domain::testing
