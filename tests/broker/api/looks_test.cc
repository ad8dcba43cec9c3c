// Every look at a child is an entry of the log before it is answered, and the child's owner can ask who has looked.
#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/broker/api/handlers_fixture.h"

namespace broker::api {
namespace {

using nlohmann::json;

// 314 looks for Ann and asks 319, which holds her as an arrival.
class LooksTest : public HandlersTest {
 protected:
  LooksTest() {
    const char* opening = R"({"child":{"surname":"Vale","forename":"Ann","dob":"2014-05-03","school":{"laestab":)"
                          R"("3144001"}},"reason":"moved"})";
    case_id = json::parse(ask("POST", "/cases", call_of("314", {}, opening))->body).at("id");
    const auto sent = ask("POST", "/cases/{}/enquiries", call_of("314", {case_id}, R"({"to":["319"]})"));
    enquiry_id = json::parse(sent->body).at("items").at(0).at("id");
  }

  base::Result<Answer> get(const std::string& who, const std::string& path, std::vector<std::string> ids = {},
                           Parameters parameters = {}) {
    Call call = call_of(who, std::move(ids), "");
    call.request.query = std::move(parameters);
    return ask("GET", path, std::move(call));
  }
  // The latest looks first, as `authority action`.
  std::vector<std::string> looks(Parameters parameters = {}) {
    std::vector<std::string> found;
    const json list = json::parse(get("314", "/cases/{}/looks", {case_id}, std::move(parameters))->body);
    for (const json& one : list.at("items")) {
      found.push_back(one.at("authority").get<std::string>() + " " + one.at("action").get<std::string>());
    }
    return found;
  }
  std::string last_look() { return looks().empty() ? "" : looks().front(); }

  std::string case_id, enquiry_id;
};

}  // namespace

TEST_F(LooksTest, RecordEveryReadThatShowsTheChild) {
  EXPECT_EQ(looks(), std::vector<std::string>());
  const std::string message = json::parse(get("319", "/inbox")->body).at("items").at(0).at("id");
  EXPECT_EQ(last_look(), "319 look.inbox");
  ASSERT_TRUE(get("319", "/inbox/{}", {message}));
  EXPECT_EQ(last_look(), "319 look.message");
  ASSERT_TRUE(ask("POST", "/inbox/claim", call_of("319", {}, "{}")));
  EXPECT_EQ(last_look(), "319 look.claim");
  ASSERT_TRUE(get("319", "/enquiries/{}", {enquiry_id}));
  EXPECT_EQ(last_look(), "319 look.enquiry");
  ASSERT_TRUE(get("319", "/enquiries"));
  EXPECT_EQ(last_look(), "319 look.enquiries");
  ASSERT_TRUE(get("314", "/cases/{}", {case_id}));
  EXPECT_EQ(last_look(), "314 look.case");
  ASSERT_TRUE(get("314", "/cases"));
  EXPECT_EQ(last_look(), "314 look.cases");
  ASSERT_TRUE(get("314", "/reports/register"));
  EXPECT_EQ(last_look(), "314 look.register");
  ASSERT_TRUE(get("314", "/cases/{}/timeline", {case_id}));
  EXPECT_EQ(last_look(), "314 look.timeline");
  ASSERT_TRUE(get("314", "/cases/{}/removal", {case_id}));
  EXPECT_EQ(last_look(), "314 look.removal");
  const char* query = R"({"child":{"surname":"Vale","forename":"Ann","dob":"2014-05-03"},"purpose":"she is here"})";
  ASSERT_TRUE(ask("POST", "/queries", call_of("315", {}, query)));
  EXPECT_EQ(last_look(), "315 query.made");
  EXPECT_EQ(looks().size(), 11U);
  EXPECT_EQ(looks({{"by", "others"}}).size(), 6U);
}

TEST_F(LooksTest, NameTheOfficerAndWhatWasLookedAt) {
  ASSERT_TRUE(get("319", "/enquiries/{}", {enquiry_id}));
  Call nobody = call_of("319", {enquiry_id}, "");
  nobody.actor.officer.clear();
  ASSERT_TRUE(ask("GET", "/enquiries/{}", std::move(nobody)));
  const json list = json::parse(get("314", "/cases/{}/looks", {case_id})->body);
  EXPECT_FALSE(list.at("items").at(0).contains("officer"));
  EXPECT_EQ(list.at("items").at(1).at("officer"), "ada");
  EXPECT_EQ(list.at("items").at(1).at("subject"), enquiry_id);
}

TEST_F(LooksTest, ShowBothOwnersALookAtAMatch) {
  Call upload = call_of("319", {}, "record_id,surname,forename,dob\n1,Vale,Ann,2014-05-03\n");
  upload.request.query = {{"kind", "arrivals"}};
  upload.request.headers.add("Content-Type", "text/csv");
  const std::string upload_id = json::parse(ask("POST", "/uploads", std::move(upload))->body).at("id");
  const char* query = R"({"child":{"surname":"Vale","forename":"Ann","dob":"2014-05-03"},"purpose":"she is here"})";
  ASSERT_TRUE(ask("POST", "/queries", call_of("315", {}, query)));
  ASSERT_TRUE(get("319", "/matches"));
  using Lines = std::vector<std::string>;
  EXPECT_EQ(database.column("select owner || ' ' || authority || ' ' || action from look where held_by = '" +
                            upload_id + "' order by position"),
            (Lines{"319 315 query.made", "319 319 look.matches"}));
  EXPECT_EQ(database.column("select distinct owner from look where action = 'look.matches' order by owner"),
            (Lines{"315", "319"}));
}

TEST_F(LooksTest, AreToldTheOwnerAlone) {
  ASSERT_TRUE(get("319", "/enquiries/{}", {enquiry_id}));
  for (const char* other : {"319", "315"}) {
    const auto refused = get(other, "/cases/{}/looks", {case_id});
    ASSERT_FALSE(refused) << other;
    EXPECT_EQ(refused.error().status(), 404);
  }
  EXPECT_EQ(get("314", "/cases/{}/looks", {case_id}, {{"by", "me"}}).error().errors.front().pointer, "/by");
}

TEST_F(LooksTest, ComePageByPageTheLatestFirst) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get("319", "/enquiries/{}", {enquiry_id}));
  std::vector<int64_t> positions;
  std::string after;
  do {
    const auto page = get("314", "/cases/{}/looks", {case_id}, {{"limit", "2"}, {"after", after}});
    const json list = json::parse(page->body);
    for (const json& one : list.at("items")) positions.push_back(one.at("position"));
    after = list.at("next").is_null() ? "" : list.at("next").get<std::string>();
  } while (!after.empty());
  EXPECT_EQ(positions.size(), 5U);
  EXPECT_TRUE(std::is_sorted(positions.rbegin(), positions.rend()));
}

TEST_F(LooksTest, LeaveNoParticularsInTheLog) {
  ASSERT_TRUE(get("319", "/enquiries/{}", {enquiry_id}));
  ASSERT_TRUE(get("314", "/cases/{}", {case_id}));
  for (const char* secret : {"Vale", "Ann", "2014-05-03"}) {
    EXPECT_EQ(database.number(std::string("select count(*) from audit_entry where entry like '%") + secret + "%'"), 0)
        << secret;
  }
}

// What can't be recorded is not shown.
TEST_F(LooksTest, AreKeptBeforeTheyAreAnswered) {
  database.ask("alter table look add constraint nobody check (action <> 'look.case') not valid");
  EXPECT_THROW(get("314", "/cases/{}", {case_id}), postgres::DatabaseError);
  EXPECT_TRUE(get("314", "/cases/{}/timeline", {case_id}));
  EXPECT_EQ(looks(), std::vector<std::string>{"314 look.timeline"});
}

TEST_F(LooksTest, ShareACommitWhenManyComeAtOnce) {
  std::vector<support::EventLoop::Task<base::Result<Answer>>> crowd;
  for (int i = 0; i < 64; ++i) {
    crowd.push_back(loop.start(asking("GET", "/cases/{}", call_of("314", {case_id}, ""))));
  }
  for (auto& one : crowd) EXPECT_TRUE(loop.finish(one));
  EXPECT_EQ(looks({{"limit", "500"}}).size(), 64U);
  EXPECT_LT(database.number("select count(distinct time) from look"), 32);
}

// Where no child is shown there is nothing to record, and no commit to wait for.
TEST_F(LooksTest, AreNotRecordedForEmptyLists) {
  const int64_t before = database.number("select count(*) from audit_entry");
  ASSERT_TRUE(get("318", "/cases"));
  ASSERT_TRUE(get("318", "/inbox"));
  ASSERT_TRUE(get("318", "/matches"));
  EXPECT_FALSE(get("318", "/cases/{}", {case_id}));
  EXPECT_EQ(database.number("select count(*) from audit_entry"), before);
}

}  // namespace broker::api
