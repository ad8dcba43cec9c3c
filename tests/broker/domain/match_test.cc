// Who decides on a match, and when it takes two.
#include "broker/domain/match.h"

#include <gtest/gtest.h>

namespace broker::domain {
namespace {

const Actor ada = {"319", "a.obi", ""};
const Actor ben = {"319", "b.lane", ""};
const base::Time now = *base::parse_time("2026-11-13T10:00:00Z");

Match pair(std::vector<Evidence> evidence) {
  Match match;
  match.seeker = {.authority = "314"};
  match.holder = {.authority = "319", .kind = RecordKind::arrival};
  match.evidence = std::move(evidence);
  return match;
}
Match alike() {
  return pair({{.field = "dob", .agreement = "exact"}, {.field = "upn", .agreement = "missing"}});
}
Match unlike(const std::string& field) {
  return pair({{.field = "surname", .agreement = "exact"}, {.field = field, .agreement = "different"}});
}

base::ProblemType problem_of(const base::Result<Match>& result) {
  return result ? base::ProblemType::internal : result.error().type;
}

TEST(Match, IsDecidedByOneOfficerWhereNothingStrongDiffers) {
  for (const bool is_accepted : {true, false}) {
    const auto decided = decide_match(alike(), ada, is_accepted, "the same door", now);
    ASSERT_TRUE(decided);
    EXPECT_EQ(decided->status, is_accepted ? MatchStatus::accepted : MatchStatus::rejected);
    EXPECT_FALSE(decided->first_view);
    EXPECT_EQ(decided->version, 2);
    EXPECT_EQ(problem_of(decide_match(*decided, ben, true, "again", now)), base::ProblemType::match_decided);
  }
}

TEST(Match, TakesTwoOfficersToAcceptWhereANumberOrTheBirthdayDiffers) {
  for (const std::string field : {"upn", "uln", "dob"}) {
    EXPECT_EQ(strong_difference(unlike(field)), field);
    const auto first = decide_match(unlike(field), ada, true, "typed wrongly", now);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->status, MatchStatus::pending);
    EXPECT_FALSE(first->decision);
    EXPECT_EQ(first->version, 2);
    EXPECT_EQ(problem_of(decide_match(*first, ada, true, "really", now)), base::ProblemType::second_officer_required);
    const auto second = decide_match(*first, ben, true, "the passport says so", now);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->status, MatchStatus::accepted);
    EXPECT_EQ(second->decision->by.officer, "b.lane");
    EXPECT_EQ(second->first_view->by.officer, "a.obi");
  }
}

TEST(Match, IsNotStronglyDifferentByANameOrAnAlmostEqualBirthday) {
  EXPECT_EQ(strong_difference(unlike("forename")), "");
  EXPECT_EQ(strong_difference(pair({{.field = "dob", .agreement = "close"}})), "");
  EXPECT_EQ(strong_difference(alike()), "");
}

TEST(Match, DecidesNothingWhereTheTwoDisagree) {
  const auto first = decide_match(unlike("upn"), ada, true, "typed wrongly", now);
  const auto second = decide_match(*first, ben, false, "another child", now);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, MatchStatus::pending);
  EXPECT_TRUE(second->is_disagreed);
  EXPECT_FALSE(second->first_view);
  EXPECT_FALSE(second->decision);
  // They begin again: one rejects, or two accept.
  EXPECT_EQ(decide_match(*second, ada, false, "another child", now)->status, MatchStatus::rejected);
  const auto again = decide_match(*second, ben, true, "I have seen the letter", now);
  EXPECT_EQ(again->status, MatchStatus::pending);
  EXPECT_FALSE(again->is_disagreed);
  EXPECT_EQ(decide_match(*again, ada, true, "as I said", now)->status, MatchStatus::accepted);
}

TEST(Match, IsRejectedByOneOfficerWhoMayHaveChangedTheirMind) {
  EXPECT_EQ(decide_match(unlike("upn"), ada, false, "another child", now)->status, MatchStatus::rejected);
  const auto first = decide_match(unlike("upn"), ada, true, "typed wrongly", now);
  const auto changed = decide_match(*first, ada, false, "another child after all", now);
  EXPECT_EQ(changed->status, MatchStatus::rejected);
  EXPECT_FALSE(changed->first_view);
}

TEST(Match, IsNotForTheSeekerNorAnybodyElseToDecide) {
  EXPECT_EQ(problem_of(decide_match(alike(), {"314", "x", ""}, true, "", now)), base::ProblemType::not_permitted);
  EXPECT_EQ(problem_of(decide_match(alike(), {"315", "x", ""}, true, "", now)), base::ProblemType::not_found);
  EXPECT_EQ(problem_of(decide_match(alike(), {"319", "x", "3194001"}, true, "", now)), base::ProblemType::not_found);
}

}  // namespace
}  // namespace broker::domain
