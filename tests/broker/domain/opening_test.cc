#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

OpenCase case_for(const char* upn) {
  OpenCase command;
  command.child.upn = upn;
  command.child.surname = "Kowalska";
  command.reason = "Believed to have moved to another local authority";
  command.missing_since = date("2026-11-02");
  command.priority = Priority::urgent;
  return command;
}

}  // namespace

TEST(OpeningACase, MakesTheCallerItsOwnerAndTheFirstOfItsChain) {
  World world;
  ASSERT_TRUE(world.open(officer_of(owner), case_for("B801200005001")));
  const Case& record = world.record();
  EXPECT_EQ(record.owner, owner);
  EXPECT_EQ(record.chain, record.id);
  EXPECT_EQ(record.predecessor, "");
  EXPECT_EQ(record.status, CaseStatus::open);
  EXPECT_EQ(record.opened_by, "ada");
  EXPECT_EQ(record.priority, Priority::urgent);
  EXPECT_EQ(record.missing_since, date("2026-11-02"));
  EXPECT_EQ(record.removal.status, RemovalStatus::not_permitted);
  EXPECT_EQ(record.version, 1);
}

TEST(OpeningACase, IsRefusedWithTheFirstOnesIdWhileThisAuthorityHasTheChildOpen) {
  World world = World::with_open_case();
  const auto second = world.open(officer_of(owner), case_for("B801200005001"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().type, base::ProblemType::case_already_open);
  ASSERT_EQ(second.error().members.size(), 1u);
  EXPECT_EQ(second.error().members[0], (std::pair<std::string, std::string>("case_id", world.record().id)));
  EXPECT_EQ(world.cases.size(), 1u);
}

TEST(OpeningACase, IsOpenToAnotherAuthorityThatLooksForTheSameChild) {
  World world = World::with_open_case();
  EXPECT_TRUE(world.open(officer_of(other), case_for("B801200005001")));
  EXPECT_EQ(world.cases.size(), 2u);
}

TEST(OpeningACase, IsNotHinderedByAnotherChildWithoutAUpn) {
  World world;
  ASSERT_TRUE(world.open(officer_of(owner), case_for("")));
  EXPECT_TRUE(world.open(officer_of(owner), case_for("")));
}

TEST(OpeningACase, IsOpenAgainOnceTheFirstHasEnded) {
  World world = World::with_open_case();
  world.must(officer_of(owner, "ada"), RequestEnd{EndReason::opened_in_error, "", ""});
  world.must(officer_of(owner, "ben"), ApproveEnd{});
  EXPECT_TRUE(world.open(officer_of(owner), case_for("B801200005001")));
}

TEST(OpeningACase, IsNotForASchool) {
  World world;
  const auto opened = world.open(school(leaver_school), case_for(""));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().type, base::ProblemType::not_permitted);
}

TEST(OpeningACase, RefusesAChildMissingSinceADayToCome) {
  World world;
  OpenCase command = case_for("");
  command.missing_since = date("2026-11-14");
  const auto opened = world.open(officer_of(owner), command);
  ASSERT_FALSE(opened);
  ASSERT_EQ(opened.error().errors.size(), 1u);
  EXPECT_EQ(opened.error().errors[0].pointer, "/missing_since");
  command.missing_since = world.today;
  EXPECT_TRUE(world.open(officer_of(owner), command));
}

}  // namespace broker::domain::testing
