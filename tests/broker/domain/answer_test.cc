#include <gtest/gtest.h>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {
namespace {

// What each outcome of a reply does, as the lifecycle's table has it.
struct Effect {
  Outcome outcome;
  CaseStatus status;
  EnquiryStatus enquiry;
};
constexpr Effect effects[] = {
    {Outcome::on_roll, CaseStatus::located, EnquiryStatus::answered},
    {Outcome::home_educated, CaseStatus::located, EnquiryStatus::answered},
    {Outcome::other_provision, CaseStatus::located, EnquiryStatus::answered},
    {Outcome::resident_not_in_education, CaseStatus::closed, EnquiryStatus::answered},
    {Outcome::application_in_hand, CaseStatus::open, EnquiryStatus::answered},
    {Outcome::moved_on, CaseStatus::open, EnquiryStatus::answered},
    {Outcome::not_located, CaseStatus::open, EnquiryStatus::answered},
    {Outcome::checks_in_progress, CaseStatus::open, EnquiryStatus::acknowledged},
    {Outcome::information_needed, CaseStatus::open, EnquiryStatus::waiting_for_information},
    {Outcome::withheld, CaseStatus::open, EnquiryStatus::answered},
    {Outcome::wrong_authority, CaseStatus::open, EnquiryStatus::answered},
    {Outcome::not_compulsory_age, CaseStatus::open, EnquiryStatus::answered},
    {Outcome::different_child, CaseStatus::open, EnquiryStatus::answered},
    {Outcome::died, CaseStatus::open, EnquiryStatus::answered},
    {Outcome::detained, CaseStatus::open, EnquiryStatus::answered},
};

}  // namespace

TEST(AnAnswer, MovesCaseAndEnquiryAsTheLifecycleSaysForEachOutcome) {
  static_assert(std::size(effects) == Names<Outcome>::table.size());
  for (const Effect& effect : effects) {
    SCOPED_TRACE(text_of(effect.outcome));
    World world = World::with_open_case();
    const std::string id = world.enquire(other);
    world.must(officer_of(other, "cy"), AnswerEnquiry{id, complete(effect.outcome)});
    EXPECT_EQ(world.status(), effect.status);
    EXPECT_EQ(world.file().enquiries[0].status, effect.enquiry);
    ASSERT_EQ(world.file().enquiries[0].replies.size(), 1u);
    EXPECT_EQ(world.file().enquiries[0].replies[0].officer, "cy");
    EXPECT_TRUE(world.file().enquiries[0].acknowledged.has_value());
  }
}

TEST(AnAnswer, NamesTheConfirmationThatItMade) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  world.must(officer_of(other), AnswerEnquiry{id, complete(Outcome::on_roll)});
  ASSERT_EQ(world.record().confirmations.size(), 1u);
  EXPECT_EQ(world.file().enquiries[0].replies[0].confirmation_id, world.record().confirmations[0].id);
  EXPECT_EQ(world.record().confirmations[0].enquiry_id, id);
  EXPECT_EQ(world.record().confirmations[0].authority, other);
}

TEST(AnAnswer, IsRefusedByFieldWhenItLacksWhatItsOutcomeNeeds) {
  struct Lack {
    Outcome outcome;
    const char* pointer;
  };
  const Lack lacks[] = {
      {Outcome::on_roll, "/location/school"},
      {Outcome::home_educated, "/location"},
      {Outcome::other_provision, "/location"},
      {Outcome::resident_not_in_education, "/location"},
      {Outcome::application_in_hand, "/next_date"},
      {Outcome::checks_in_progress, "/next_date"},
      {Outcome::moved_on, "/moved_to"},
      {Outcome::information_needed, "/note"},
      {Outcome::withheld, "/contact"},
  };
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  for (const Lack& lack : lacks) {
    SCOPED_TRACE(text_of(lack.outcome));
    Answer bare;
    bare.outcome = lack.outcome;
    const auto refused = world.ask(officer_of(other), AnswerEnquiry{id, bare});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, base::ProblemType::invalid);
    ASSERT_EQ(refused.error().errors.size(), 1u);
    EXPECT_EQ(refused.error().errors[0].pointer, lack.pointer);
  }
}

TEST(AnAnswer, TakesAUrnInPlaceOfALaestab) {
  World world = World::with_open_case();
  Answer answer = complete(Outcome::on_roll);
  answer.location->school = {};
  answer.location->school.urn = "102345";
  EXPECT_EQ(world.refusal(officer_of(other), AnswerEnquiry{world.enquire(other), answer}), "none");
}

TEST(AnAnswer, ComesFromTheAuthorityThatWasAskedAlone) {
  World world = World::with_open_case();
  const AnswerEnquiry command{world.enquire(other), complete(Outcome::on_roll)};
  world.enquire(third);
  EXPECT_EQ(world.refusal(officer_of(owner), command), "not-permitted");
  EXPECT_EQ(world.refusal(officer_of(third), command), "not-found");
  EXPECT_EQ(world.refusal(officer_of(stranger), command), "not-found");
}

TEST(AnAnswer, IsFinalOnce) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  world.must(officer_of(other), AnswerEnquiry{id, complete(Outcome::checks_in_progress)});
  world.must(officer_of(other), AnswerEnquiry{id, complete(Outcome::not_located)});
  EXPECT_EQ(world.refusal(officer_of(other), AnswerEnquiry{id, complete(Outcome::on_roll)}), "enquiry-ended");
  EXPECT_EQ(world.file().enquiries[0].replies.size(), 2u);
}

TEST(AnAnswer, IsKeptButMovesNothingOnceTheCaseHasEnded) {
  World world = World::with_open_case();
  const std::string id = world.enquire(other);
  world.must(officer_of(owner, "ada"), RequestEnd{EndReason::found_in_own_area, "", ""});
  world.must(officer_of(owner, "ben"), ApproveEnd{});
  world.must(officer_of(other), AnswerEnquiry{id, complete(Outcome::on_roll)});
  EXPECT_EQ(world.status(), CaseStatus::ended);
  EXPECT_TRUE(world.record().confirmations.empty());
  EXPECT_EQ(world.file().enquiries[0].replies[0].confirmation_id, "");
  EXPECT_EQ(world.file().enquiries[0].status, EnquiryStatus::answered);
}

}  // namespace broker::domain::testing
