#include "broker/message/envelope.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/message/match.h"

namespace broker::message::testing {
namespace {

using namespace domain;
using nlohmann::json;

// A case of 314 with one enquiry to 319, as it stands after `enquiry.opened`.
CaseFile opened_file(EventBody& event) {
  Enquiry enquiry{.id = "e", .case_id = "c", .from = "314", .to = "319", .priority = Priority::immediate};
  CaseFile file;
  file.record.id = "c";
  file.record.owner = "314";
  file.record.child.surname = "Vale";
  event = EnquiryOpened{enquiry};
  return apply(std::move(file), Event{"c", {"314", "ada", ""}, {}, event});
}

std::string sealed(const Outgoing& message) {
  return encode_envelope(message, {"id", "2026-11-13T09:30:00.000000Z", 4},
                         [](const std::string& canonical) { return "over " + canonical; });
}

}  // namespace

// The message said version 0, so that an answer given by what it says was refused as made on an old version.
TEST(AnOpenedEnquiry, IsSentWithTheVersionThatTheFirstAnswerNames) {
  EventBody event;
  const CaseFile file = opened_file(event);
  const auto messages = messages_for({"c", {"314", "ada", ""}, {}, event}, file);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].recipient, "319");
  EXPECT_TRUE(messages[0].is_immediate);
  EXPECT_EQ(json::parse(messages[0].data).at("enquiry").at("version"), file.enquiries[0].version);
  EXPECT_EQ(json::parse(messages[0].data).at("enquiry").at("child").at("surname"), "Vale");
}

TEST(News, GoToNobodyForHisOwnAct) {
  EventBody opened;
  CaseFile file = opened_file(opened);
  const Event ended{"c", {"314", "ada", ""}, {}, CaseEnded{}};
  const auto messages = messages_for(ended, file);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].recipient, "319");
  EXPECT_TRUE(messages_for({"c", {"319", "cy", ""}, {}, CaseEnded{}}, file).empty());
}

TEST(AnEnvelope, IsSignedOverItsCanonicalForm) {
  const std::string text = sealed({"case.closed", "314", "319", "c", "", R"({"z":1,"a":"é\n"})", false});
  const auto envelope = json::parse(text);
  EXPECT_EQ(envelope.at("signature"), "over " + canonical_without_signature(text));
  EXPECT_EQ(canonical_without_signature(text),
            R"({"case_id":"c","data":{"a":"é\n","z":1},"id":"id","recipient":"319","sender":"314","sequence":4,)"
            R"("time":"2026-11-13T09:30:00.000000Z","type":"case.closed"})");
}

// A whole figure was written with a point, which the canonical form has not: whoever checked the signature by the
// standard found it false.
TEST(AnEnvelope, HoldsNoFigureThatItsCanonicalFormWritesOtherwise) {
  Match match;
  match.seeker.authority = "314";
  match.holder.authority = "319";
  match.probability = 1;
  match.weight = 12;
  match.evidence = {{"dob", "exact", 9, ""}};
  const std::string text = sealed({"match.found", "319", "314", "", "", encode_match(match, "314", {}, {}), false});
  const std::string canonical = canonical_without_signature(text);
  EXPECT_NE(canonical.find(R"("probability":1,)"), std::string::npos);
  EXPECT_NE(canonical.find(R"("weight":12})"), std::string::npos);
  EXPECT_EQ(canonical.find(".0,"), std::string::npos);
}

TEST(TheCanonicalForm, OfWhatIsNoObjectIsEmpty) {
  for (const char* text : {"", "[]", "1", "{", "null"}) EXPECT_EQ(canonical_without_signature(text), "") << text;
}

// The library's sorted object is the slow twin.
TEST(TheCanonicalForm, OfOurOwnTextIsThatOfAnyReader) {
  for (const char* text :
       {R"({})", R"([])", R"({"b":1,"a":{"z":[],"y":{}},"c":[{"b":"}","a":"]"},"x"]})", R"({"b":"\"\\","a":"\\"})",
        R"({"ab":1,"a":2,"a_b":3,"B":4})", R"({"t":true,"n":null,"d":-0.5,"u":"\u0007é"})", R"("text")", R"(12)",
        // Not as we write it, so that the long way is taken.
        R"({ "b" : 1, "a" : [ 1 ] })", R"({"b":"\u00e9","a":"\/"})", "{\"b\":1,\n\"a\":2}"}) {
    EXPECT_EQ(canonical_own(text), json::parse(text).dump()) << text;
  }
  for (const char* text :
       {"", "{", R"({"a")", R"({"a":)", R"({"a":1)", R"({"a":1,)", R"([1)", R"("a)", R"("a\)", "{}x"}) {
    EXPECT_THROW(canonical_own(text), std::exception) << text;
  }
}

}  // namespace broker::message::testing
