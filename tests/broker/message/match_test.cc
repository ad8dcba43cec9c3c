#include "broker/message/match.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace broker::message::testing {
namespace {

using namespace domain;
using nlohmann::json;

Match match_of(double probability, double weight) {
  Match match;
  match.id = "m";
  match.seeker = {.authority = "314", .kind = RecordKind::lost, .record_key = 7, .upload_id = "u1", .row = 3};
  match.holder = {.authority = "319", .kind = RecordKind::arrival, .record_key = 9, .upload_id = "u2", .row = 5};
  match.probability = probability;
  match.weight = weight;
  match.evidence = {{"surname", "exact", weight, "Spelt alike."}};
  return match;
}

matcher::PupilRecord child(const char* surname) {
  matcher::PupilRecord record;
  record.surname = surname;
  return record;
}

}  // namespace

TEST(AMatch, ShowsTheSeekerNoValueOfTheHolder) {
  const auto shown = json::parse(encode_match(match_of(0.97, 11), "314", child("Vale"), child("Vail")));
  EXPECT_EQ(shown.dump().find("Vail"), std::string::npos);
  EXPECT_EQ(shown.at("mine").at("surname"), "Vale");
  EXPECT_FALSE(shown.contains("theirs"));
  EXPECT_EQ(shown.at("holder"), (json{{"authority", "319"}, {"kind", "arrival"}}));
  EXPECT_EQ(shown.at("seeker").at("row"), 3);
}

TEST(AMatch, ShowsTheHolderBothChildrenAndNoNumberOfTheSeekersFile) {
  const auto shown = json::parse(encode_match(match_of(0.97, 11), "319", child("Vale"), child("Vail")));
  EXPECT_EQ(shown.at("mine").at("surname"), "Vail");
  EXPECT_EQ(shown.at("theirs").at("surname"), "Vale");
  EXPECT_EQ(shown.at("seeker"), (json{{"authority", "314"}, {"kind", "lost"}}));
  EXPECT_FALSE(shown.at("holder").contains("record_key"));
}

TEST(AMatch, WritesItsFiguresRoundedAndWholeOnesWithoutAPoint) {
  const auto figures = [](double probability, double weight) {
    const auto shown = json::parse(encode_match(match_of(probability, weight), "314", {}, {}));
    return shown.at("probability").dump() + " " + shown.at("weight").dump();
  };
  EXPECT_EQ(figures(0.97314, 11.428), "0.9731 11.43");
  EXPECT_EQ(figures(0.99999, 12.001), "1 12");
  EXPECT_EQ(figures(0.00001, -0.001), "0 0");
  EXPECT_EQ(figures(0.57, -3.1), "0.57 -3.1");
}

TEST(AQueryAnswer, SaysWhoAndWhatAgreesAndNothingElse) {
  const Match match = match_of(0.97, 11);
  const auto shown =
      json::parse(encode_query_answer({"q", {{"319", match.probability, MatchBand::match, match.evidence, match.id}}, {}}));
  EXPECT_EQ(shown.at("candidates").at(0).at("evidence").at(0),
            (json{{"field", "surname"}, {"agreement", "exact"}, {"words", "Spelt alike."}}));
  EXPECT_EQ(shown.at("candidates").at(0).size(), 5u);
}

TEST(ADecidedMatch, TellsTheSeekerWhatWasDecided) {
  Match match = match_of(0.97, 11);
  match.status = MatchStatus::accepted;
  match.decision = MatchDecision{true, "Same child.", {"319", "cy", ""}, {}};
  const auto data = json::parse(encode_match_decided(match));
  EXPECT_EQ(data.at("decision"), "accept");
  EXPECT_EQ(data.at("holder"), "319");
}

}  // namespace broker::message::testing
