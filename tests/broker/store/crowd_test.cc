// Many writers of two brokers over one database, and the database that dies under them.
#include <gtest/gtest.h>

#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using base::ProblemType;
using base::Result;
using support::child;
using Task = support::EventLoop::Task<Result<Answer>>;

// A case, a record, an audit entry and a message from one command.
Write opening_with_message(int n) {
  Write write = support::opening("314", child(n));
  write.decide = [open = write.decide](World& world) -> Result<Answer> {
    Result<Answer> answer = open(world);
    if (answer) world.send({"case.closed", "314", "318", answer->body, "", "{}", false});
    return answer;
  };
  return write;
}

struct CrowdTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};
  support::StoreNode other{database};

  // Nothing missing and nothing twice, from `first` on.
  void expect_dense(const std::string& table, const std::string& column, int64_t first) {
    const auto rows = database.ask("select count(*), count(distinct " + column + "), coalesce(min(" + column +
                                   "), 0), coalesce(max(" + column + "), 0) from " + table);
    const int64_t count = rows.front().integer(0);
    EXPECT_EQ(rows.front().integer(1), count) << table;
    if (count == 0) return;
    EXPECT_EQ(rows.front().integer(2), first) << table;
    EXPECT_EQ(rows.front().integer(3), first + count - 1) << table;
  }
  void expect_consistent() {
    expect_dense("audit_entry", "position", 0);
    expect_dense("message", "position", 1);
    expect_dense("pupil_record", "key", 1);
    EXPECT_EQ(database.check_log({}), std::nullopt);
    // What one transaction writes together is there together.
    EXPECT_EQ(database.number("select count(*) from case_state"), database.number("select count(*) from audit_entry"));
    EXPECT_EQ(database.number("select count(*) from case_state"), database.number("select count(*) from message"));
    EXPECT_EQ(database.number("select count(*) from case_state"), database.number("select count(*) from pupil_record"));
    EXPECT_EQ(database.number("select count(*) from case_state c where not exists "
                              "(select from event e where e.case_id = c.id and e.sequence = 1)"),
              0);
  }
};

TEST_F(CrowdTest, TwoHundredWritersOfTwoBrokersAllSucceedWithoutGapOrDouble) {
  std::vector<Task> tasks;
  for (int i = 0; i < 200; ++i) tasks.push_back((i % 2 == 0 ? node : other).start(opening_with_message(i)));
  for (Task& task : tasks) EXPECT_TRUE(loop.finish(std::move(task)));
  EXPECT_EQ(database.number("select count(*) from case_state"), 200);
  EXPECT_EQ(database.number("select count(distinct reference) from case_state"), 200);
  expect_consistent();
}

// The writer carries the edge of the tree from batch to batch; here somebody else moves it in between.
TEST_F(CrowdTest, TheTreeHoldsWhenTwoBrokersTakeTurns) {
  for (int i = 0; i < 33; ++i) ASSERT_TRUE((i % 3 == 0 ? node : other).write(opening_with_message(i)));
  expect_consistent();
}

TEST_F(CrowdTest, KeepsAllThatWasAnsweredWhenTheDatabaseIsKilledInMidBatch) {
  int next = 0;
  std::set<std::string> answered;
  for (int round = 0; round < 3; ++round) {
    std::vector<Task> tasks;
    for (int i = 0; i < 300; ++i) tasks.push_back((i % 2 == 0 ? node : other).start(opening_with_message(next++)));
    // The first batches are under way or done, others wait.
    for (int i = 0; i < 2 + 40 * round; ++i) loop.step();
    support::private_cluster().crash();
    int refused = 0;
    for (Task& task : tasks) {
      const auto answer = loop.finish(std::move(task));
      if (answer) {
        answered.insert(answer->body);
        continue;
      }
      ++refused;
      EXPECT_EQ(answer.error().type, ProblemType::store_unavailable) << answer.error().detail;
      EXPECT_GT(answer.error().retry_after_seconds, 0);
    }
    EXPECT_GT(refused, 0);
    support::private_cluster().start();

    // By itself, as soon as the pool tries again.
    bool is_back = false;
    for (int tries = 0; tries < 5000 && !is_back; ++tries) is_back = node.write(opening_with_message(next)).has_value();
    EXPECT_TRUE(is_back);
    ++next;
    const auto kept = database.column("select id::text from case_state");
    const std::set<std::string> ids(kept.begin(), kept.end());
    for (const std::string& id : answered) EXPECT_TRUE(ids.contains(id)) << id;
    expect_consistent();
  }
}

TEST_F(CrowdTest, RepeatingWithTheSameKeyAfterACrashWritesOnce) {
  std::vector<Task> tasks;
  const auto keyed = [](int i) { return support::with_key(opening_with_message(i), "k" + std::to_string(i)); };
  for (int i = 0; i < 100; ++i) tasks.push_back(node.start(keyed(i)));
  for (int i = 0; i < 30; ++i) loop.step();
  support::private_cluster().crash();
  for (Task& task : tasks) loop.finish(std::move(task));
  support::private_cluster().start();
  for (int i = 0; i < 100; ++i) {
    bool is_there = false;
    for (int tries = 0; tries < 5000 && !is_there; ++tries) is_there = other.write(keyed(i)).has_value();
    ASSERT_TRUE(is_there);
  }
  EXPECT_EQ(database.number("select count(*) from case_state"), 100);
  expect_consistent();
}

TEST_F(CrowdTest, RefusesAtOnceWhileTheDatabaseIsAway) {
  ASSERT_TRUE(node.write(opening_with_message(0)));
  support::private_cluster().stop();
  const auto before = std::chrono::steady_clock::now();
  std::vector<Task> tasks;
  for (int i = 1; i < 50; ++i) tasks.push_back(node.start(opening_with_message(i)));
  for (Task& task : tasks) {
    const auto answer = loop.finish(std::move(task));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().type, ProblemType::store_unavailable);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(2));
  support::private_cluster().start();
}

}  // namespace
}  // namespace broker::store
