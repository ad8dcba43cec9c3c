// Every call of the table of routes, by every kind of caller: what is not yours can't be told from what does not exist,
// by status, body, headers, or by what is asked of the database for it.
#include <fstream>
#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/broker/api/api_fixture.h"

namespace broker::api {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

const std::string absent = "019a7c6e-0000-7000-8000-000000000000";

// 314 owns the case and has asked 319, which has confirmed; 315's query found 319's record. 318 is a stranger.
const std::vector<std::string> callers = {"314",     "319",     "315",          "318",     "officer:314:b.lane",
                                          "3144001", "3194001", "operator:ops", "revoked", "expired",
                                          "none"};

// What a route names in its path, and who may know that it exists. A route without an id shows what is the caller's
// own.
struct Row {
  std::string call;      // `GET /cases/{}`
  std::string resource;  // of the fixture; empty without an id
  Names seen_by;
  std::string body = "{}";
};

const Names owner = {"314", "officer:314:b.lane"};
const Names parties = {"314", "officer:314:b.lane", "319"};

const std::vector<Row> rows = {
    {"GET /whoami", "", {}},
    {"GET /openapi.json", "", {}},
    {"GET /authorities", "", {}},
    {"GET /authorities/{}", "authority", {}},
    {"POST /cases", "", {}},
    {"GET /cases", "", {}},
    {"GET /cases/{}", "case", owner},
    {"GET /cases/{}/timeline", "case", owner},
    {"GET /cases/{}/looks", "case", owner},
    {"POST /cases/{}/close", "case", owner},
    {"POST /cases/{}/end", "case", owner, R"({"reason":"opened_in_error"})"},
    {"POST /cases/{}/end/approve", "case", owner},
    {"POST /cases/{}/reopen", "case", owner, R"({"reason":"she never came"})"},
    {"POST /cases/{}/assign", "case", owner, R"({"officer":"ben"})"},
    {"POST /cases/{}/checks", "case", owner, R"({"kind":"home_visit","result":"no_answer"})"},
    {"POST /cases/{}/dispute", "case", owner, R"({"reason":"another child"})"},
    {"POST /cases/{}/removal", "case", owner, R"({"ground":"A"})"},
    {"GET /cases/{}/removal", "case", owner},
    {"POST /cases/{}/removal/confirm", "case", owner},
    {"POST /cases/{}/enquiries", "case", owner, R"({"to":["318"]})"},
    {"POST /cases/{}/confirmations", "case", parties,
     R"({"outcome":"home_educated","location":{"written_confirmation":true}})"},
    {"POST /confirmations/{}/retract", "confirmation", parties, R"({"reason":"a mistake"})"},
    {"GET /enquiries", "", {}},
    {"GET /enquiries/{}", "enquiry", parties},
    {"POST /enquiries/{}/acknowledge", "enquiry", parties},
    {"POST /enquiries/{}/replies", "enquiry", parties, R"({"outcome":"not_located","checks":["admissions"]})"},
    {"POST /enquiries/{}/information", "enquiry", parties, R"({"information":"The mother is called Samina"})"},
    {"POST /enquiries/{}/withdraw", "enquiry", parties},
    {"POST /uploads", "", {}},
    {"GET /uploads/{}", "upload", {"319", "3194001"}},
    {"GET /uploads/{}/errors", "upload", {"319", "3194001"}},
    {"GET /uploads/{}/matches", "upload", {"319"}},
    {"POST /queries", "", {}},
    {"GET /matches", "", {}},
    {"GET /matches/{}", "match", {"315", "319"}},
    {"POST /matches/{}/decision", "match", {"315", "319"}, R"({"decision":"reject","reason":"another child"})"},
    {"POST /inbox/claim", "", {}},
    {"POST /inbox/ack", "", {}},
    // A lease that nobody holds is lost, whatever the message.
    {"POST /inbox/{}/ack", "lease", {}, R"({"lease_id":"019a7c6e-0000-7000-8000-000000000001"})"},
    {"POST /inbox/{}/nack", "lease", {}, R"({"lease_id":"019a7c6e-0000-7000-8000-000000000001"})"},
    {"GET /inbox", "", {}},
    {"GET /inbox/{}", "message", {"319"}},
    {"GET /outbox/{}", "message", owner},
    {"GET /inbox/stream", "", {}},
    {"GET /authorities/{}/settings", "", {}},
    {"PUT /authorities/{}/settings", "", {}},
    {"GET /authorities/{}/officers", "", {}},
    {"GET /authorities/{}/officers/{}", "", {}},
    {"PUT /authorities/{}/officers/{}", "", {}},
    // What is compared of these is in the tests of transfers.
    {"GET /transfers", "", {}},
    {"GET /transfers/{}", "", {}},
    {"GET /transfers/{}/file", "", {}},
    {"POST /transfers/{}/claim", "", {}},
    {"POST /transfers/{}/receipt", "", {}},
    // A name is looked up among one's own alone.
    {"GET /webhooks", "", {}},
    {"GET /webhooks/{}", "", {}},
    {"PUT /webhooks/{}", "", {}},
    {"DELETE /webhooks/{}", "", {}},
    {"POST /webhooks/{}/replay", "", {}},
    {"POST /notices", "", {}},
    {"GET /notices", "", {}},
    {"GET /notices/{}", "notice", parties},
    {"GET /reports/register", "", {}},
    {"GET /reports/cme-return", "", {}},
    {"GET /reports/performance", "", {}},
    {"GET /subject-access", "", {}},
    {"POST /subject-access", "", {}},
    {"GET /audit/head", "", {}},
    {"GET /audit/heads", "", {}},
    {"GET /audit/entries", "", {}},
    {"GET /audit/proof", "", {}},
    {"GET /audit/consistency", "", {}},
};

class NotYoursTest : public ApiTest {
 protected:
  NotYoursTest() {
    for (const char* role : {"waymark_api", "waymark_writer"}) {
      database.ask(std::string("alter role ") + role + " set log_statement = 'all'");
    }
    const char* child =
        R"({"child":{"surname":"Vale","forename":"Ann","dob":"2014-05-03","school":{"laestab":"3144001"}}})";
    ids["case"] = id_in(send("314", {"POST", "/cases", child}));
    const auto sent = send("314", {"POST", "/cases/" + ids["case"] + "/enquiries", R"({"to":["319"]})"});
    ids["enquiry"] = json::parse(sent.body).at("items").at(0).at("id");
    ids["message"] = ids["lease"] = database.text("select id::text from message where recipient = '319'");
    ids["confirmation"] =
        id_in(send("319", {"POST", "/cases/" + ids["case"] + "/confirmations",
                           R"({"outcome":"home_educated","location":{"written_confirmation":true}})"}));
    const char* csv = "record_id,surname,forename,dob\n1,Vale,Ann,2014-05-03\n2,Vale,Ben,soon\n";
    ids["upload"] = id_in(send("3194001", {"POST", "/uploads?kind=arrivals", csv, {{"Content-Type", "text/csv"}}}));
    const char* query = R"({"child":{"surname":"Vale","forename":"Ann","dob":"2014-05-03"},"purpose":"to find"})";
    send("315", {"POST", "/queries", query});
    const char* notice = R"({"to":"319","children":[{"surname":"Hill","forename":"Zoe","dob":"2015-01-09"}]})";
    ids["notice"] = id_in(send("314", {"POST", "/notices", notice}));
    ids["match"] = database.text("select id::text from match_state where holder = '319' limit 1");
  }

  static std::string id_in(const net::Response& response) { return json::parse(response.body).at("id"); }

  net::Response call(const std::string& who, const Row& row, const std::string& id) {
    const size_t blank = row.call.find(' ');
    std::string path = row.call.substr(blank + 1);
    if (const size_t hole = path.find("{}"); hole != std::string::npos) path.replace(hole, 2, id);
    const bool is_post = row.call.starts_with("POST");
    return send(who, {row.call.substr(0, blank), path, is_post ? row.body : ""});
  }

  // Everything that the caller is told, but for the number of the request.
  static std::string told(const net::Response& response) {
    std::string all = std::to_string(response.status) + "\n";
    for (const auto& [name, value] : response.headers) all += name + ": " + value + "\n";
    return all + std::regex_replace(response.body, std::regex("urn:waymark:request:[0-9]+"), "N");
  }

  // The names of the statements that the roles of the product have run since the last call of this.
  std::vector<std::string> statements_run() {
    std::ifstream log(support::private_cluster().log_file());
    log.seekg(log_read_);
    std::vector<std::string> names;
    const std::regex executed("execute ([a-z_]+)");
    for (std::string line; std::getline(log, line);) {
      std::smatch found;
      if (std::regex_search(line, found, executed)) names.push_back(found[1]);
      log_read_ += static_cast<std::streamoff>(line.size()) + 1;
    }
    return names;
  }

  std::map<std::string, std::string> ids;

 private:
  std::streamoff log_read_ = 0;
};

}  // namespace

TEST_F(NotYoursTest, HasARowForEveryRoute) {
  Names listed, routed;
  for (const Row& row : rows) listed.insert(row.call);
  for (const Route& route : routes()) routed.insert(std::string(route.method) + " " + std::string(route.path));
  EXPECT_EQ(listed, routed);
}

TEST_F(NotYoursTest, LooksExactlyLikeWhatDoesNotExist) {
  int compared = 0;
  statements_run();
  for (const Row& row : rows) {
    if (row.resource.empty() || row.resource == "authority") continue;
    for (const std::string& who : callers) {
      if (row.seen_by.contains(who)) continue;
      SCOPED_TRACE(row.call + " by " + who);
      call(who, row, absent);  // prepares what a connection prepares once
      statements_run();
      const net::Response foreign = call(who, row, ids.at(row.resource));
      const auto for_foreign = statements_run();
      const net::Response nothing = call(who, row, absent);
      EXPECT_EQ(told(foreign), told(nothing));
      EXPECT_EQ(for_foreign, statements_run());
      EXPECT_GE(foreign.status, 400);
      ++compared;
    }
  }
  EXPECT_GT(compared, 200);
}

TEST_F(NotYoursTest, IsShownToThoseWhomItConcerns) {
  for (const Row& row : rows) {
    if (row.resource.empty()) continue;
    for (const std::string& who : row.seen_by) {
      const net::Response response = call(who, row, ids.at(row.resource));
      EXPECT_NE(response.status, 404) << row.call << " by " << who << " " << response.body;
      EXPECT_LT(response.status, 500) << row.call << " by " << who;
    }
  }
}

TEST_F(NotYoursTest, IsAskedOfNobodyWithoutAnIdentity) {
  for (const Row& row : rows) {
    for (const char* who : {"revoked", "expired", "none"}) {
      statements_run();
      const net::Response response = call(who, row, absent);
      EXPECT_EQ(response.status, 401) << row.call << " by " << who;
      EXPECT_TRUE(response.close);
      EXPECT_EQ(statements_run(), std::vector<std::string>()) << row.call;
    }
  }
}

// A caller of the wrong kind is told so before anything is looked up.
TEST_F(NotYoursTest, IsRefusedToTheWrongKindOfCallerUnseen) {
  const auto all = routes();
  const std::pair<const char*, unsigned> kinds[] = {
      {"314", authorities}, {"3144001", schools}, {"operator:ops", operators}};
  // A certificate is noted once an hour, whatever it asks for.
  for (const auto& [who, bit] : kinds) call(who, rows.front(), "");
  for (const Row& row : rows) {
    const auto route = std::find_if(all.begin(), all.end(), [&](const Route& one) {
      return std::string(one.method) + " " + std::string(one.path) == row.call;
    });
    ASSERT_NE(route, all.end());
    for (const auto& [who, bit] : kinds) {
      if ((route->allowed & bit) != 0) continue;
      statements_run();
      EXPECT_EQ(call(who, row, row.resource.empty() ? absent : ids[row.resource]).status, 403) << row.call << who;
      EXPECT_EQ(statements_run(), std::vector<std::string>()) << row.call;
    }
  }
}

}  // namespace broker::api
