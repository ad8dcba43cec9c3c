#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

World handed_over() {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  world.must(officer_of(other, "cy"), AnswerEnquiry{id, complete(Outcome::resident_not_in_education)});
  return world;
}

}  // namespace

TEST(AHandover, ClosesTheCaseAndOpensItsSuccessorInOneDecision) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  const auto events =
      world.act(officer_of(other, "cy"), AnswerEnquiry{id, complete(Outcome::resident_not_in_education)});
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 3u);
  EXPECT_EQ(type_of(events->at(0).body), "enquiry.replied");
  EXPECT_EQ(type_of(events->at(1).body), "handover.accepted");
  EXPECT_EQ(type_of(events->at(2).body), "case.opened");
  ASSERT_EQ(world.cases.size(), 2u);
  const Case& first = world.record(0);
  const Case& successor = world.record(1);
  EXPECT_EQ(first.status, CaseStatus::closed);
  EXPECT_EQ(first.closure->kind, ClosureKind::handed_over);
  EXPECT_EQ(first.closure->successor_case, successor.id);
  EXPECT_EQ(world.file(0).enquiries[0].replies[0].successor_case, successor.id);
  EXPECT_EQ(successor.owner, other);
  EXPECT_EQ(successor.status, CaseStatus::open);
  EXPECT_EQ(successor.chain, first.id);
  EXPECT_EQ(successor.predecessor, first.id);
  EXPECT_EQ(successor.opened_by, "cy");
  EXPECT_EQ(successor.version, 1);
}

TEST(AHandover, CarriesTheChildWithTheAddressThatWasConfirmed) {
  World world;
  OpenCase command;
  command.child.surname = "Hussain";
  command.child.address.town = "Kingston";
  ASSERT_TRUE(world.open(officer_of(owner), command));
  world.match(other);
  world.must(officer_of(other), Confirm{complete(Outcome::resident_not_in_education)});
  const matcher::PupilRecord& child = world.record(1).child;
  EXPECT_EQ(child.surname, "Hussain");
  EXPECT_EQ(child.address.town, "Sutton");
  ASSERT_EQ(child.previous_addresses.size(), 1u);
  EXPECT_EQ(child.previous_addresses[0].town, "Kingston");
}

// The successor took the child over whole, and so its new owner was shown the refuge that the first one had flagged.
TEST(AHandover, KeepsARestrictedAddressFromTheNewOwner) {
  World world;
  OpenCase command;
  command.child.surname = "Hussain";
  command.child.address = {
      .lines = {"1 Refuge Road"}, .town = "Kingston", .postcode = "", .uprn = "", .restricted = true};
  command.child.previous_addresses = {command.child.address};
  command.child.school.laestab = leaver_school;
  command.child.guardians = {{"Jo Hussain", "020 7946 0001"}};
  ASSERT_TRUE(world.open(officer_of(owner), command));
  world.match(other);
  world.must(officer_of(other), Confirm{complete(Outcome::resident_not_in_education)});
  const matcher::PupilRecord& child = world.record(1).child;
  EXPECT_EQ(child.address.town, "Sutton");
  EXPECT_TRUE(child.address.restricted);
  EXPECT_TRUE(child.previous_addresses.empty());
  EXPECT_TRUE(child.school.is_empty());
  EXPECT_EQ(child.guardians[0], (matcher::Guardian{"Jo Hussain", ""}));
}

TEST(AHandover, WaitsWhileAnotherConfirmationStands) {
  World world = World::with_open_case();
  world.enquire(other);
  world.enquire(third);
  world.must(officer_of(third), Confirm{complete(Outcome::on_roll)});
  EXPECT_EQ(world.refusal(officer_of(other), Confirm{complete(Outcome::resident_not_in_education)}), "case-not-open");
  world.must(officer_of(owner), Dispute{"", "Not there."});
  EXPECT_EQ(world.refusal(officer_of(other), Confirm{complete(Outcome::resident_not_in_education)}), "none");
}

TEST(AHandover, IsNotAcceptedTwice) {
  World world = handed_over();
  world.match(third);
  EXPECT_EQ(world.refusal(officer_of(third), Confirm{complete(Outcome::resident_not_in_education)}), "case-not-open");
}

TEST(AHandover, IsRefusedWithItsIdWhereTheAuthorityHasTheChildOpenAlready) {
  World world = World::with_open_case();
  OpenCase own;
  own.child.upn = world.record().child.upn;
  ASSERT_TRUE(world.open(officer_of(other), own));
  world.match(other);
  const auto refused = world.ask(officer_of(other), Confirm{complete(Outcome::resident_not_in_education)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, base::ProblemType::case_already_open);
  EXPECT_EQ(refused.error().members[0].second, world.record(1).id);
  EXPECT_EQ(world.status(), CaseStatus::open);
}

TEST(AHandover, CanGoBackToTheFirstAuthority) {
  World world = handed_over();
  const std::string id = world.enquire(owner, 1);
  world.must(officer_of(owner), AnswerEnquiry{id, complete(Outcome::resident_not_in_education)}, 1);
  ASSERT_EQ(world.cases.size(), 3u);
  EXPECT_EQ(world.record(2).owner, owner);
  EXPECT_EQ(world.record(2).chain, world.record(0).id);
  EXPECT_EQ(world.record(2).predecessor, world.record(1).id);
  EXPECT_EQ(world.status(0), CaseStatus::closed);
  EXPECT_EQ(world.status(1), CaseStatus::closed);
}

}  // namespace broker::domain::testing
