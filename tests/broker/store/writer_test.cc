// What a caller may rely on when it writes: kept answers, refusals without a trace, and neighbours that do no harm.
#include <gtest/gtest.h>

#include "broker/base/text.h"
#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using base::ProblemType;
using base::Result;
using support::auditing;
using support::child;
using support::opening;
using support::with_key;

struct WriterTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};
  support::StoreNode other{database};

  // On its way while the next gather: what is started after it shares one batch.
  support::EventLoop::Task<Result<Answer>> occupied(support::StoreNode& by) {
    return by.start(auditing("999", "first"));
  }
  int64_t cases() { return database.number("select count(*) from case_state"); }
  int64_t entries() { return database.number("select count(*) from audit_entry"); }
  // Every table, so that a write that was to leave no trace is seen to leave none.
  std::string fingerprint() {
    std::string all;
    for (const std::string& table : database.column("select relname from pg_class where relkind = 'r' and relnamespace "
                                                    "= 'public'::regnamespace order by relname")) {
      all += table + "=" +
             database.text("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from " + table + " t") +
             "\n";
    }
    return all;
  }
};

// A command that refuses, having looked at nothing.
Write refusing() {
  Write write;
  write.decide = [](World&) -> Result<Answer> {
    return base::refuse(base::problem(ProblemType::conflict, "Not now."));
  };
  return write;
}

// One row of it the database won't take: there is no such message.
Write receipt_for_nothing() {
  Write write;
  write.decide = [](World& world) -> Result<Answer> {
    world.add_receipt({world.next_id(), "delivered", "318"});
    return Answer{};
  };
  return write;
}

template <typename Thrown>
Write throwing(Thrown what) {
  Write write;
  write.decide = [what](World& world) -> Result<Answer> {
    world.audit(support::officer("314"), "never", "kept", "");
    throw what;
  };
  return write;
}

TEST_F(WriterTest, GivesTheFirstAnswerAgainForTheSameRequest) {
  const auto first = node.write(with_key(opening("314", child(1)), "k1"));
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->is_replay);
  const auto again = node.write(with_key(opening("314", child(1)), "k1"));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replay);
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(again->status, first->status);
  EXPECT_EQ(cases(), 1);
  EXPECT_EQ(entries(), 1);
}

TEST_F(WriterTest, GivesTheFirstAnswerAgainAtAnotherBroker) {
  const auto first = node.write(with_key(opening("314", child(1)), "k1"));
  const auto again = other.write(with_key(opening("314", child(1)), "k1"));
  ASSERT_TRUE(first && again);
  EXPECT_TRUE(again->is_replay);
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(cases(), 1);
}

TEST_F(WriterTest, AnswersTwoEqualRequestsOfOneBatchAlike) {
  occupied(node);
  auto first = node.start(with_key(opening("314", child(1)), "k1"));
  auto again = node.start(with_key(opening("314", child(1)), "k1"));
  auto elsewhere = other.start(with_key(opening("314", child(1)), "k1"));
  const auto a = loop.finish(std::move(first));
  const auto b = loop.finish(std::move(again));
  const auto c = loop.finish(std::move(elsewhere));
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(a->body, b->body);
  EXPECT_EQ(a->body, c->body);
  EXPECT_EQ(int{a->is_replay} + int{b->is_replay} + int{c->is_replay}, 2);
  EXPECT_EQ(cases(), 1);
  EXPECT_EQ(entries(), 2);
}

TEST_F(WriterTest, RefusesAKeyThatWasUsedForAnotherBodyOrRoute) {
  ASSERT_TRUE(node.write(with_key(opening("314", child(1)), "k1")));
  const auto body = node.write(with_key(opening("314", child(2)), "k1", "{\"another\":1}"));
  const auto route = other.write(with_key(opening("314", child(2)), "k1", "{}", "POST /uploads"));
  ASSERT_FALSE(body || route);
  EXPECT_EQ(body.error().type, ProblemType::idempotency_key_reused);
  EXPECT_EQ(route.error().type, ProblemType::idempotency_key_reused);
  EXPECT_EQ(cases(), 1);
}

TEST_F(WriterTest, RefusesTheSecondOfOneBatchWhenItsBodyDiffers) {
  occupied(node);
  auto first = node.start(with_key(opening("314", child(1)), "k1"));
  auto second = node.start(with_key(opening("314", child(2)), "k1", "{\"another\":1}"));
  EXPECT_TRUE(loop.finish(std::move(first)));
  const auto refused = loop.finish(std::move(second));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, ProblemType::idempotency_key_reused);
}

TEST_F(WriterTest, KeepsTheAnswersOfTwoCallersWithOneKeyApart) {
  Write theirs = with_key(opening("318", child(1)), "k1");
  theirs.idempotency->caller = "authority:318";
  const auto a = node.write(with_key(opening("314", child(1)), "k1"));
  const auto b = node.write(std::move(theirs));
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->body, b->body);
}

TEST_F(WriterTest, LeavesNoTraceOfARefusalAndDoesNotKeepIt) {
  ASSERT_TRUE(node.write(with_key(opening("314", child(1)), "k1")));
  const std::string before = fingerprint();
  const auto refused = node.write(with_key(refusing(), "k2"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, ProblemType::conflict);
  // A second open case for the child, refused by the rules.
  EXPECT_FALSE(node.write(with_key(opening("314", child(1)), "k3")));
  EXPECT_EQ(fingerprint(), before);
  const auto granted = node.write(with_key(opening("314", child(2)), "k2"));
  ASSERT_TRUE(granted);
  EXPECT_FALSE(granted->is_replay);
}

TEST_F(WriterTest, OpensOneCaseWhenTwoOfficersOpenItAtOnce) {
  occupied(node);
  auto first = node.start(opening("314", child(1)));
  auto second = node.start(opening("314", child(1)));
  auto third = other.start(opening("314", child(1)));
  const int opened = int{loop.finish(std::move(first)).has_value()} + int{loop.finish(std::move(second)).has_value()} +
                     int{loop.finish(std::move(third)).has_value()};
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(cases(), 1);
}

TEST_F(WriterTest, OpensCasesOfChildrenWithoutANumberSideBySide) {
  matcher::PupilRecord a = child(1), b = child(2);
  a.upn = b.upn = "";
  occupied(node);
  auto first = node.start(opening("314", a));
  auto second = node.start(opening("314", b));
  EXPECT_TRUE(loop.finish(std::move(first)));
  EXPECT_TRUE(loop.finish(std::move(second)));
  EXPECT_EQ(database.number("select count(distinct reference) from case_state"), 2);
}

TEST_F(WriterTest, LetsAPoisonedCommandFailAlone) {
  std::vector<support::EventLoop::Task<Result<Answer>>> good;
  for (int i = 0; i < 10; ++i) good.push_back(node.start(opening("314", child(i))));
  auto throws = node.start(throwing(std::runtime_error("a bug")));
  for (int i = 10; i < 20; ++i) good.push_back(node.start(opening("314", child(i))));
  auto is_refused_by_database = node.start(receipt_for_nothing());
  auto has_nul = node.start(auditing(std::string("31\0", 3), "x"));
  for (int i = 20; i < 30; ++i) good.push_back(node.start(opening("314", child(i))));
  for (auto& task : good) EXPECT_TRUE(loop.finish(std::move(task)));
  EXPECT_THROW(loop.finish(std::move(throws)), std::runtime_error);
  EXPECT_THROW(loop.finish(std::move(is_refused_by_database)), postgres::DatabaseError);
  EXPECT_THROW(loop.finish(std::move(has_nul)), postgres::DatabaseError);
  EXPECT_EQ(cases(), 30);
  EXPECT_EQ(entries(), 30);
  EXPECT_EQ(database.check_log({}), std::nullopt);
  EXPECT_TRUE(node.write(auditing("314", "afterwards")));
}

// A throw that is no std::exception ended the coroutine that drains the queue, and nothing was written ever after.
TEST_F(WriterTest, GoesOnWhateverACommandThrows) {
  auto task = node.start(throwing(42));
  auto neighbour = node.start(auditing("314", "beside it"));
  EXPECT_THROW(loop.finish(std::move(task)), int);
  EXPECT_TRUE(loop.finish(std::move(neighbour)));
  EXPECT_TRUE(node.write(auditing("314", "afterwards")));
}

// What failed after the commit was taken for a failed batch, which was then written a second time.
TEST_F(WriterTest, WritesABatchOnceAlsoWhenTellingOfItFails) {
  node.writer.on_commit([](const Committed&) { throw std::runtime_error("nobody listens"); });
  occupied(node);
  auto first = node.start(auditing("314", "a"));
  auto second = node.start(auditing("314", "b"));
  EXPECT_TRUE(loop.finish(std::move(first)));
  EXPECT_TRUE(loop.finish(std::move(second)));
  EXPECT_EQ(entries(), 3);
}

TEST_F(WriterTest, TellsWhoHasNewsAfterTheCommit) {
  std::vector<std::string> told;
  bool has_records = false;
  node.writer.on_commit([&](const Committed& committed) {
    told.assign(committed.recipients.begin(), committed.recipients.end());
    has_records = committed.has_records;
  });
  ASSERT_TRUE(node.write(support::sending("318")));
  EXPECT_EQ(told, std::vector<std::string>{"318"});
  EXPECT_FALSE(has_records);
  ASSERT_TRUE(node.write(opening("314", child(1))));
  EXPECT_TRUE(has_records);
}

// Ten great files in one transaction outlasted its deadline, were all refused, and gathered again when repeated.
TEST_F(WriterTest, WritesGreatFilesOneAfterTheOther) {
  int commits = 0;
  node.writer.on_commit([&](const Committed&) { ++commits; });
  occupied(node);
  std::vector<support::EventLoop::Task<Result<Answer>>> tasks;
  for (int i = 0; i < 8; ++i) {
    Write write = auditing("314", "x");
    if (i < 4) write.needs.record_digests.assign(Writer::rows_max - 1, base::sha256("a row"));
    tasks.push_back(node.start(std::move(write)));
  }
  for (auto& task : tasks) EXPECT_TRUE(loop.finish(std::move(task)));
  EXPECT_EQ(commits, 5);
}

TEST_F(WriterTest, RefusesMoreThanMayWaitAndTakesTheRest) {
  occupied(node);
  std::vector<support::EventLoop::Task<Result<Answer>>> tasks;
  for (size_t i = 0; i < Writer::queue_max + 10; ++i) tasks.push_back(node.start(auditing("314", "x")));
  size_t refused = 0;
  for (auto& task : tasks) {
    const auto answer = loop.finish(std::move(task));
    if (answer) continue;
    ++refused;
    EXPECT_EQ(answer.error().type, ProblemType::store_unavailable);
    EXPECT_GT(answer.error().retry_after_seconds, 0);
  }
  EXPECT_EQ(refused, 10U);
  EXPECT_EQ(entries(), static_cast<int64_t>(Writer::queue_max) + 1);
}

}  // namespace
}  // namespace broker::store
