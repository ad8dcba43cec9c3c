#include "broker/postgres/migrate.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/event_loop.h"
#include "tests/support/private_cluster.h"

namespace broker::postgres {
namespace {

using namespace std::chrono_literals;

constexpr std::array known = {Migration{1, "authority", "create table authority (code text primary key);"},
                              Migration{2, "child", "create table child (id uuid); create index on child (id);"}};

class MigrateTest : public testing::Test {
 protected:
  std::unique_ptr<Connection> connect() {
    return loop.run(Connection::connect(loop.executor(), conninfo, deadline_in(5s)));
  }
  std::string refusal_of(std::span<const Migration> migrations) {
    try {
      loop.run(migrate(*db, migrations));
    } catch (const SchemaMismatch& mismatch) {
      return mismatch.what();
    }
    return "none";
  }

  support::EventLoop loop;
  std::string conninfo = support::fresh_database();
  std::unique_ptr<Connection> db = connect();
};

TEST_F(MigrateTest, AppliesEachOnce) {
  EXPECT_THROW(loop.run(check_schema(*db, known)), SchemaMismatch);
  EXPECT_EQ(loop.run(migrate(*db, std::span(known).first(1))), 1);
  EXPECT_THROW(loop.run(check_schema(*db, known)), SchemaMismatch);
  EXPECT_EQ(loop.run(migrate(*db, known)), 1);
  EXPECT_EQ(loop.run(migrate(*db, known)), 0);
  loop.run(check_schema(*db, known));
}

TEST_F(MigrateTest, RefusesADatabaseThatIsNewer) {
  loop.run(migrate(*db, known));
  EXPECT_EQ(refusal_of(std::span(known).first(1)),
            "the database has migration 2 (child), which this program does not know: it is newer");
  EXPECT_THROW(loop.run(check_schema(*db, std::span(known).first(1))), SchemaMismatch);
  EXPECT_TRUE(db->is_usable());
}

TEST_F(MigrateTest, RefusesAMigrationThatHasChanged) {
  loop.run(migrate(*db, known));
  auto changed = known;
  changed[0].sql = "create table authority (code int primary key);";
  EXPECT_EQ(refusal_of(changed), "the database's migration 1 (authority) is not the one this program has");
}

TEST_F(MigrateTest, LeavesNothingOfAMigrationThatFails) {
  const std::array failing = {known[0], Migration{2, "broken", "create table child (id uuid); select 1/0;"}};
  EXPECT_THROW(loop.run(migrate(*db, failing)), DatabaseError);
  EXPECT_TRUE(db->is_idle());
  loop.run(check_schema(*db, std::span(known).first(1)));
  EXPECT_EQ(loop.run(migrate(*db, known)), 1);
}

TEST_F(MigrateTest, RefusesAScriptThatEndsItsTransaction) {
  const std::array ending = {Migration{1, "ending", "create table a (i int); commit;"}};
  EXPECT_EQ(refusal_of(ending), "migration ending ends its transaction");
}

TEST_F(MigrateTest, LetsTwoProcessesMigrateAtOnce) {
  auto other = connect();
  auto first = loop.start(migrate(*db, known));
  auto second = loop.start(migrate(*other, known));
  const int applied = loop.finish(std::move(first)) + loop.finish(std::move(second));
  EXPECT_EQ(applied, 2);
}

}  // namespace
}  // namespace broker::postgres
