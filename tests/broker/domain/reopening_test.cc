#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

World closed_case() {
  World world = World::with_open_case();
  world.enquire(other);
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  world.must(officer_of(owner), Close{});
  return world;
}

}  // namespace

TEST(Reopening, SetsTheOldConfirmationAsideSoThatItCannotCloseAgain) {
  World world = closed_case();
  world.must(officer_of(owner), Reopen{"The school reports that she never came."});
  EXPECT_EQ(world.status(), CaseStatus::open);
  EXPECT_FALSE(world.record().closure.has_value());
  EXPECT_EQ(world.record().confirmations[0].state, ConfirmationState::set_aside);
  EXPECT_EQ(world.refusal(officer_of(owner), Close{}), "case-not-confirmed");
  EXPECT_EQ(world.refusal(officer_of(other), Retract{world.record().confirmations[0].id, "x"}),
            "confirmation-not-standing");
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  EXPECT_EQ(world.refusal(officer_of(owner), Close{}), "none");
}

TEST(Reopening, IsTheOwnersWithAReason) {
  World world = closed_case();
  EXPECT_EQ(world.refusal(officer_of(other), Reopen{"x"}), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), Reopen{"x"}), "not-found");
  EXPECT_EQ(world.refusal(officer_of(owner), Reopen{""}), "invalid");
}

TEST(Reopening, IsForClosedAndEndedCasesOnly) {
  World world = World::with_open_case();
  EXPECT_EQ(world.refusal(officer_of(owner), Reopen{"x"}), "conflict");
  world.must(officer_of(owner, "ada"), RequestEnd{EndReason::opened_in_error, "", ""});
  world.must(officer_of(owner, "ben"), ApproveEnd{});
  world.must(officer_of(owner), Reopen{"It was no error."});
  EXPECT_EQ(world.status(), CaseStatus::open);
  EXPECT_FALSE(world.record().ending.has_value()) << "the next end takes two officers anew";
  EXPECT_EQ(world.refusal(officer_of(owner, "ben"), ApproveEnd{}), "conflict");
}

TEST(Reopening, IsRefusedWhileTheSuccessorIsOpen) {
  World world = World::with_open_case();
  world.match(other);
  world.must(officer_of(other), Confirm{complete(Outcome::resident_not_in_education)});
  EXPECT_EQ(world.refusal(officer_of(owner), Reopen{"x"}), "successor-open");
  world.must(officer_of(other, "ada"), RequestEnd{EndReason::opened_in_error, "", ""}, 1);
  world.must(officer_of(other, "ben"), ApproveEnd{}, 1);
  world.must(officer_of(owner), Reopen{"The handover was a mistake."});
  EXPECT_EQ(world.status(0), CaseStatus::open);
  EXPECT_EQ(world.refusal(officer_of(other), Reopen{"x"}, 1), "successor-open");
}

TEST(Reopening, IsRefusedWhileTheOwnerHasAnotherCaseOpenForThisChild) {
  World world = closed_case();
  OpenCase again;
  again.child.upn = world.record().child.upn;
  ASSERT_TRUE(world.open(officer_of(owner), again));
  world.cases[1].record.chain = "another chain";
  EXPECT_NE(world.refusal(officer_of(owner), Reopen{"x"}), "none");
}

}  // namespace broker::domain::testing
