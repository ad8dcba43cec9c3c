#include "broker/client/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace broker::client {

using testing::HasSubstr;
using testing::Not;

TEST(ViewOfACase, SaysInWordsWhyItCannotClose) {
  const std::string text = view_case(R"({"id":"1","reference":"314-26-00001","owner":"314","status":"open",
      "child":{"forename":"Mohammed","surname":"Hussain","dob":"2014-05-03"},"opened":"2026-11-13T09:30:00.000000Z",
      "blockers":[{"rule":"case-not-confirmed","sentence":"No other authority has confirmed."}],"version":3})");
  EXPECT_THAT(text, HasSubstr("Mohammed Hussain, born 2014-05-03"));
  EXPECT_THAT(text, HasSubstr("No other authority has confirmed."));
  EXPECT_THAT(text, HasSubstr("2026-11-13 09:30"));
  EXPECT_THAT(text, Not(HasSubstr("Closed")));
}

TEST(ViewOfACase, NamesWhoConfirmedAndWhere) {
  const std::string text = view_case(R"({"status":"located","child":{},"confirmation":{"outcome":"on_roll",
      "authority":"319","location":{"school":{"laestab":"3194001"}}}})");
  EXPECT_THAT(text, HasSubstr("on_roll by 319, 3194001"));
}

TEST(ViewOfCases, SaysHowToGoOn) {
  EXPECT_THAT(view_cases(R"({"items":[],"next":"abc"})"), HasSubstr("--after abc"));
  EXPECT_THAT(view_cases(R"({"items":[],"next":null})"), Not(HasSubstr("--after")));
}

TEST(ViewOfAQuery, NamesTheFieldsThatAgreeAndNoOthers) {
  const std::string text = view_query(R"({"id":"1","candidates":[{"authority":"319","probability":0.97,"band":"match",
      "evidence":[{"field":"surname","agreement":"close"},{"field":"dob","agreement":"exact"},
                  {"field":"postcode","agreement":"different"}]}]})");
  EXPECT_THAT(text, HasSubstr("surname (close), dob"));
  EXPECT_THAT(text, Not(HasSubstr("postcode")));
}

TEST(ViewOfAQuery, SaysSoWhenThereIsNobody) {
  EXPECT_THAT(view_query(R"({"id":"1","candidates":[]})"), HasSubstr("No authority"));
}

TEST(ViewOfAQuery, NamesWhomToAskOfARestrictedRecord) {
  const std::string text = view_query(R"({"id":"1","candidates":[],"contact_us":["318","319"]})");
  EXPECT_THAT(text, HasSubstr("only on being asked: 318 319"));
  EXPECT_THAT(text, Not(HasSubstr("No authority")));
}

TEST(ViewOfAnInbox, TellsHowToAcknowledgeWhatWasTaken) {
  const std::string text = view_inbox(R"({"lease_id":"L1","items":[{"id":"M1","type":"enquiry.replied","sender":"315",
      "time":"2026-11-13T09:30:00Z","data":{"reply":{"outcome":"not_located"}}}]})");
  EXPECT_THAT(text, HasSubstr("not_located"));
  EXPECT_THAT(text, HasSubstr("waymark inbox ack --lease L1"));
}

TEST(Views, SurviveAnythingThatIsNotWhatTheyExpect) {
  for (const auto view : {view_case, view_cases, view_timeline, view_enquiry, view_enquiries, view_reply,
                          view_confirmation, view_removal, view_inbox, view_upload, view_row_errors, view_query}) {
    for (const char* body : {"", "null", "[]", "{}", "7", R"({"items":{}})", R"({"items":[1,null,"x",[]]})",
                             R"({"child":3,"replies":"no","candidates":{},"confirmation":[],"blockers":7})"}) {
      EXPECT_NO_THROW(view(body)) << body;
    }
  }
}

}  // namespace broker::client
