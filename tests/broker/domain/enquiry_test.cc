#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

SendEnquiries to(std::vector<std::string> authorities) {
  SendEnquiries command;
  command.to = std::move(authorities);
  return command;
}

}  // namespace

TEST(AnEnquiry, IsSentToEachAuthorityThatIsNamedAndMakesItAParty) {
  World world = World::with_open_case();
  SendEnquiries command = to({other, third});
  command.priority = Priority::immediate;
  command.kind = EnquiryKind::address_known;
  command.message = "Is the child with you?";
  world.must(officer_of(owner), command);
  ASSERT_EQ(world.file().enquiries.size(), 2u);
  const Enquiry& enquiry = world.file().enquiries[0];
  EXPECT_EQ(enquiry.from, owner);
  EXPECT_EQ(enquiry.to, other);
  EXPECT_EQ(enquiry.status, EnquiryStatus::sent);
  EXPECT_EQ(enquiry.priority, Priority::immediate);
  EXPECT_EQ(enquiry.kind, EnquiryKind::address_known);
  EXPECT_EQ(enquiry.message, "Is the child with you?");
  EXPECT_EQ(enquiry.acknowledge_due, date("2026-11-13"));
  EXPECT_EQ(enquiry.due, date("2026-11-13"));
  EXPECT_EQ(enquiry.version, 1);
  EXPECT_NE(enquiry.id, world.file().enquiries[1].id);
  EXPECT_TRUE(world.record().is_party(other));
  EXPECT_TRUE(world.record().is_party(third));
  EXPECT_FALSE(world.record().is_party(stranger));
}

TEST(AnEnquiry, IsNotSentToItsSenderNorToNobodyNorTwiceNorToACodeThatIsNoAuthority) {
  World world = World::with_open_case();
  const auto refused = world.ask(officer_of(owner), to({owner, "999", other, other}));
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().errors.size(), 3u);
  EXPECT_EQ(refused.error().errors[0].pointer, "/to/0");
  EXPECT_EQ(refused.error().errors[1].pointer, "/to/1");
  EXPECT_EQ(refused.error().errors[2].pointer, "/to/3");
  EXPECT_EQ(world.refusal(officer_of(owner), to({})), "invalid");
}

TEST(AnEnquiry, IsTheOwnersAlone) {
  World world = World::with_open_case();
  world.enquire(other);
  EXPECT_EQ(world.refusal(officer_of(other), to({third})), "not-found");
  EXPECT_EQ(world.refusal(officer_of(stranger), to({third})), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), to({third})), "not-found");
}

TEST(AnEnquiry, IsNotSentForACaseThatHasEnded) {
  World world = World::with_open_case();
  world.must(officer_of(owner, "ada"), RequestEnd{EndReason::died, "", ""});
  world.must(officer_of(owner, "ben"), ApproveEnd{});
  EXPECT_EQ(world.refusal(officer_of(owner), to({other})), "case-not-open");
}

TEST(AnEnquiry, IsAcknowledgedOnceAndOnlyByTheAuthorityThatWasAsked) {
  World world = World::with_open_case();
  const Acknowledge command{world.enquire(other)};
  EXPECT_EQ(world.refusal(officer_of(owner), command), "not-permitted");
  EXPECT_EQ(world.refusal(officer_of(third), command), "not-found");
  world.must(officer_of(other), command);
  EXPECT_EQ(world.file().enquiries[0].status, EnquiryStatus::acknowledged);
  EXPECT_TRUE(world.file().enquiries[0].acknowledged.has_value());
  EXPECT_EQ(world.refusal(officer_of(other), command), "conflict");
}

TEST(AnEnquiry, IsWithdrawnByItsSenderAloneAndThenTakesNoAnswer) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  EXPECT_EQ(world.refusal(officer_of(other), WithdrawEnquiry{id, "not ours"}), "not-permitted");
  EXPECT_EQ(world.refusal(officer_of(third), WithdrawEnquiry{id, "not ours"}), "not-found");
  world.must(officer_of(owner), WithdrawEnquiry{id, "Sent to the wrong authority."});
  EXPECT_EQ(world.file().enquiries[0].status, EnquiryStatus::withdrawn);
  EXPECT_EQ(world.file().enquiries[0].withdrawn_reason, "Sent to the wrong authority.");
  EXPECT_EQ(world.refusal(officer_of(owner), WithdrawEnquiry{id, "again"}), "enquiry-ended");
  EXPECT_EQ(world.refusal(officer_of(other), Acknowledge{id}), "enquiry-ended");
  EXPECT_EQ(world.refusal(officer_of(other), AnswerEnquiry{id, complete(Outcome::not_located)}), "enquiry-ended");
}

TEST(AnEnquiry, TakesInformationFromItsSenderWhichStartsAWaitingClockAgain) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  world.must(officer_of(other), AnswerEnquiry{id, complete(Outcome::information_needed)});
  EXPECT_EQ(world.file().enquiries[0].status, EnquiryStatus::waiting_for_information);
  EXPECT_EQ(world.refusal(officer_of(other), AddInformation{id, "ours"}), "not-permitted");
  world.must(officer_of(owner), AddInformation{id, "The mother's name is known."});
  EXPECT_EQ(world.file().enquiries[0].status, EnquiryStatus::acknowledged);
  EXPECT_EQ(world.file().enquiries[0].information, "The mother's name is known.");
}

// A school has a certificate of its own; that its authority was asked gives it no voice.
TEST(AnEnquiry, IsOutOfReachOfTheSchoolsOfBothSides) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  EXPECT_EQ(world.refusal(school("3194001"), Acknowledge{id}), "not-found");
  EXPECT_EQ(world.refusal(school("3194001"), AnswerEnquiry{id, complete(Outcome::on_roll)}), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), WithdrawEnquiry{id, "no"}), "not-found");
  EXPECT_EQ(world.refusal(school(leaver_school), AddInformation{id, "no"}), "not-found");
}

TEST(AnEnquiry, ThatDoesNotExistLooksLikeOneThatIsNotYours) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  const auto absent = world.ask(officer_of(third), Acknowledge{"no-such-id"});
  const auto foreign = world.ask(officer_of(third), Acknowledge{id});
  ASSERT_FALSE(absent);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(absent.error(), foreign.error());
}

TEST(AnEnquiry, CountsItsChangesInItsVersion) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  world.must(officer_of(other), Acknowledge{id});
  world.must(officer_of(other), AnswerEnquiry{id, complete(Outcome::checks_in_progress)});
  world.must(officer_of(other), AnswerEnquiry{id, complete(Outcome::not_located)});
  EXPECT_EQ(world.file().enquiries[0].version, 4);
}

}  // namespace broker::domain::testing
