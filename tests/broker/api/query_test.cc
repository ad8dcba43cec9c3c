// A query is no oracle for restricted records, and each officer has so many of them at all brokers together.
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/message/child_json.h"
#include "broker/message/state.h"
#include "tests/broker/api/handlers_fixture.h"

namespace broker::api {
namespace {

using nlohmann::json;

class QueryTest : public HandlersTest {
 protected:
  size_t below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }
  std::string one_of(std::initializer_list<const char*> all) { return all.begin()[below(all.size())]; }

  // Few names and dates: most records are candidates for most questions.
  matcher::PupilRecord any_child() {
    matcher::PupilRecord child;
    child.forename = one_of({"Mohammed", "Muhammad", "Ann", "Anne"});
    child.surname = one_of({"Hussain", "Husain", "Vale"});
    child.dob = {2012, 5, 1 + static_cast<int>(below(3))};
    if (below(3) == 0) child.upn = one_of({"E314204823001", "F318401215027"});
    return child;
  }
  // A row of an upload.
  void hold(matcher::PupilRecord child) { hold(one_of({"318", "319", "315"}), std::move(child)); }
  void hold(const std::string& authority, matcher::PupilRecord child) {
    store::Write write;
    write.decide = [authority, child = std::move(child)](store::World& world) -> base::Result<store::Answer> {
      store::HeldRecord held;
      const std::string upload = world.next_id();
      held.digest = base::sha256(upload);
      held.side =
          domain::MatchSide{.authority = authority, .kind = domain::RecordKind::arrival, .upload_id = upload, .row = 1};
      held.pupil = child;
      world.hold(std::move(held));
      world.audit({authority, "ada", ""}, "upload.read", upload, "");
      return store::Answer{};
    };
    ASSERT_TRUE(loop.run(writer.submit(std::move(write))));
  }
  base::Result<Answer> query(const json& child, const std::string& officer = "ada") {
    Call call = call_of("314", {}, json{{"child", child}, {"purpose", "s.436A"}}.dump());
    call.actor.officer = officer;
    return ask("POST", "/queries", std::move(call));
  }
  // As the seeker sees it, without the ids that are new each time.
  json answer_to(const json& child) {
    json answer = json::parse(query(child)->body);
    answer.erase("id");
    for (json& one : answer.at("candidates")) one.erase("match_id");
    return answer;
  }
  std::vector<json> questions() {
    std::vector<json> all;
    for (int i = 0; i < 12; ++i) {
      json child = json::parse(message::encode_pupil(any_child()));
      if (i % 3 == 0) child["address"] = {{"postcode", "SE9 9ZZ"}};
      if (i % 6 == 1) child["guardians"] = {{{"name", "Jo Vale"}, {"phone", "07700900123"}}};
      all.push_back(std::move(child));
    }
    return all;
  }

  std::mt19937 random_{7};
};

bool asks_where(const json& child) {
  return child.contains("address") || child.contains("guardians");
}

}  // namespace

TEST_F(QueryTest, WithARestrictedRecordAndWithoutItDiffersInContactUsAlone) {
  services.queries_per_minute = 10'000;
  size_t contacts = 0, candidates = 0;
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 4; ++i) hold(any_child());
    const std::vector<json> asked = questions();
    std::vector<json> before;
    for (const json& child : asked) before.push_back(answer_to(child));
    matcher::PupilRecord hidden = any_child();
    hidden.address = {{"9 Hidden House"}, "Secretham", "SE9 9ZZ", "", true};
    hidden.guardians = {{"Jo Vale", "07700900123"}};
    hold(std::move(hidden));
    for (size_t i = 0; i < asked.size(); ++i) {
      json after = answer_to(asked[i]);
      contacts += after.erase("contact_us");
      before[i].erase("contact_us");
      candidates += after.at("candidates").size();
      EXPECT_EQ(after, before[i]) << asked[i];
      if (asks_where(asked[i])) EXPECT_FALSE(json::parse(query(asked[i])->body).contains("contact_us")) << asked[i];
    }
  }
  EXPECT_GT(contacts, 10U);
  EXPECT_GT(candidates, 100U);
}

TEST_F(QueryTest, ShowsOfARestrictedRecordOnlyWhomToAsk) {
  matcher::PupilRecord hidden = support::child(1);
  hidden.address = {{"9 Hidden House"}, "Secretham", "SE9 9ZZ", "", true};
  hold("319", hidden);
  const json answer = json::parse(query(json::parse(message::encode_pupil(support::child(1))))->body);
  EXPECT_EQ(answer.at("candidates"), json::array());
  EXPECT_EQ(answer.at("contact_us"), json::array({"319"}));
  EXPECT_EQ(database.number("select count(*) from match_state"), 0) << "there is nothing to read it off later";
  const json told =
      json::parse(database.text("select (body::jsonb -> 'data')::text from message where type = 'record.found'"));
  EXPECT_EQ(told.at("restricted"), true);
  EXPECT_EQ(told.at("by"), "314");
  EXPECT_EQ(told.at("officer"), "ada");
  EXPECT_FALSE(told.contains("match_id"));
}

TEST_F(QueryTest, IsRefusedPastTheOfficersLimitAlsoAtAnotherBroker) {
  services.queries_per_minute = 2;
  const json child = json::parse(message::encode_pupil(support::child(1)));
  ASSERT_TRUE(query(child));
  ASSERT_TRUE(query(child));
  const auto refused = query(child);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status(), 429);
  EXPECT_GT(refused.error().retry_after_seconds, 0);
  EXPECT_LE(refused.error().retry_after_seconds, 60);
  EXPECT_TRUE(query(child, "ben")) << "another officer is not slower for it";
  store::Writer other(loop.executor(), writer_pool, clock, id_maker, key, surroundings(calendar), metrics);
  Services there{pool, writer_pool, other,   index, inboxes, calendar, clock,
                 key,  id_maker,    threads, 2,     vault,   [] {},    {}};
  Call call = call_of("314", {}, json{{"child", child}, {"purpose", "s.436A"}}.dump());
  call.request.method = "POST";
  call.request.path = "/v1/queries";
  const auto at_the_other = loop.run(match_route("POST", "/v1/queries").route->answer(there, std::move(call)));
  ASSERT_FALSE(at_the_other);
  EXPECT_EQ(at_the_other.error().status(), 429);
  EXPECT_EQ(database.number("select count(*) from query"), 3) << "what was refused is not kept";
  // Yesterday's do not count.
  database.ask("update query set time = time - interval '61 seconds'");
  EXPECT_TRUE(query(child));
}

}  // namespace broker::api
