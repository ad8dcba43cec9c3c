// Checks and contacts that the owner records on its case.
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

}  // namespace broker::domain::testing
