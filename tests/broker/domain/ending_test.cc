#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {

TEST(Ending, TakesTwoDifferentOfficersOfTheOwner) {
  World world = World::with_open_case();
  EXPECT_EQ(world.refusal(officer_of(owner), ApproveEnd{}), "conflict");
  world.must(officer_of(owner, "ada"), RequestEnd{EndReason::died, "", "Told by the registrar."});
  EXPECT_EQ(world.status(), CaseStatus::open);
  EXPECT_EQ(world.refusal(officer_of(owner, "ada"), ApproveEnd{}), "second-officer-required");
  EXPECT_EQ(world.refusal(officer_of(owner, "ben"), RequestEnd{EndReason::died, "", ""}), "second-officer-required");
  EXPECT_EQ(world.refusal(officer_of(other, "ben"), ApproveEnd{}), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), ApproveEnd{}), "not-found");
  world.must(officer_of(owner, "ben"), ApproveEnd{});
  EXPECT_EQ(world.status(), CaseStatus::ended);
  EXPECT_EQ(world.record().ending->requested_by, "ada");
  EXPECT_EQ(world.record().ending->approved_by, "ben");
  EXPECT_FALSE(world.record().closure.has_value()) << "an ended case is counted apart from closed ones";
}

TEST(Ending, IsTheOwnersToAskFor) {
  World world = World::with_open_case();
  world.enquire(other);
  const RequestEnd command{EndReason::opened_in_error, "", ""};
  EXPECT_EQ(world.refusal(officer_of(other), command), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), command), "not-found");
}

TEST(Ending, NeedsAReferenceToTheEvidenceWhenTheChildLeftTheCountry) {
  World world = World::with_open_case();
  EXPECT_EQ(world.refusal(officer_of(owner), RequestEnd{EndReason::left_the_country, "", ""}), "invalid");
  EXPECT_EQ(world.refusal(officer_of(owner), RequestEnd{EndReason::left_the_country, "Letter 12/7", ""}), "none");
  for (const auto& [reason, name] : Names<EndReason>::table) {
    if (reason == EndReason::left_the_country) continue;
    EXPECT_EQ(world.refusal(officer_of(owner), RequestEnd{reason, "", ""}), "none") << name;
  }
}

TEST(Ending, IsPossibleFromLocatedAndNotTwice) {
  World world = World::with_open_case();
  world.enquire(other);
  world.must(officer_of(other), Confirm{on_roll_from("2027-01-05")});
  world.must(officer_of(owner, "ada"), RequestEnd{EndReason::over_compulsory_school_age, "", ""});
  EXPECT_EQ(world.status(), CaseStatus::located);
  world.must(officer_of(owner, "ben"), ApproveEnd{});
  EXPECT_EQ(world.status(), CaseStatus::ended);
  EXPECT_EQ(world.refusal(officer_of(owner), RequestEnd{EndReason::died, "", ""}), "case-already-closed");
  EXPECT_EQ(world.refusal(officer_of(owner, "ben"), ApproveEnd{}), "case-already-closed");
}

}  // namespace broker::domain::testing
