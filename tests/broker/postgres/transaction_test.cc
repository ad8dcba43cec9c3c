#include "broker/postgres/transaction.h"

#include <gtest/gtest.h>

#include "tests/support/event_loop.h"
#include "tests/support/private_cluster.h"

namespace broker::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Statement add_item{"add_item", "insert into item (id) values ($1)"};
constexpr Statement count_items{"count_items", "select count(*) from item"};
constexpr Statement current_authority{"current_authority", "select current_setting('waymark.authority', true)"};
constexpr Statement isolation{"isolation", "select current_setting('transaction_isolation')"};

class TransactionTest : public testing::Test {
 protected:
  void SetUp() override { loop.run(db->run_script("create table item (id bigint primary key)")); }
  int64_t items() { return loop.run(db->execute(count_items)).front().integer(0); }

  support::EventLoop loop;
  std::unique_ptr<Connection> db =
      loop.run(Connection::connect(loop.executor(), support::fresh_database(), deadline_in(5s)));
  Transaction::Settings settings{{"waymark.authority", "314'"}};
};

TEST_F(TransactionTest, KeepsItsSettingsToItself) {
  auto transaction = loop.run(Transaction::begin(*db, settings));
  EXPECT_EQ(loop.run(transaction.execute(current_authority, Params())).front().text(0), "314'");
  loop.run(transaction.commit());
  EXPECT_EQ(loop.run(db->execute(current_authority)).front().text(0), "");
}

TEST_F(TransactionTest, CommitsAcrossRoundTrips) {
  auto transaction = loop.run(Transaction::begin(*db, settings));
  loop.run(transaction.execute(add_item, Params(1)));
  std::vector<Query> last;
  last.emplace_back(add_item, Params(2));
  last.emplace_back(count_items);
  const auto answers = loop.run(transaction.commit_after(std::move(last)));
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[1].front().integer(0), 2);
  EXPECT_TRUE(db->is_idle());
  EXPECT_EQ(items(), 2);
}

TEST_F(TransactionTest, LeavesNothingBehindAfterRollback) {
  auto transaction = loop.run(Transaction::begin(*db, settings));
  loop.run(transaction.execute(add_item, Params(1)));
  loop.run(transaction.rollback());
  EXPECT_TRUE(db->is_idle());
  EXPECT_EQ(items(), 0);
}

TEST_F(TransactionTest, CannotCommitWhatHasFailed) {
  auto transaction = loop.run(Transaction::begin(*db, settings));
  loop.run(transaction.execute(add_item, Params(1)));
  EXPECT_THROW(loop.run(transaction.execute(add_item, Params(1))), DatabaseError);
  EXPECT_TRUE(db->is_usable());
  EXPECT_FALSE(db->is_idle());
  try {
    loop.run(transaction.commit());
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.sqlstate(), "25P02");
    EXPECT_FALSE(error.is_outcome_unknown());
  }
  EXPECT_EQ(items(), 0);
}

TEST_F(TransactionTest, FailsAsAWholeWhenItsLastQueriesFail) {
  auto transaction = loop.run(Transaction::begin(*db, settings));
  loop.run(transaction.execute(add_item, Params(1)));
  std::vector<Query> last;
  last.emplace_back(add_item, Params(1));
  EXPECT_THROW(loop.run(transaction.commit_after(std::move(last))), DatabaseError);
  EXPECT_FALSE(db->is_idle());
  loop.run(transaction.rollback());
  EXPECT_EQ(items(), 0);
}

TEST_F(TransactionTest, TakesTheIsolationAskedFor) {
  auto transaction = loop.run(Transaction::begin(*db, settings, Isolation::serializable));
  EXPECT_EQ(loop.run(transaction.execute(isolation, Params())).front().text(0), "serializable");
  loop.run(transaction.rollback());
}

TEST_F(TransactionTest, SetsASettingForOnePipelineOnly) {
  std::vector<Query> queries;
  queries.push_back(set_local("waymark.authority", "318"));
  queries.emplace_back(current_authority);
  const auto answers = loop.run(db->pipeline(std::move(queries)));
  EXPECT_EQ(answers[1].front().text(0), "318");
  EXPECT_EQ(loop.run(db->execute(current_authority)).front().text(0), "");
}

}  // namespace
}  // namespace broker::postgres
