// What the handlers answer, beyond what the rules of the domain and the shapes of messages say.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/broker/api/handlers_fixture.h"

namespace broker::api {
namespace {

using nlohmann::json;

const std::string* header(const Answer& answer, const std::string& name) {
  for (const auto& [known, value] : answer.headers) {
    if (known == name) return &value;
  }
  return nullptr;
}

}  // namespace

// The successor was answered without clocks and blockers, as if it could close at once.
TEST_F(HandlersTest, AnswerAHandoverWithWhyItsSuccessorCantClose) {
  const auto opened = ask("POST", "/cases", call_of("314", {}, R"({"child":{"surname":"Vale","forename":"Ann"}})"));
  ASSERT_TRUE(opened);
  const std::string id = json::parse(opened->body).at("id");
  ASSERT_TRUE(ask("POST", "/cases/{}/enquiries", call_of("314", {id}, R"({"to":["319"]})")));
  const auto answer = ask("POST", "/cases/{}/confirmations",
                          call_of("319", {id},
                                  R"({"outcome":"resident_not_in_education","location":)"
                                  R"({"address":{"town":"Sutton"}}})"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201);
  const json successor = json::parse(answer->body);
  EXPECT_EQ(successor.at("owner"), "319");
  EXPECT_EQ(successor.at("blockers").at(0).at("rule"), "case-not-confirmed");
  EXPECT_EQ(successor.at("clocks").size(), 3U);
  EXPECT_EQ(*header(*answer, "Location"), "/v1/cases/" + successor.at("id").get<std::string>());
}

TEST_F(HandlersTest, RefuseAnUnknownParameterOfEveryList) {
  for (const char* path :
       {"/authorities", "/cases", "/enquiries", "/matches", "/inbox", "/audit/entries", "/audit/heads"}) {
    EXPECT_EQ(refused(path, "limt", "5"), "/limt") << path;
    EXPECT_EQ(refused(path, "limit", "501"), "/limit") << path;
    EXPECT_EQ(refused(path, "limit", "5"), "") << path;
  }
}

TEST_F(HandlersTest, TakeTrueAndFalseAloneForOverdue) {
  EXPECT_EQ(refused("/cases", "overdue", "true"), "");
  EXPECT_EQ(refused("/cases", "overdue", "false"), "");
  EXPECT_EQ(refused("/cases", "overdue", "yes"), "/overdue");
}

// As CSV the rows ended after a page without a word.
TEST_F(HandlersTest, LinkTheNextPageOfRefusedRowsInBothForms) {
  Call upload =
      call_of("314", {}, "record_id,surname,forename,dob\n1,Vale,Ann,soon\n2,Vale,Ben,later\n3,Vale,Cy,2014\n");
  upload.request.query = {{"kind", "arrivals"}};
  upload.request.headers.add("Content-Type", "text/csv");
  const auto taken = ask("POST", "/uploads", std::move(upload));
  ASSERT_TRUE(taken);
  const json shown = json::parse(taken->body);
  EXPECT_EQ(shown.at("rejected"), 2);
  EXPECT_EQ(shown.at("accepted"), 1);
  for (const char* accept : {"application/json", "text/csv"}) {
    Call call = call_of("314", {shown.at("id")}, "");
    call.request.query = {{"limit", "1"}};
    call.request.headers.add("Accept", accept);
    const auto page = ask("GET", "/uploads/{}/errors", std::move(call));
    ASSERT_TRUE(page);
    EXPECT_TRUE(header(*page, "Content-Type")->starts_with(accept));
    ASSERT_NE(header(*page, "Link"), nullptr) << accept;
    EXPECT_NE(header(*page, "Link")->find("after="), std::string::npos);
    EXPECT_NE(page->body.find("bad-date"), std::string::npos);
    EXPECT_EQ(page->body.find("soon"), std::string::npos);
  }
}

}  // namespace broker::api
