#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

World located_by(const Answer& answer) {
  World world = World::with_open_case();
  world.enquire(other);
  world.must(officer_of(other), Confirm{answer});
  return world;
}

}  // namespace

TEST(Closing, IsRefusedInWordsWhileNobodyHasConfirmed) {
  World world = World::with_open_case();
  const auto refused = world.ask(officer_of(owner), Close{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, base::ProblemType::case_not_confirmed);
  EXPECT_EQ(refused.error().detail,
            "No other authority has confirmed where the child is. The case stays open until one does.");
  world.enquire(other);
  world.match(third);
  EXPECT_EQ(world.refusal(officer_of(owner), Close{}), "case-not-confirmed");
}

TEST(Closing, NamesTheConfirmationItRestsOn) {
  for (const Outcome outcome : {Outcome::on_roll, Outcome::home_educated, Outcome::other_provision}) {
    SCOPED_TRACE(text_of(outcome));
    World world = located_by(complete(outcome));
    EXPECT_TRUE(blockers_of(world.record(), world.today).empty());
    world.must(officer_of(owner, "ben"), Close{});
    EXPECT_EQ(world.status(), CaseStatus::closed);
    ASSERT_TRUE(world.record().closure.has_value());
    EXPECT_EQ(world.record().closure->kind, ClosureKind::confirmed);
    EXPECT_EQ(world.record().closure->confirmation_id, world.record().confirmations[0].id);
    EXPECT_EQ(world.record().closure->by.officer, "ben");
  }
}

TEST(Closing, IsTheOwnersAlone) {
  World world = located_by(complete(Outcome::on_roll));
  EXPECT_EQ(world.refusal(officer_of(other), Close{}), "not-found");
  EXPECT_EQ(world.refusal(officer_of(stranger), Close{}), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), Close{}), "not-found");
}

TEST(Closing, WaitsUntilTheChildAttends) {
  World world = located_by(on_roll_from("2026-11-14"));
  const auto refused = world.ask(officer_of(owner), Close{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, base::ProblemType::not_attending_yet);
  EXPECT_NE(refused.error().detail.find("2026-11-14"), std::string::npos);
  world.today = date("2026-11-14");
  EXPECT_EQ(world.refusal(officer_of(owner), Close{}), "none");
}

TEST(Closing, WaitsForTheEvidenceThatEachOutcomeNeeds) {
  Answer answer = complete(Outcome::on_roll);
  answer.location->living_in_area.reset();
  EXPECT_EQ(located_by(answer).refusal(officer_of(owner), Close{}), "not-attending-yet");
  answer.location->living_in_area = false;
  EXPECT_EQ(located_by(answer).refusal(officer_of(owner), Close{}), "not-attending-yet");
  answer = complete(Outcome::on_roll);
  answer.location->attending_since.reset();
  EXPECT_EQ(located_by(answer).refusal(officer_of(owner), Close{}), "not-attending-yet");
  answer = complete(Outcome::home_educated);
  answer.location->written_confirmation = false;
  EXPECT_EQ(located_by(answer).refusal(officer_of(owner), Close{}), "not-evidenced");
  answer = complete(Outcome::other_provision);
  answer.location->provider.clear();
  EXPECT_EQ(located_by(answer).refusal(officer_of(owner), Close{}), "not-evidenced");
}

TEST(Closing, TakesTheConfirmationThatSufficesAmongSeveral) {
  World world = located_by(complete(Outcome::on_roll));
  world.enquire(third);
  world.must(officer_of(third), Confirm{on_roll_from("2027-01-05")});
  world.must(officer_of(owner), Close{});
  EXPECT_EQ(world.record().closure->confirmation_id, world.record().confirmations[0].id);
}

TEST(Closing, IsRefusedOnceTheConfirmationNoLongerStands) {
  World world = located_by(complete(Outcome::on_roll));
  world.must(officer_of(other), Retract{world.record().confirmations[0].id, "Mistaken."});
  EXPECT_EQ(world.refusal(officer_of(owner), Close{}), "case-not-confirmed");
}

TEST(Closing, HappensOnce) {
  World world = located_by(complete(Outcome::on_roll));
  world.must(officer_of(owner), Close{});
  EXPECT_EQ(world.refusal(officer_of(owner), Close{}), "case-already-closed");
}

TEST(Blockers, UseTheWordsOfTheRefusal) {
  World world = World::with_open_case();
  const auto refused = world.ask(officer_of(owner), Close{});
  const auto blockers = blockers_of(world.record(), world.today);
  ASSERT_EQ(blockers.size(), 1u);
  EXPECT_EQ(blockers[0].rule, base::kind_of(refused.error().type).name);
  EXPECT_EQ(blockers[0].sentence, refused.error().detail);
}

}  // namespace broker::domain::testing
