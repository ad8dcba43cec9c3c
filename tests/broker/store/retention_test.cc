// A case goes when the years of its owner are over, with all that is held of it, and nothing goes before.
#include "broker/store/retention.h"

#include <gtest/gtest.h>

#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using domain::RecordKind;
using std::chrono::days;
using support::child;
using support::officer;

constexpr int lost = 1, others = 2;

struct RetentionTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  base::ManualClock clock{base::parse_time("2015-01-12T09:30:00Z").value()};
  support::StoreNode node{database, clock};
  std::string ended = opened_and_ended("314", lost);

  std::string opened(const std::string& owner, int n) {
    const std::string id = node.write(support::opening(owner, child(n)))->body;
    domain::SendEnquiries command;
    command.to = {owner == "318" ? "319" : "318"};
    EXPECT_TRUE(node.write(support::on_case(id, officer(owner), command)));
    Write look;
    look.decide = [id](World& world) -> base::Result<Answer> {
      world.look(officer("318"), {.action = "look.case", .subject = id, .children = {{id, ""}}});
      return Answer{};
    };
    EXPECT_TRUE(node.write(std::move(look)));
    return id;
  }
  void end(const std::string& owner, const std::string& id) {
    EXPECT_TRUE(node.write(support::on_case(id, officer(owner), domain::RequestEnd{})));
    EXPECT_TRUE(node.write(support::on_case(id, officer(owner, "ben"), domain::ApproveEnd{})));
  }
  std::string opened_and_ended(const std::string& owner, int n) {
    const std::string id = opened(owner, n);
    end(owner, id);
    return id;
  }
  // So that neither the newest message nor the newest record is of a case that may go.
  void go_on() {
    EXPECT_TRUE(node.write(support::sending("319")));
    EXPECT_TRUE(node.write(support::holding("319", RecordKind::arrival, child(99))));
  }
  void keep_years(const std::string& authority, int years) {
    Write write;
    write.needs.settings = {authority};
    write.decide = [=](World& world) -> base::Result<Answer> {
      domain::Settings settings;
      settings.case_retention_years = years;
      settings.version = 1;
      world.put_settings(authority, settings);
      return Answer{};
    };
    ASSERT_TRUE(node.write(std::move(write)));
  }
  void after_years(int years) { clock.set(*base::parse_time(std::to_string(2015 + years) + "-01-13T09:30:00Z")); }
  int64_t forget() { return loop.run(forget_old_cases(node.writer_pool, node.writer, clock.now())); }
  int64_t held(const std::string& id) {
    return database.number("select count(*) from case_state where id = '" + id + "'");
  }
  // The tables that hold these words anywhere.
  std::set<std::string> tables_with(const std::string& words) {
    std::set<std::string> found;
    for (const std::string& table :
         database.column("select tablename from pg_tables where schemaname = 'public' order by tablename")) {
      if (database.number("select count(*) from " + table + " t where strpos(t::text, '" + words + "') > 0") > 0)
        found.insert(table);
    }
    return found;
  }
};

TEST_F(RetentionTest, ForgetsAllThatIsHeldOfACaseAndSaysSoInTheLog) {
  const std::string name = child(lost).surname;
  go_on();
  after_years(7);
  EXPECT_TRUE(tables_with(name).contains("message"));
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(tables_with(name), std::set<std::string>{});
  EXPECT_EQ(tables_with(ended), std::set<std::string>{"audit_entry"});
  EXPECT_EQ(database.text("select entry::json ->> 'authority' from audit_entry where entry::json ->> 'action' = "
                          "'case.deleted' and entry::json ->> 'subject' = '" +
                          ended + "'"),
            "314");
  EXPECT_EQ(database.check_log({database.signed_head()}), std::nullopt);
  EXPECT_EQ(forget(), 0);
  // Its number is not given to another, and what belongs to others is there.
  EXPECT_EQ(database.number("select count(*) from case_reference where owner = '314'"), 1);
  EXPECT_EQ(database.number("select count(*) from message"), 1);
}

TEST_F(RetentionTest, ForgetsNothingBeforeItsTimeNorWhatIsOpen) {
  const std::string open = opened("318", others);
  go_on();
  clock.set(*base::parse_time("2022-01-11T09:30:00Z"));
  EXPECT_EQ(forget(), 0);
  after_years(11);
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(held(open), 1);
  EXPECT_EQ(held(ended), 0);
}

TEST_F(RetentionTest, KeepsACaseAsLongAsItsOwnerSays) {
  const std::string of_318 = opened_and_ended("318", others);
  keep_years("314", 10);
  keep_years("318", 2);
  go_on();
  after_years(3);
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(held(of_318), 0);
  after_years(9);
  EXPECT_EQ(forget(), 0);
  after_years(10);
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(held(ended), 0);
}

TEST_F(RetentionTest, CountsFromTheLastThatHappened) {
  after_years(6);
  EXPECT_TRUE(node.write(support::on_case(ended, officer("314"), domain::Reopen{"It was not so."})));
  end("314", ended);
  go_on();
  after_years(8);
  EXPECT_EQ(forget(), 0);
  clock.set(*base::parse_time("2026-06-13T09:30:00Z"));
  EXPECT_EQ(forget(), 0);  // 2021 and seven years
}

// The broker's clock alone, or whoever has the writer's password, can't make a case old.
TEST_F(RetentionTest, LeavesToTheDatabaseWhatMayGo) {
  clock.set(*base::parse_time("2026-01-12T09:30:00Z"));
  const std::string young = opened_and_ended("318", others);
  go_on();
  clock.set(*base::parse_time("2090-01-12T09:30:00Z"));
  EXPECT_EQ(forget(), 1);
  EXPECT_EQ(held(ended), 0);
  EXPECT_EQ(held(young), 1);
  const auto writer = database.connect("waymark_writer");
  EXPECT_THROW(support::run_sql(loop, *writer, "select forget_cases(array['" + young + "']::uuid[], '2090-01-01')"),
               postgres::DatabaseError);
  EXPECT_EQ(held(young), 1);
}

// A number that was given out is never given out again: readers go on after the last they saw.
TEST_F(RetentionTest, WaitsWithACaseThatHasTheNewestNumbers) {
  after_years(7);
  EXPECT_EQ(forget(), 0);
  go_on();
  EXPECT_EQ(forget(), 1);
}

}  // namespace
}  // namespace broker::store
