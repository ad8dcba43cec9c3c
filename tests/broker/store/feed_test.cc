// The feed of the index: in the order of commits, nothing skipped; and match tasks that are finished by who took them.
#include "broker/store/feed.h"

#include <gtest/gtest.h>

#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using domain::RecordKind;
using support::child;
using support::officer;

struct FeedTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};

  FeedChunk read(FeedMarks after = {}, int64_t limit = 1'000) {
    return loop.run(read_feed(node.writer_pool, after, limit));
  }
  std::vector<MatchTask> claim(int64_t limit = 100, int64_t lease_seconds = 60) {
    return loop.run(claim_match_tasks(node.writer_pool, limit, lease_seconds));
  }
  void finish(std::vector<MatchTask> tasks) {
    Write write;
    write.decide = [tasks](World& world) -> base::Result<Answer> {
      for (const MatchTask& task : tasks) world.finish_match_task(task);
      return Answer{};
    };
    ASSERT_TRUE(node.write(std::move(write)));
  }
  int64_t tasks() { return database.number("select count(*) from match_task"); }
  // A case that is open, and can be closed and opened again.
  std::string closable(int n) {
    const std::string id = node.write(support::opening("314", child(n)))->body;
    domain::SendEnquiries command;
    command.to = {"318"};
    node.write(support::on_case(id, officer("314"), command));
    return id;
  }
  void close(const std::string& id) {
    ASSERT_TRUE(node.write(support::on_case(id, officer("318"), domain::Confirm{support::attending()})));
    ASSERT_TRUE(node.write(support::on_case(id, officer("314"), domain::Close{})));
  }
  void reopen(const std::string& id) {
    ASSERT_TRUE(node.write(support::on_case(id, officer("314"), domain::Reopen{"It was not so."})));
  }
};

// Whoever holds the lock commits first, however long that takes: nothing with a higher key can be read before.
TEST_F(FeedTest, NeverMissesATransactionThatCommitsLate) {
  ASSERT_TRUE(node.write(support::holding("314", RecordKind::lost, child(1))));
  auto late = database.connect("waymark_writer");
  support::run_sql(loop, *late, "begin");
  support::run_sql(loop, *late, "select pg_advisory_xact_lock(2114330281)");
  support::run_sql(loop, *late,
                   "insert into pupil_record (key, authority, school, kind, row, digest, record) "
                   "values (2, '318', '', 'arrival', 0, 'late', '{}')");
  auto task = node.start(support::holding("319", RecordKind::arrival, child(2)));
  while (database.number("select count(*) from pg_locks where locktype = 'advisory' and not granted") == 0) loop.poll();
  EXPECT_FALSE(task.is_done());
  const FeedChunk before = read();
  ASSERT_EQ(before.records.size(), 1U);
  support::run_sql(loop, *late, "commit");
  EXPECT_EQ(loop.finish(std::move(task))->body, "3");
  const FeedChunk after = read({before.records.back().key, 0});
  ASSERT_EQ(after.records.size(), 2U);
  EXPECT_EQ(after.records[0].key, 2);
  EXPECT_EQ(after.records[1].key, 3);
}

TEST_F(FeedTest, GivesEveryRecordAndEveryChangeOnceInChunksOfAnySize) {
  std::vector<std::string> cases;
  for (int i = 0; i < 6; ++i) cases.push_back(closable(i));
  for (int i = 0; i < 6; i += 2) close(cases[static_cast<size_t>(i)]);
  reopen(cases[2]);
  for (const int64_t limit : {1, 2, 3, 100}) {
    FeedMarks marks;
    std::vector<int64_t> keys, positions;
    bool has_more = true;
    while (has_more) {
      const FeedChunk chunk = read(marks, limit);
      EXPECT_LE(static_cast<int64_t>(chunk.records.size()), limit);
      EXPECT_LE(static_cast<int64_t>(chunk.changes.size()), limit);
      for (const HeldRecord& record : chunk.records) keys.push_back(record.key);
      for (const HeldChange& change : chunk.changes) positions.push_back(change.position);
      if (!chunk.records.empty()) marks.record_key = chunk.records.back().key;
      if (!chunk.changes.empty()) marks.change = chunk.changes.back().position;
      has_more = chunk.has_more;
    }
    EXPECT_EQ(keys, (std::vector<int64_t>{1, 2, 3, 4, 5, 6})) << limit;
    EXPECT_EQ(positions.size(), 4U) << limit;
    EXPECT_TRUE(std::is_sorted(positions.begin(), positions.end()));
  }
}

TEST_F(FeedTest, SaysOfEachRecordWhetherItIsHeldNow) {
  const std::string closed = closable(1), reopened = closable(2);
  close(closed);
  close(reopened);
  reopen(reopened);
  const FeedChunk chunk = read();
  ASSERT_EQ(chunk.records.size(), 2U);
  EXPECT_FALSE(chunk.records[0].is_held);
  EXPECT_TRUE(chunk.records[1].is_held);
}

TEST_F(FeedTest, GivesATaskToOneBrokerAndAgainOnlyWhenItsLeaseHasEnded) {
  for (int i = 0; i < 3; ++i) node.write(support::holding("314", RecordKind::lost, child(i)));
  EXPECT_EQ(claim(2).size(), 2U);
  EXPECT_EQ(claim().size(), 1U);
  EXPECT_TRUE(claim().empty());
  database.ask("update match_task set claimed_until = now() - interval '1 second'");
  EXPECT_EQ(claim().size(), 3U);
}

TEST_F(FeedTest, EndsATaskWhenItIsFinished) {
  node.write(support::holding("314", RecordKind::lost, child(1)));
  finish(claim());
  EXPECT_EQ(tasks(), 0);
}

// The worker had looked before the case was closed and opened again; its end of the task ended the new one too, and
// whoever had come in between was never met.
TEST_F(FeedTest, KeepsATaskThatWasAskedForAgainWhileItWasWorkedOn) {
  const std::string id = closable(1);
  const auto old = claim();
  ASSERT_EQ(old.size(), 1U);
  close(id);
  reopen(id);
  const auto again = claim();
  EXPECT_EQ(again.size(), 1U) << "it is free at once";
  finish(old);
  EXPECT_EQ(tasks(), 1);
  finish(again);
  EXPECT_EQ(tasks(), 0);
}

TEST_F(FeedTest, LeavesATaskToWhoeverHoldsItNow) {
  node.write(support::holding("314", RecordKind::lost, child(1)));
  const auto slow = claim(100, 0);
  database.ask("update match_task set claimed_until = now() - interval '1 second'");
  const auto other = claim();
  ASSERT_EQ(other.size(), 1U);
  finish(slow);
  EXPECT_EQ(tasks(), 1);
}

}  // namespace
}  // namespace broker::store
