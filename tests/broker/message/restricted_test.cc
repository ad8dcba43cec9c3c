// Whatever the other party is shown, it never says where a child of a restricted record lives or learns.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/message/case.h"
#include "broker/message/enquiry.h"
#include "broker/message/envelope.h"
#include "broker/message/match.h"
#include "broker/message/state.h"

namespace broker::message::testing {
namespace {

using namespace domain;
using nlohmann::json;

constexpr const char* owner = "314";
constexpr const char* other = "319";

// Every value that tells where is marked, so that a leak through any member is found in the text.
matcher::Address secret_address() {
  return {.lines = {"SECRET 1"}, .town = "SECRET", .postcode = "SE1 1CR", .uprn = "77007700", .restricted = true};
}

matcher::PupilRecord secret_child() {
  matcher::PupilRecord child;
  child.surname = "Vale";
  child.forename = "Ann";
  child.address = secret_address();
  child.previous_addresses = {secret_address()};
  child.school = {"3144001", "123456", "SECRET School"};
  child.guardians = {{"Jo Vale", "SECRET phone"}};
  child.siblings = {{"Ben", "Vale", {}, "SECRET School"}};
  return child;
}

Location secret_location() {
  Location location;
  location.school = {"3194002", "654321", "SECRET School"};
  location.provider = "SECRET Provider";
  location.address = secret_address();
  location.living_in_area = true;
  return location;
}

bool tells_where(const std::string& text) {
  for (const char* value : {"SECRET", "SE1 1CR", "77007700", "3144001", "123456", "3194002", "654321"}) {
    if (text.find(value) != std::string::npos) return true;
  }
  return false;
}

// A case of 314, an enquiry to 319, and 319's reply with a confirmation, all of them restricted.
CaseFile secret_file() {
  CaseFile file;
  file.record.id = "c";
  file.record.owner = owner;
  file.record.child = secret_child();
  file.record.asked = {other};
  Answer answer{.outcome = Outcome::on_roll, .location = secret_location()};
  Enquiry enquiry{.id = "e", .case_id = "c", .from = owner, .to = other, .address = secret_address()};
  enquiry.replies.push_back({.id = "r", .answer = answer, .time = {}, .officer = "cy"});
  file.enquiries.push_back(enquiry);
  file.record.confirmations.push_back(
      {.id = "k", .authority = other, .outcome = Outcome::on_roll, .location = secret_location(), .time = {}});
  return file;
}

std::string timeline_of(const EventBody& body) {
  return encode_timeline_item({1, std::string(type_of(body)), "", other, "", "", "", encode_event(body)});
}

}  // namespace

TEST(ARestrictedRecord, IsHiddenInTheEnquiryFromWhoIsAsked) {
  const CaseFile file = secret_file();
  Enquiry enquiry = file.enquiries[0];
  enquiry.replies.clear();
  const std::string asked = encode_enquiry(enquiry, file.record, std::nullopt, other);
  EXPECT_FALSE(tells_where(asked)) << asked;
  EXPECT_EQ(json::parse(asked).at("address"), (json{{"restricted", true}}));
  EXPECT_EQ(json::parse(asked).at("child").at("guardians").at(0).at("name"), "Jo Vale");
  EXPECT_TRUE(tells_where(encode_enquiry(enquiry, file.record, std::nullopt, owner)));
}

// The flag stood on the child's record and the officer typed the address again without it.
TEST(ARestrictedRecord, HidesAlsoAnAddressThatWasNotFlaggedAgain) {
  const CaseFile file = secret_file();
  Enquiry enquiry = file.enquiries[0];
  enquiry.replies.clear();
  enquiry.address->restricted = false;
  EXPECT_FALSE(tells_where(encode_enquiry(enquiry, file.record, std::nullopt, other)));
}

TEST(ARestrictedRecord, IsHiddenInTheReplyFromWhoAsked) {
  CaseFile file = secret_file();
  file.record.child = {};
  Enquiry enquiry = file.enquiries[0];
  enquiry.address.reset();
  const Reply& reply = enquiry.replies[0];
  EXPECT_FALSE(tells_where(encode_enquiry(enquiry, file.record, std::nullopt, owner)));
  EXPECT_FALSE(tells_where(encode_reply(reply, enquiry, file.record, owner)));
  EXPECT_TRUE(tells_where(encode_reply(reply, enquiry, file.record, other)));
  EXPECT_TRUE(json::parse(encode_reply(reply, enquiry, file.record, owner)).at("location").at("living_in_area"));
}

TEST(ARestrictedRecord, IsHiddenInTheCaseThatItsOwnerReads) {
  CaseFile file = secret_file();
  file.record.child = {};
  const std::string shown = encode_case(file.record, {}, {});
  EXPECT_FALSE(tells_where(shown)) << shown;
  EXPECT_TRUE(json::parse(shown).contains("confirmation"));
}

TEST(ARestrictedRecord, IsShownInFullToWhoConfirmedIt) {
  const CaseFile file = secret_file();
  EXPECT_TRUE(tells_where(encode_confirmation(file.record.confirmations[0], file.record)));
}

TEST(ARestrictedRecord, IsHiddenOnTheTimeline) {
  const CaseFile file = secret_file();
  EXPECT_FALSE(tells_where(timeline_of(LocationConfirmed{file.record.confirmations[0]})));
  EXPECT_FALSE(tells_where(timeline_of(EnquiryReplied{"e", file.enquiries[0].replies[0]})));
}

TEST(ARestrictedRecord, IsHiddenInEveryMessage) {
  const CaseFile file = secret_file();
  const Actor us{owner, "ada", ""};
  const Actor them{other, "cy", ""};
  const std::vector<std::pair<Actor, EventBody>> events = {
      {us, EnquiryOpened{file.enquiries[0]}},
      {them, EnquiryReplied{"e", file.enquiries[0].replies[0]}},
      {us, InformationAdded{"e", "Born in May.", {}}},
      {us, EnquiryWithdrawn{"e", ""}},
      {them, LocationConfirmed{file.record.confirmations[0]}},
      {them, LocationRetracted{"k", "Twins."}},
      {us, LocationDisputed{{"k"}, "Twins."}},
      {them, HandoverAccepted{"c2", "e"}},
      {us, CaseClosed{"k"}},
      {us, CaseEnded{}},
      {us, CaseReopened{"New sighting."}},
  };
  const Check check{CheckKind::home_visit, CheckResult::lead_found, {}, "Moved.", "ada", {}};
  EXPECT_TRUE(messages_for({"c", us, {}, CaseAssigned{"ben"}}, file).empty());
  EXPECT_TRUE(messages_for({"c", us, {}, CheckRecorded{check}}, file).empty()) << "the owner's own";
  for (const auto& [by, body] : events) {
    CaseFile after = file;
    // What is sent with an enquiry as it opens has no replies; those of its own are the reader's.
    if (std::holds_alternative<EnquiryOpened>(body)) after.enquiries[0].replies.clear();
    const auto messages = messages_for({"c", by, {}, body}, after);
    ASSERT_EQ(messages.size(), 1u) << type_of(body);
    EXPECT_FALSE(tells_where(messages[0].data)) << messages[0].data;
  }
}

TEST(ARestrictedRecord, IsHiddenInTheMatchFromTheOtherSide) {
  Match match;
  match.seeker = {.authority = owner, .kind = RecordKind::case_child, .case_id = "c"};
  match.holder = {.authority = other, .kind = RecordKind::arrival};
  const std::string to_holder = encode_match(match, other, secret_child(), std::nullopt);
  EXPECT_FALSE(tells_where(to_holder)) << to_holder;
  EXPECT_EQ(json::parse(to_holder).at("theirs").at("address"), (json{{"restricted", true}}));
  EXPECT_FALSE(tells_where(encode_match(match, owner, std::nullopt, secret_child())));
  EXPECT_FALSE(tells_where(encode_match_decided(match)));
  EXPECT_FALSE(tells_where(encode_record_found(match, "Arrived?", "ada")));
}

}  // namespace broker::message::testing
