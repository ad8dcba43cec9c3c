// What is given to somebody who asks what is held about a child: all of it, of this child alone, and no other person.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/broker/api/api_fixture.h"

namespace broker::api {
namespace {

using nlohmann::json;

const std::string upn = "E314204823001";

class SubjectAccessTest : public ApiTest {
 protected:
  SubjectAccessTest() {
    // Ann, with a mother, a sister and a note; then a file that holds her, and another girl of the same day.
    const json ann = {{"surname", "Vale"},
                      {"forename", "Ann"},
                      {"dob", "2014-05-03"},
                      {"upn", upn},
                      {"guardians", {{{"name", "Mary Vale"}, {"phone", "07700900123"}}}},
                      {"siblings", {{{"forename", "Beth"}, {"surname", "Vale"}, {"dob", "2012-01-02"}}}}};
    case_id =
        json::parse(send("314", {"POST", "/cases", json{{"child", ann}, {"note", "Gone to an aunt."}}.dump()}).body)
            .at("id");
    send("314", {"POST", "/cases/" + case_id + "/enquiries", R"({"to":["319"],"message":"Have you seen her?"})"});
    Sent file{"POST", "/uploads?kind=lost_pupils",
              "record_id,upn,surname,forename,dob\n1," + upn +
                  ",Vale,Ann,2014-05-03\n2,,Hill,Zoe,2014-05-03\n3,,Vale,Ann,2014-05-03\n"};
    file.headers.emplace_back("Content-Type", "text/csv");
    upload = send("314", file).body;
    send("314", {"POST", "/queries",
                 R"({"child":{"surname":"Vale","forename":"Ann","dob":"2014-05-03"},"purpose":"She may be there."})"});
  }
  net::Response of_case(const std::string& who, const std::string& id) {
    return send(who, {"GET", "/subject-access?case_id=" + id, ""});
  }
  net::Response of_child(const std::string& who, const json& child) {
    return send(who, {"POST", "/subject-access", json{{"child", child}}.dump()});
  }
  std::string case_id, upload;
};

}  // namespace

TEST_F(SubjectAccessTest, GivesAllThatIsHeldOfTheChildOfACase) {
  send("319", {"GET", "/enquiries", ""});  // a look of another authority
  const net::Response response = of_case("314", case_id);
  ASSERT_EQ(response.status, 200) << response.body;
  const json all = json::parse(response.body);
  ASSERT_EQ(all.at("cases").size(), 1U) << all.dump(1);
  EXPECT_EQ(all.at("cases").at(0).at("case").at("id"), case_id);
  EXPECT_GE(all.at("cases").at(0).at("timeline").size(), 2U);
  EXPECT_EQ(all.at("enquiries").size(), 1U);
  EXPECT_EQ(all.at("file_rows").size(), 2U) << upload << all.at("file_rows").dump(1);
  EXPECT_EQ(all.at("queries").size(), 1U);
  EXPECT_EQ(all.at("messages").size(), 1U);
  EXPECT_EQ(all.at("child").at("upn"), upn);
  bool is_look_of_319_there = false;
  for (const json& look : all.at("looks")) is_look_of_319_there |= look.at("authority") == "319";
  EXPECT_TRUE(is_look_of_319_there) << all.at("looks").dump(1);
}

TEST_F(SubjectAccessTest, LeavesOutOtherPeopleAndSaysHowMany) {
  const std::string body = of_case("314", case_id).body;
  for (const char* other : {"Mary", "07700900123", "Beth", "Zoe", "Hill"})
    EXPECT_EQ(body.find(other), std::string::npos) << other;
  const json all = json::parse(body);
  EXPECT_GE(all.at("redacted").at("guardians"), 1);
  EXPECT_GE(all.at("redacted").at("siblings"), 1);
  EXPECT_FALSE(all.at("before_giving_out").get<std::string>().empty());
}

TEST_F(SubjectAccessTest, FindsAChildByItsNumberOrByNameAndDate) {
  for (const json& child :
       {json{{"upn", upn}}, json{{"surname", "vale"}, {"forename", "ANN"}, {"dob", "2014-05-03"}}}) {
    const net::Response response = of_child("314", child);
    ASSERT_EQ(response.status, 200) << response.body;
    const json all = json::parse(response.body);
    EXPECT_EQ(all.at("cases").size(), 1U) << child;
    EXPECT_EQ(all.at("file_rows").size(), 2U) << child;
    EXPECT_EQ(all.at("queries").size(), 1U) << child;
  }
}

TEST_F(SubjectAccessTest, SaysWhichRowsOfHersWereRefusedWithoutWhatStandsInThem) {
  const std::string file = "record_id,upn,surname,forename,dob,guardian_name\n7," + upn +
                           ",Vale,Ann,2014-13-40,Mary Vale\n8,,Vale,Ann,2014-13-40,Mary Vale\n";
  ASSERT_EQ(send("314", {"POST", "/uploads?kind=lost_pupils", file, {{"Content-Type", "text/csv"}}}).status, 202);
  for (const json& child :
       {json{{"upn", upn}}, json{{"surname", "Vale"}, {"forename", "Ann"}, {"dob", "2014-05-03"}}}) {
    const json all = json::parse(of_child("314", child).body);
    ASSERT_EQ(all.at("refused_rows").size(), 1U) << child << all.dump(1);
    EXPECT_EQ(all.at("refused_rows").at(0).at("column"), "dob");
    EXPECT_EQ(all.dump().find("Mary"), std::string::npos);
  }
  EXPECT_TRUE(json::parse(of_child("318", {{"upn", upn}}).body).at("refused_rows").empty());
}

TEST_F(SubjectAccessTest, GivesWhatTheGroupAgreedOnHer) {
  EXPECT_FALSE(json::parse(of_case("314", case_id).body).at("cases").at(0).contains("rating"));
  database.ask("insert into register_rating values ('" + case_id + "', '314', 'red', 'c.dorn', now())");
  const json rating = json::parse(of_case("314", case_id).body).at("cases").at(0).at("rating");
  EXPECT_EQ(rating.at("rating"), "red");
  EXPECT_EQ(rating.at("officer"), "c.dorn");
}

// A UPN that she had before stands in another record.
TEST_F(SubjectAccessTest, FindsWhatHasHerFormerNumber) {
  const json later = {{"surname", "Marsh"}, {"forename", "Ann"}, {"upn", "F318401215027"}, {"former_upns", {upn}}};
  ASSERT_EQ(send("318", {"POST", "/cases", json{{"child", later}}.dump()}).status, 201);
  EXPECT_EQ(json::parse(of_child("318", {{"upn", upn}}).body).at("cases").size(), 1U);
}

// A second Ann Vale of the same day, with a number of her own: a row without a number may be of either.
TEST_F(SubjectAccessTest, GivesNothingOfANamesake) {
  const char* other = "record_id,upn,surname,forename,dob\n1,F318401215027,Vale,Ann,2014-05-03\n";
  ASSERT_EQ(send("314", {"POST", "/uploads?kind=lost_pupils", other, {{"Content-Type", "text/csv"}}}).status, 202);
  const std::string body = of_case("314", case_id).body;
  EXPECT_EQ(body.find("F318401215027"), std::string::npos);
  const json all = json::parse(body);
  EXPECT_EQ(all.at("cases").size(), 1U);
  EXPECT_EQ(all.at("file_rows").size(), 1U) << all.at("file_rows").dump(1);
  EXPECT_TRUE(all.at("queries").empty()) << "it named no number";
  const json hers = json::parse(of_child("314", {{"upn", "F318401215027"}}).body);
  EXPECT_TRUE(hers.at("cases").empty());
  EXPECT_EQ(hers.at("file_rows").size(), 1U);
  const net::Response unsure = of_child("314", {{"surname", "Vale"}, {"forename", "Ann"}, {"dob", "2014-05-03"}});
  EXPECT_EQ(unsure.status, 422);
  EXPECT_NE(unsure.body.find("different UPNs"), std::string::npos) << unsure.body;
  EXPECT_EQ(unsure.body.find("2014"), std::string::npos) << unsure.body;
}

TEST_F(SubjectAccessTest, GivesANoticeWithThisChildAlone) {
  const json family = {{{"surname", "Vale"}, {"forename", "Ann"}, {"dob", "2014-05-03"}, {"upn", upn}},
                       {{"surname", "Vale"}, {"forename", "Cora"}, {"dob", "2015-06-07"}}};
  const json notice = {{"to", "318"}, {"kind", "movement"}, {"children", family}};
  ASSERT_EQ(send("314", {"POST", "/notices", notice.dump()}).status, 201);
  for (const char* who : {"314", "318"}) {
    const json all = json::parse(of_child(who, {{"upn", upn}}).body);
    ASSERT_EQ(all.at("notices").size(), 1U) << who;
    EXPECT_EQ(all.dump().find("Cora"), std::string::npos) << who;
    EXPECT_EQ(all.at("notices").at(0).at("status"), "expected");
  }
}

TEST_F(SubjectAccessTest, GivesAnotherAuthorityWhatItHoldsItself) {
  const json all = json::parse(of_child("319", {{"upn", upn}}).body);
  EXPECT_TRUE(all.at("cases").empty()) << "the case is its owner's";
  EXPECT_EQ(all.at("enquiries").size(), 1U) << "it was asked";
  EXPECT_TRUE(all.at("file_rows").empty());
  EXPECT_TRUE(all.at("queries").empty());
  EXPECT_EQ(all.at("messages").size(), 1U);
  const json nothing = json::parse(of_child("318", {{"upn", upn}}).body);
  for (const char* list : {"cases", "enquiries", "file_rows", "queries", "matches", "messages", "looks"}) {
    EXPECT_TRUE(nothing.at(list).empty()) << list;
  }
}

TEST_F(SubjectAccessTest, IsALookThatTheOwnerSees) {
  ASSERT_EQ(of_child("319", {{"upn", upn}}).status, 200);
  const json looks = json::parse(send("314", {"GET", "/cases/" + case_id + "/looks", ""}).body);
  EXPECT_EQ(looks.at("items").at(0).at("action"), "look.subject_access");
  EXPECT_EQ(looks.at("items").at(0).at("authority"), "319");
}

TEST_F(SubjectAccessTest, IsNotForOthersAndNotForAGuess) {
  EXPECT_EQ(of_case("319", case_id).status, 404) << "a party's case is not its own";
  EXPECT_EQ(of_case("314", "x").status, 422);
  EXPECT_EQ(of_case("3144001", case_id).status, 403);
  EXPECT_EQ(of_child("3144001", {{"upn", upn}}).status, 403);
  EXPECT_EQ(of_child("314", {{"surname", "Vale"}, {"forename", "Ann"}}).status, 422);
  EXPECT_EQ(of_child("314", {{"surname", "Vale"}, {"dob", "2014-05-03"}}).status, 422);
  EXPECT_EQ(send("314", {"GET", "/subject-access?upn=" + upn, ""}).status, 422) << "no particulars in an address";
}

}  // namespace broker::api
