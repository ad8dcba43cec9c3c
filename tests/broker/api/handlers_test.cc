// The handlers over the real store and index, called as the table of routes calls them once a caller is let in.
#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/api/route.h"
#include "broker/domain/reference/directory.h"
#include "broker/postgres/migrate.h"
#include "broker/store/schema.h"
#include "tests/support/event_loop.h"
#include "tests/support/private_cluster.h"
#include "tests/support/scratch.h"

namespace broker::api {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Parameters = std::vector<std::pair<std::string, std::string>>;

// A database of its own with the store's tables; gives its name.
std::string migrated_database(support::EventLoop& loop) {
  static int count = 0;
  const std::string name = "api_" + std::to_string(++count);
  support::private_cluster().run("postgres", "create database " + name);
  auto connection = loop.run(postgres::Connection::connect(loop.executor(), support::private_cluster().conninfo(name),
                                                           postgres::deadline_in(20s)));
  loop.run(postgres::migrate(*connection, store::migrations()));
  return name;
}

postgres::PoolSettings settings_for(const std::string& database, const std::string& role) {
  postgres::PoolSettings settings;
  settings.conninfo = support::private_cluster().conninfo(database, role);
  return settings;
}

domain::Context surroundings(const domain::Calendar& calendar, const base::Clock& clock) {
  domain::Context context;
  context.is_known_authority = [](const std::string& code) { return domain::reference::is_known_authority(code); };
  context.due = [&](const std::string& to, domain::Priority priority) {
    return due_dates(calendar, base::date_in_england(clock.now()), to, priority);
  };
  return context;
}

class HandlersTest : public testing::Test {
 protected:
  ~HandlersTest() override { threads.join(); }

  Call call_of(const std::string& authority, std::vector<std::string> path_ids, std::string body) {
    Call call;
    call.caller.authority = authority;
    call.actor = {authority, "ada", ""};
    call.viewer = {authority, "", false};
    call.ids = std::move(path_ids);
    call.request.body = std::move(body);
    return call;
  }

  base::Result<Answer> ask(const std::string& method, const std::string& path, Call call) {
    const auto all = routes();
    const auto route = std::find_if(all.begin(), all.end(),
                                    [&](const Route& one) { return one.method == method && one.path == path; });
    base::ensure(route != all.end());
    call.request.method = method;
    call.request.path = "/v1" + path;
    return loop.run(route->answer(services, std::move(call)));
  }
  base::Result<Answer> list(const std::string& path, Parameters parameters) {
    Call call = call_of("314", {}, "");
    call.request.query = std::move(parameters);
    return ask("GET", path, std::move(call));
  }
  // The pointer that a list with this parameter is refused with; empty when it is taken.
  std::string refused(const std::string& path, const std::string& name, const std::string& value) {
    const auto answer = list(path, {{name, value}});
    return answer ? "" : answer.error().errors.front().pointer;
  }

  support::EventLoop loop;
  base::SystemClock clock;
  base::SystemRandom random;
  base::IdMaker id_maker{clock, random};
  base::Metrics metrics;
  support::Scratch scratch;
  audit::SigningKey key = audit::SigningKey::create(scratch.path() / "key.pem");
  const domain::Calendar& calendar = domain::built_in_calendar();
  boost::asio::thread_pool threads{1};
  std::string database = migrated_database(loop);
  postgres::Pool pool{loop.executor(), settings_for(database, "waymark_api")};
  postgres::Pool writer_pool{loop.executor(), settings_for(database, "waymark_writer")};
  store::Writer writer{loop.executor(), writer_pool, clock, id_maker, key, surroundings(calendar, clock), metrics};
  store::PostgresStore store{pool, writer_pool, writer};
  base::AsioTimers timers{loop.executor()};
  matching::LiveIndex index{loop.executor(), store, threads.get_executor()};
  delivery::Inboxes inboxes{timers, store, id_maker};
  Services services{pool, writer_pool, writer, index, inboxes, calendar, clock, key, threads, QueryLimit(600), {}};
};

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
  EXPECT_EQ(successor.at("clocks").size(), 2U);
  EXPECT_EQ(*header(*answer, "Location"), "/v1/cases/" + successor.at("id").get<std::string>());
}

TEST_F(HandlersTest, RefuseAnUnknownParameterOfEveryList) {
  for (const char* path : {"/authorities", "/cases", "/enquiries", "/matches", "/inbox", "/audit/entries"}) {
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
