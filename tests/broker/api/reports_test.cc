// The reports over real cases and enquiries: what they count, whose, and as CSV.
#include "broker/api/reports.h"

#include <nlohmann/json.hpp>

#include "tests/broker/api/handlers_fixture.h"

namespace broker::api {
namespace {

using json = nlohmann::json;

class ReportsTest : public HandlersTest {
 protected:
  std::string open(const std::string& surname, const std::string& reason, const std::string& missing_since,
                   const std::string& priority = "routine") {
    json body = {{"child", {{"surname", surname}, {"forename", "Ann"}, {"dob", "2014-05-03"}}},
                 {"reason", reason},
                 {"priority", priority}};
    if (!missing_since.empty()) body["missing_since"] = missing_since;
    return json::parse(ask("POST", "/cases", call_of("314", {}, body.dump()))->body).at("id");
  }
  std::string enquire(const std::string& case_id, const std::string& to) {
    const std::string body = json{{"to", {to}}}.dump();
    const auto sent = ask("POST", "/cases/{}/enquiries", call_of("314", {case_id}, body));
    return json::parse(sent->body).at("items").at(0).at("id");
  }
  void reply(const std::string& enquiry, const std::string& by, const std::string& body) {
    Call call = call_of(by, {enquiry}, body);
    call.if_match = "*";
    ASSERT_TRUE(ask("POST", "/enquiries/{}/replies", std::move(call)));
  }
  json report(const std::string& name, const std::string& who = "314", Parameters parameters = {}) {
    Call call = call_of(who, {}, "");
    call.request.query = std::move(parameters);
    return json::parse(ask("GET", "/reports/" + name, std::move(call))->body);
  }
  std::string csv(const std::string& name) {
    Call call = call_of("314", {}, "");
    call.request.headers.add("Accept", "text/csv");
    return ask("GET", "/reports/" + name, std::move(call))->body;
  }
  static std::string day(int days_ago) {
    const auto now = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    return base::format_date(base::Date(now - std::chrono::days(days_ago)));
  }
};

}  // namespace

TEST_F(ReportsTest, RateOwnCasesAndShowThemToNobodyElse) {
  const std::string urgent = open("Vale", "Mental health", day(3), "urgent");
  open("Merrow", "", "");
  const json list = report("register");
  EXPECT_EQ(list.at("counts").at("red"), 1);
  ASSERT_EQ(list.at("items").size(), 2U);
  for (const json& one : list.at("items")) {
    const bool is_urgent = one.at("case_id") == urgent;
    EXPECT_EQ(one.at("rating") == "red", is_urgent);
    EXPECT_EQ(one.at("return_reason"), is_urgent ? "Mental health" : "Not recorded");
    EXPECT_FALSE(one.contains("agreed_by"));
  }
  EXPECT_EQ(report("register", "319").at("items").size(), 0U);
}

TEST_F(ReportsTest, ShowWhatTheGroupAgreedBesideWhatIsProposed) {
  const std::string id = open("Vale", "Other", day(3), "urgent");
  store::Write what;
  what.decide = [&](store::World& world) -> base::Result<Answer> {
    world.write(store::agree_rating(id, "314", domain::Rating::amber, "c.dorn", clock.now()));
    // Another authority's word on it changes nothing.
    world.write(store::agree_rating(id, "319", domain::Rating::green, "x", clock.now()));
    world.write(store::freeze_month("314", {"2026-10", 3, 2, 1}, "c.dorn", clock.now()));
    world.write(store::freeze_month("314", {"2026-10", 9, 9, 9}, "c.dorn", clock.now()));
    return Answer{};
  };
  ASSERT_TRUE(loop.run(writer.submit(std::move(what))));
  const json one = report("register").at("items").at(0);
  EXPECT_EQ(one.at("rating"), "amber");
  EXPECT_EQ(one.at("proposed"), "red");
  EXPECT_EQ(one.at("agreed_by"), "c.dorn");
  const auto months = loop.run(store::frozen_months(pool, {"314", "", false}));
  ASSERT_EQ(months.size(), 1U);
  EXPECT_EQ(months[0].red, 3);
  EXPECT_TRUE(loop.run(store::frozen_months(pool, {"319", "", false})).empty());
}

TEST_F(ReportsTest, CountTheReturnAsOfADay) {
  open("Vale", "Mental health", day(20));
  open("Merrow", "mental HEALTH", day(21));
  open("Larkin", "left with a circus", "");
  const json today = report("cme-return");
  EXPECT_EQ(today.at("total"), 3);
  for (const json& one : today.at("items")) {
    if (one.at("reason") == "Mental health") EXPECT_EQ(one.at("durations").at("2 to 4 weeks"), 2);
    if (one.at("reason") == "Other") EXPECT_EQ(one.at("durations").at("Unknown"), 1);
  }
  EXPECT_EQ(report("cme-return", "314", {{"on", day(2)}}).at("total"), 0);
  Call call = call_of("314", {}, "");
  call.request.query = {{"on", "soon"}};
  EXPECT_EQ(ask("GET", "/reports/cme-return", std::move(call)).error().errors.front().pointer, "/on");
}

TEST_F(ReportsTest, CountAnEndedCaseOnTheDaysBefore) {
  const std::string id = open("Vale", "Other", day(20));
  for (const char* path : {"/cases/{}/end", "/cases/{}/end/approve"}) {
    Call call = call_of("314", {id}, std::string(path) == "/cases/{}/end" ? R"({"reason":"opened_in_error"})" : "{}");
    call.if_match = "*";
    call.actor.officer = std::string(path) == "/cases/{}/end" ? "ada" : "ben";
    ASSERT_TRUE(ask("POST", path, std::move(call)));
  }
  EXPECT_EQ(report("cme-return").at("total"), 0);
}

TEST_F(ReportsTest, TellHowLongFinalAnswersTake) {
  const std::string id = open("Vale", "Other", day(20));
  reply(enquire(id, "319"), "319", R"({"outcome":"not_located","checks":["admissions"]})");
  reply(enquire(id, "318"), "318", json{{"outcome", "checks_in_progress"}, {"next_date", day(-7)}}.dump());
  const json list = report("performance");
  ASSERT_EQ(list.at("sent").size(), 2U);
  EXPECT_TRUE(list.at("received").empty());
  for (const json& one : list.at("sent")) {
    const bool is_final = one.at("authority") == "319";
    EXPECT_EQ(one.at("answered"), is_final ? 1 : 0);
    EXPECT_EQ(one.at("unanswered"), is_final ? 0 : 1);
    EXPECT_EQ(one.contains("middle_working_days"), is_final);
  }
  EXPECT_EQ(report("performance", "319").at("received").at(0).at("authority"), "314");
}

TEST_F(ReportsTest, ComeAsCsvWithoutFormulas) {
  open("=cmd|' /C calc'!A0", "@sum", day(20));
  const std::string text = csv("register");
  EXPECT_TRUE(text.starts_with("reference,forename,surname,status,reason,"));
  EXPECT_EQ(text.find(",=cmd"), std::string::npos);
  EXPECT_EQ(text.find(",@sum"), std::string::npos);
  EXPECT_NE(csv("cme-return").find("Mental health,0,0,0,0,0,0,0,0,0\n"), std::string::npos);
  EXPECT_TRUE(csv("performance").starts_with("direction,authority,name,"));
}

}  // namespace broker::api
