#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {

TEST(AConfirmation, LocatesTheCaseWhenAnotherAuthorityWasAsked) {
  World world = World::with_open_case();
  world.enquire(other);
  world.must(officer_of(other, "cy"), Confirm{complete(Outcome::on_roll)});
  EXPECT_EQ(world.status(), CaseStatus::located);
  ASSERT_NE(world.record().standing_confirmation(), nullptr);
  EXPECT_EQ(world.record().standing_confirmation()->authority, other);
  EXPECT_EQ(world.record().standing_confirmation()->officer, "cy");
  EXPECT_EQ(world.record().standing_confirmation()->enquiry_id, "");
}

TEST(AConfirmation, ComesFromAMatchedAuthorityThatWasNeverAsked) {
  World world = World::with_open_case();
  EXPECT_EQ(world.refusal(officer_of(other), Confirm{complete(Outcome::on_roll)}), "not-found");
  world.match(other);
  EXPECT_EQ(world.status(), CaseStatus::open) << "a match alone locates nothing";
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  EXPECT_EQ(world.status(), CaseStatus::located);
}

TEST(AConfirmation, IsNeverTheOwners) {
  World world = World::with_open_case();
  world.match(owner);
  EXPECT_EQ(world.refusal(officer_of(owner), Confirm{complete(Outcome::on_roll)}), "owner-cannot-confirm");
  EXPECT_EQ(world.refusal(officer_of(owner, "ben"), Confirm{complete(Outcome::resident_not_in_education)}),
            "owner-cannot-confirm");
}

TEST(AConfirmation, IsNotASchoolsToGive) {
  World world = World::with_open_case();
  world.enquire(other);
  EXPECT_EQ(world.refusal(school("3194001"), Confirm{complete(Outcome::on_roll)}), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), Confirm{complete(Outcome::on_roll)}), "not-found");
}

TEST(AConfirmation, SaysWhereTheChildIs) {
  World world = World::with_open_case();
  world.enquire(other);
  for (const auto& [outcome, name] : Names<Outcome>::table) {
    SCOPED_TRACE(name);
    const bool is_location = is_confirmation(outcome) || is_handover(outcome);
    EXPECT_EQ(world.refusal(officer_of(other), Confirm{complete(outcome)}), is_location ? "none" : "invalid");
  }
  Answer bare;
  bare.outcome = Outcome::on_roll;
  EXPECT_EQ(world.refusal(officer_of(other), Confirm{bare}), "invalid");
}

TEST(AConfirmation, IsNotTakenForACaseThatHasEnded) {
  World world = World::with_open_case();
  world.enquire(other);
  world.must(officer_of(owner, "ada"), RequestEnd{EndReason::opened_in_error, "", ""});
  world.must(officer_of(owner, "ben"), ApproveEnd{});
  EXPECT_EQ(world.refusal(officer_of(other), Confirm{complete(Outcome::on_roll)}), "case-not-open");
}

TEST(Retracting, OpensTheCaseAgainAndIsForTheAuthorityThatConfirmed) {
  World world = World::with_open_case();
  world.enquire(other);
  world.enquire(third);
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  const Retract command{world.record().confirmations[0].id, "A different child of the same name."};
  EXPECT_EQ(world.refusal(officer_of(owner), command), "not-permitted");
  EXPECT_EQ(world.refusal(officer_of(third), command), "not-found");
  EXPECT_EQ(world.refusal(school("3194001"), command), "not-found");
  world.must(officer_of(other), command);
  EXPECT_EQ(world.status(), CaseStatus::open);
  EXPECT_EQ(world.record().confirmations[0].state, ConfirmationState::retracted);
  EXPECT_EQ(world.record().confirmations[0].state_reason, "A different child of the same name.");
  EXPECT_EQ(world.refusal(officer_of(other), command), "confirmation-not-standing");
}

TEST(Retracting, LeavesTheCaseLocatedWhileAnotherConfirmationStands) {
  World world = World::with_open_case();
  world.enquire(other);
  world.enquire(third);
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  world.must(officer_of(third), Confirm{complete(Outcome::home_educated)});
  world.must(officer_of(other), Retract{world.record().confirmations[0].id, "Mistaken."});
  EXPECT_EQ(world.status(), CaseStatus::located);
  EXPECT_EQ(world.record().standing_confirmation()->authority, third);
}

TEST(Disputing, OpensTheCaseAgainAndIsForTheOwnerWithAReason) {
  World world = World::with_open_case();
  world.enquire(other);
  EXPECT_EQ(world.refusal(officer_of(owner), Dispute{"", "no"}), "confirmation-not-standing");
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  EXPECT_EQ(world.refusal(officer_of(other), Dispute{"", "no"}), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), Dispute{"", "no"}), "not-found");
  EXPECT_EQ(world.refusal(officer_of(owner), Dispute{"no-such-id", "no"}), "invalid");
  EXPECT_EQ(world.refusal(officer_of(owner), Dispute{"", ""}), "invalid");
  world.must(officer_of(owner), Dispute{"", "The school has never heard of her."});
  EXPECT_EQ(world.status(), CaseStatus::open);
  EXPECT_EQ(world.record().confirmations[0].state, ConfirmationState::disputed);
}

TEST(Disputing, OneOfTwoConfirmationsLeavesTheOtherStanding) {
  World world = World::with_open_case();
  world.enquire(other);
  world.enquire(third);
  world.must(officer_of(other), Confirm{complete(Outcome::on_roll)});
  world.must(officer_of(third), Confirm{complete(Outcome::on_roll)});
  const std::string first = world.record().confirmations[0].id;
  world.must(officer_of(owner), Dispute{first, "Not there."});
  EXPECT_EQ(world.status(), CaseStatus::located);
  EXPECT_EQ(world.refusal(officer_of(owner), Dispute{first, "Not there."}), "invalid");
  world.must(officer_of(owner), Dispute{"", "Nor there."});
  EXPECT_EQ(world.status(), CaseStatus::open);
}

}  // namespace broker::domain::testing
