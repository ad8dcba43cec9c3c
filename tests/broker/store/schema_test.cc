// A database that has been in use for a while is brought up to date with what it holds.
#include "broker/store/schema.h"

#include <gtest/gtest.h>

#include "broker/postgres/migrate.h"
#include "tests/support/event_loop.h"
#include "tests/support/private_cluster.h"
#include "tests/support/store_node.h"

namespace broker::store {
namespace {

constexpr size_t before_held_about = 22;

TEST(Schema, WhatIsHeldFromBeforeIsFoundByItsNumbersAndItsDate) {
  support::EventLoop loop;
  const std::string conninfo = support::fresh_database();
  const auto connection = loop.run(
      postgres::Connection::connect(loop.executor(), conninfo, postgres::deadline_in(std::chrono::seconds(10))));
  loop.run(postgres::migrate(*connection, migrations().first(before_held_about)));
  const auto ask = [&](const std::string& sql) { return support::run_sql(loop, *connection, sql); };
  const std::string child = R"({"upn":"E314204823001","former_upns":["F318401215027"],"dob":"2014-05-03"})";
  ask("insert into pupil_record (key, authority, school, kind, row, digest, record) values "
      "(1, '314', '', 'lost', 1, 'a', '" +
      child + "'), (2, '314', '', 'lost', 2, 'b', '{\"dob\":\"2014-05\"}')");
  ask("insert into query values (gen_random_uuid(), '314', 'ada', 'to find', '" + child + "', now())");
  ask("insert into notice (id, sender, recipient, state) values (gen_random_uuid(), '314', '318', '{\"children\":[" +
      child + ",{\"dob\":\"2012-01-02\"}]}')");
  ask("insert into upload values ('00000000-0000-0000-0000-000000000001', '314', '', 'ada', 'lost_pupils', 'a.csv', "
      "'completed', 1, 0, 1, 0, '{}', '', now())");
  ask("insert into upload_error (upload_id, number, row, col, code, reason, text) values "
      "('00000000-0000-0000-0000-000000000001', 1, 1, 'dob', 'bad-date', '', '1,e314204823001,Vale,2014-13-01')");

  loop.run(postgres::migrate(*connection, migrations()));

  const auto found_by = [&](const std::string& table, const std::string& order) {
    std::string all;
    for (const postgres::Row row : ask("select array_to_string(found_by, ' ') from " + table + " order by " + order)) {
      all += row.text(0) + ";";
    }
    return all;
  };
  EXPECT_EQ(found_by("pupil_record", "key"), "E314204823001 2014-05-03 F318401215027;;");
  EXPECT_EQ(found_by("query", "id"), "E314204823001 2014-05-03 F318401215027;");
  EXPECT_EQ(found_by("notice", "id"), "E314204823001 2014-05-03 F318401215027 2012-01-02;");
  EXPECT_EQ(found_by("upload_error", "number"), "E314204823001;");
}

}  // namespace
}  // namespace broker::store
