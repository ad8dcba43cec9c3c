#include <functional>

#include <gtest/gtest.h>

#include "broker/message/case.h"
#include "broker/message/enquiry.h"
#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "broker/message/state.h"

namespace broker::message::testing {
namespace {

using namespace domain;

// The pointers that a refusal names, joined by a blank; the problem's name where it names none; "" when it is taken.
template <typename T>
std::string wrong_in(const base::Result<T>& decoded) {
  if (decoded) return "";
  if (decoded.error().errors.empty()) return std::string(base::kind_of(decoded.error().type).name);
  std::string pointers;
  for (const auto& one : decoded.error().errors) pointers += (pointers.empty() ? "" : " ") + one.pointer;
  return pointers;
}

std::string wrong_in_child(const std::string& members) {
  return wrong_in(decode_open_case(R"({"child":{"surname":"Vale","forename":"Ann",)" + members + "}}"));
}

std::string wrong_in_answer(const std::string& body) {
  return wrong_in(decode_answer(body, "e"));
}

std::string quoted(size_t length) {
  return "\"" + std::string(length, 'x') + "\"";
}

}  // namespace

TEST(ACaseRequest, NeedsAChildWithItsNames) {
  EXPECT_EQ(wrong_in(decode_open_case("{}")), "/child");
  EXPECT_EQ(wrong_in(decode_open_case(R"({"child":null})")), "/child");
  EXPECT_EQ(wrong_in(decode_open_case(R"({"child":[]})")), "/child");
  EXPECT_EQ(wrong_in(decode_open_case(R"({"child":{}})")), "/child/surname /child/forename");
  EXPECT_EQ(wrong_in(decode_open_case(R"({"child":{"surname":" ","forename":"Ann"}})")), "/child/surname");
}

TEST(ACaseRequest, NamesEveryWrongFieldAtOnce) {
  EXPECT_EQ(wrong_in(decode_open_case(R"({"child":{"surname":1,"forename":"Ann","dob":"soon"},"priority":"high",)"
                                      R"("force":"yes","colour":"blue"})")),
            "/child/surname /child/dob /priority /force /colour");
}

TEST(ACaseRequest, TakesMissingMembersAsUnknown) {
  const auto request = decode_open_case(R"({"child":{"surname":" Vale ","forename":"Ann","dob":null,"sex":"female"}})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->command.child.surname, "Vale");
  EXPECT_EQ(request->command.child.sex, "F");
  EXPECT_FALSE(request->command.child.dob.is_known());
  EXPECT_EQ(request->command.priority, Priority::routine);
  EXPECT_FALSE(request->force);
}

TEST(AChild, IsJudgedNumberByNumber) {
  EXPECT_EQ(wrong_in_child(R"("upn":"B314400120007")"), "");
  EXPECT_EQ(wrong_in_child(R"("upn":" b3144 00120007 ")"), "");
  EXPECT_EQ(wrong_in_child(R"("upn":"K314400120007")"), "/child/upn");
  EXPECT_EQ(wrong_in_child(R"("upn":"H31440012000")"), "/child/upn");
  EXPECT_EQ(wrong_in_child(R"("former_upns":["B314400120007","K314400120007"])"), "/child/former_upns/1");
  EXPECT_EQ(wrong_in_child(R"("uln":"1234567890")"), "/child/uln");
  EXPECT_EQ(wrong_in_child(R"("school":{"laestab":"314-4001"})"), "");
  EXPECT_EQ(wrong_in_child(R"("school":{"laestab":"31440","urn":"12"})"), "/child/school/laestab /child/school/urn");
  EXPECT_EQ(wrong_in_child(R"("address":{"postcode":"KT99 ZZZ","uprn":"12a"})"),
            "/child/address/postcode /child/address/uprn");
  EXPECT_EQ(wrong_in_child(R"("sex":"X")"), "/child/sex");
}

TEST(AChild, HasDatesOfTheCalendarOnly) {
  for (const char* date : {"2014-05-03", "03/05/2014", "2014-05", "2014", "2016-02-29"}) {
    EXPECT_EQ(wrong_in_child(R"("dob":")" + std::string(date) + "\""), "") << date;
  }
  for (const char* date : {"2015-02-29", "2014-13", "2014-00-01", "14-05-03", "2014-5-3", "1849", "2201", "20140503",
                           "2014-05-03T00:00:00Z", "yesterday", "31/02/2014"}) {
    EXPECT_EQ(wrong_in_child(R"("dob":")" + std::string(date) + "\""), "/child/dob") << date;
  }
  EXPECT_EQ(wrong_in(decode_open_case(R"({"child":{"surname":"A","forename":"B"},"missing_since":"2026-02-30"})")),
            "/missing_since");
  EXPECT_EQ(wrong_in(decode_open_case(R"({"child":{"surname":"A","forename":"B"},"missing_since":"2026-02"})")),
            "/missing_since");
}

TEST(AChild, RefusesWhatIsTooLongTooManyOrHoldsControlCharacters) {
  EXPECT_EQ(wrong_in_child(R"("middle_names":)" + quoted(200)), "");
  EXPECT_EQ(wrong_in_child(R"("middle_names":)" + quoted(201)), "/child/middle_names");
  EXPECT_EQ(wrong_in_child(R"("middle_names":"a\u0000b")"), "/child/middle_names");
  EXPECT_EQ(wrong_in_child(R"("middle_names":"a\u001bb")"), "/child/middle_names");
  EXPECT_EQ(wrong_in_child(R"("address":{"lines":["a","b","c","d","e","f","g","h","i"]})"), "/child/address/lines");
  EXPECT_EQ(wrong_in_child(R"("address":{"lines":["a",5,""]})"), "/child/address/lines/1 /child/address/lines/2");
  EXPECT_EQ(wrong_in_child(R"("guardians":[{"name":"Jo Vale"},{"phone":"020 7946 0001"},7])"),
            "/child/guardians/1/name /child/guardians/2");
  EXPECT_EQ(wrong_in_child(R"("previous_addresses":[{"town":"Sutton"},"Sutton"])"), "/child/previous_addresses/1");
}

TEST(AnAnswer, NeedsAnOutcomeThatIsKnown) {
  EXPECT_EQ(wrong_in_answer("{}"), "/outcome");
  EXPECT_EQ(wrong_in_answer(R"({"outcome":"found"})"), "/outcome");
  EXPECT_EQ(wrong_in_answer(R"({"outcome":["on_roll"]})"), "/outcome");
  EXPECT_EQ(wrong_in_answer(R"({"outcome":"not_located","checks":["admissions","council tax"]})"), "");
  EXPECT_EQ(wrong_in_answer(R"({"outcome":"on_roll","location":{"laestab":"3194002","living_in_area":"yes"}})"),
            "/location/living_in_area");
}

// A place without a name was taken for one, and moved_on needs one.
TEST(AnAnswer, TakesAPlaceWithoutANameForNone) {
  for (const char* place : {R"("")", R"("  ")", "{}", R"({"country":""})", "null"}) {
    const auto answer = decode_answer(R"({"outcome":"moved_on","moved_to":)" + std::string(place) + "}", "e");
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->answer.moved_to.has_value()) << place;
  }
  EXPECT_EQ(decode_answer(R"({"outcome":"moved_on","moved_to":"318"})", "e")->answer.moved_to, (MovedTo{"318", ""}));
  EXPECT_EQ(decode_answer(R"({"outcome":"moved_on","moved_to":"Peru"})", "e")->answer.moved_to, (MovedTo{"", "Peru"}));
  EXPECT_EQ(wrong_in_answer(R"({"outcome":"moved_on","moved_to":{"authority":"3180"}})"), "/moved_to/authority");
  EXPECT_EQ(wrong_in_answer(R"({"outcome":"moved_on","moved_to":318})"), "/moved_to");
}

// The parts were judged and what they make together was not: it was kept, and stopped the broker when it was read.
TEST(AnAnswer, RefusesAContactThatIsTooLongAltogether) {
  const auto contact = [](size_t each) {
    return R"({"outcome":"withheld","contact":{"name":)" + quoted(each) + R"(,"phone":)" + quoted(each) +
           R"(,"email":)" + quoted(each) + "}}";
  };
  EXPECT_EQ(wrong_in_answer(contact(200)), "/contact");
  const auto answer = decode_answer(contact(160), "e");
  ASSERT_TRUE(answer);
  const Reply reply{.id = "r", .answer = answer->answer, .time = {}, .officer = "cy"};
  const EventBody event = EnquiryReplied{"e", reply};
  EXPECT_EQ(decode_event("enquiry.replied", encode_event(event)), event);
}

TEST(AnEnquiryRequest, NamesAuthoritiesOrOneOfThreeWords) {
  EXPECT_EQ(wrong_in(decode_send_enquiries("{}")), "/to");
  EXPECT_EQ(wrong_in(decode_send_enquiries(R"({"to":"everybody"})")), "/to");
  EXPECT_EQ(wrong_in(decode_send_enquiries(R"({"to":{}})")), "/to");
  EXPECT_EQ(wrong_in(decode_send_enquiries(R"({"to":["318",319]})")), "/to/1");
  EXPECT_EQ(decode_send_enquiries(R"({"to":"region"})")->group, "region");
  EXPECT_EQ(decode_send_enquiries(R"({"to":["318","319"]})")->command.to, (std::vector<std::string>{"318", "319"}));
}

TEST(AnEvent, TakesNoBodyWhereNothingIsRequired) {
  EXPECT_TRUE(decode_close(""));
  EXPECT_TRUE(decode_approve_end("{}"));
  EXPECT_TRUE(decode_acknowledge("", "e"));
  EXPECT_EQ(wrong_in(decode_close(R"({"notes":"x"})")), "/notes");
  EXPECT_EQ(wrong_in(decode_reopen("")), "malformed-json");
  EXPECT_EQ(wrong_in(decode_reopen("{}")), "/reason");
  EXPECT_EQ(wrong_in(decode_retract(R"({"reason":" "})", "c")), "/reason");
  EXPECT_EQ(wrong_in(decode_information("{}", "e")), "/information");
  EXPECT_EQ(wrong_in(decode_request_end(R"({"reason":"tired"})")), "/reason");
  EXPECT_EQ(wrong_in(decode_permit_removal(R"({"ground":"P","school":"12","unexplained_absence_days":-1})")),
            "/ground /school /unexplained_absence_days");
  EXPECT_EQ(wrong_in(decode_confirm_removal(R"({"date":"2026-11-31"})", {})), "/date");
}

TEST(AClaim, KeepsToItsLimits) {
  EXPECT_EQ(decode_claim("")->max, 10);
  EXPECT_EQ(decode_claim(R"({"wait_seconds":60})")->wait_seconds, 60);
  EXPECT_EQ(wrong_in(decode_claim(R"({"max":0,"lease_seconds":3601,"wait_seconds":1.5})")),
            "/max /lease_seconds /wait_seconds");
  EXPECT_EQ(wrong_in(decode_claim(R"({"max":18446744073709551615})")), "/max");
  EXPECT_EQ(wrong_in(decode_claim(R"({"max":true})")), "/max");
  EXPECT_EQ(wrong_in(decode_ack(R"({"lease_id":"x"})", true)), "/ids");
  EXPECT_EQ(wrong_in(decode_ack(R"({"lease_id":"x","ids":[]})", false)), "/ids");
}

TEST(AQuery, NeedsAPurposeAndEnoughToFindAChildBy) {
  EXPECT_EQ(wrong_in(decode_query(R"({"child":{"upn":"B314400120007"}})")), "/purpose");
  EXPECT_EQ(wrong_in(decode_query(R"({"child":{"upn":"B314400120007"},"purpose":"Arrived?"})")), "");
  EXPECT_EQ(wrong_in(decode_query(R"({"child":{"surname":"Vale"},"purpose":"Arrived?"})")), "query-too-broad");
  EXPECT_EQ(wrong_in(decode_query(R"({"child":{"dob":"2014"},"purpose":"Arrived?"})")), "query-too-broad");
  EXPECT_EQ(wrong_in(decode_query(R"({"child":{"surname":"Vale","dob":"2014-05"},"purpose":"Arrived?"})")), "");
  EXPECT_EQ(wrong_in(decode_query(R"({"child":{"surname":"Vale","dob":"x"},"purpose":"Arrived?"})")), "/child/dob");
  EXPECT_EQ(wrong_in(decode_query(R"({"child":{"upn":"B314400120007"},"purpose":"a","x":1})")), "/x");
}

TEST(ADecision, IsAcceptOrReject) {
  EXPECT_TRUE(decode_decision(R"({"decision":"accept"})")->is_accepted);
  EXPECT_FALSE(decode_decision(R"({"decision":"reject","reason":"Twins."})")->is_accepted);
  EXPECT_EQ(wrong_in(decode_decision(R"({"decision":"maybe"})")), "/decision");
  EXPECT_EQ(wrong_in(decode_decision("{}")), "/decision");
}

}  // namespace broker::message::testing
