// What a connection says when the world fails under it.
#include <gtest/gtest.h>
#include <signal.h>

#include "broker/postgres/connection.h"
#include "broker/postgres/transaction.h"
#include "tests/support/event_loop.h"
#include "tests/support/private_cluster.h"

namespace broker::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Statement sleep{"sleep", "select pg_sleep(60)"};
constexpr Statement select_one{"select_one", "select 1"};
constexpr Statement end_session{"end_session", "select pg_terminate_backend($1)"};
constexpr Statement cancel_statement{"cancel_statement", "select pg_cancel_backend($1)"};

class FailureTest : public testing::Test {
 protected:
  std::unique_ptr<Connection> connect() {
    return loop.run(Connection::connect(loop.executor(), support::private_cluster().conninfo(), deadline_in(5s)));
  }
  // The server process has begun to sleep, so that what is done to it now meets a running statement.
  void await_sleep(Connection& other) {
    constexpr Statement is_asleep{"is_asleep",
                                  "select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'"};
    while (loop.run(other.execute(is_asleep, Params(db->backend_pid()))).empty()) loop.poll();
  }
  template <typename T>
  DatabaseError failure_of(support::EventLoop::Task<T> task) {
    try {
      loop.finish(std::move(task));
    } catch (const DatabaseError& error) {
      return error;
    }
    throw std::logic_error("no error");
  }

  support::EventLoop loop;
  std::unique_ptr<Connection> db = connect();
};

TEST_F(FailureTest, ReportsAServerProcessThatWasKilled) {
  auto task = loop.start(db->execute(sleep));
  loop.poll();
  ASSERT_EQ(::kill(db->backend_pid(), SIGKILL), 0);
  const DatabaseError error = failure_of(std::move(task));
  EXPECT_TRUE(error.is_connection_lost()) << error.what();
  EXPECT_TRUE(error.is_outcome_unknown());
  EXPECT_FALSE(db->is_usable());
  // PostgreSQL ends all sessions then and recovers; a restart waits for that.
  support::private_cluster().restart();
  db = connect();
  EXPECT_EQ(loop.run(db->execute(select_one)).size(), 1);
}

TEST_F(FailureTest, ReportsAnEndedSessionWithTheServersReason) {
  auto other = connect();
  auto task = loop.start(db->execute(sleep));
  await_sleep(*other);
  loop.run(other->execute(end_session, Params(db->backend_pid())));
  const DatabaseError error = failure_of(std::move(task));
  EXPECT_EQ(error.sqlstate(), "57P01");
  EXPECT_TRUE(error.is_connection_lost());
  EXPECT_FALSE(db->is_usable());
}

TEST_F(FailureTest, SeesAnIdleSessionEndWithoutUsingIt) {
  auto other = connect();
  EXPECT_TRUE(db->is_alive());
  constexpr Statement end_and_wait{"end_and_wait", "select pg_terminate_backend($1, 5000)"};
  loop.run(other->execute(end_and_wait, Params(db->backend_pid())));
  EXPECT_FALSE(db->is_alive());
}

TEST_F(FailureTest, KeepsAConnectionWhoseStatementWasCancelled) {
  auto other = connect();
  auto task = loop.start(db->execute(sleep));
  await_sleep(*other);
  loop.run(other->execute(cancel_statement, Params(db->backend_pid())));
  const DatabaseError error = failure_of(std::move(task));
  EXPECT_TRUE(error.is_timeout());
  EXPECT_FALSE(error.is_connection_lost());
  EXPECT_EQ(loop.run(db->execute(select_one)).size(), 1);
}

TEST_F(FailureTest, ReportsAServerThatShutsDown) {
  auto& cluster = support::private_cluster();
  auto task = loop.start(db->execute(sleep));
  loop.poll();
  cluster.stop_at_once();
  EXPECT_TRUE(failure_of(std::move(task)).is_connection_lost());
  cluster.start();
  db = connect();
  EXPECT_EQ(loop.run(db->execute(select_one)).size(), 1);
}

TEST_F(FailureTest, ReportsAServerThatCrashes) {
  auto& cluster = support::private_cluster();
  auto task = loop.start(db->execute(sleep));
  loop.poll();
  cluster.crash();
  EXPECT_TRUE(failure_of(std::move(task)).is_connection_lost());
  cluster.start();
  db = connect();
  EXPECT_EQ(loop.run(db->execute(select_one)).size(), 1);
}

TEST_F(FailureTest, BreaksOffWhenItsCoroutineIsAbandoned) {
  auto abandoned = std::make_unique<support::EventLoop>();
  auto connection = abandoned->run(
      Connection::connect(abandoned->executor(), support::private_cluster().conninfo(), deadline_in(5s)));
  abandoned->start(connection->execute(sleep));
  abandoned->poll();
  EXPECT_FALSE(connection->is_usable());
  connection.reset();
}

TEST_F(FailureTest, TellsADeadlockFromAnError) {
  loop.run(
      db->run_script("drop table if exists pair; create table pair (id int primary key, n int);"
                     "insert into pair values (1, 0), (2, 0)"));
  constexpr Statement touch{"touch", "update pair set n = n + 1 where id = $1"};
  auto other = connect();
  auto mine = loop.run(Transaction::begin(*db, Transaction::Settings()));
  auto theirs = loop.run(Transaction::begin(*other, Transaction::Settings()));
  loop.run(mine.execute(touch, Params(1)));
  loop.run(theirs.execute(touch, Params(2)));
  auto first = loop.start(mine.execute(touch, Params(2)));
  auto second = loop.start(theirs.execute(touch, Params(1)));
  int deadlocks = 0;
  for (auto* const task : {&first, &second}) {
    try {
      loop.finish(std::move(*task));
    } catch (const DatabaseError& error) {
      deadlocks += error.is_serialization_failure() ? 1 : 0;
    }
    // Whoever lost lets the other go on.
    if (deadlocks == 1 && task == &first) loop.run(mine.rollback());
  }
  EXPECT_EQ(deadlocks, 1);
}

// COMMIT says it succeeded; only a warning tells that the standby never confirmed it.
TEST_F(FailureTest, DoesNotTakeACancelledSynchronousCommitForSuccess) {
  auto& cluster = support::private_cluster();
  auto other = connect();
  loop.run(db->run_script("create table if not exists kept (i int)"));
  cluster.run("postgres", "alter system set synchronous_standby_names = 'nobody'");
  cluster.run("postgres", "select pg_reload_conf()");
  constexpr Statement keep{"keep", "insert into kept values (1)"};
  constexpr Statement is_waiting{"is_waiting",
                                 "select 1 from pg_stat_activity where pid = $1 and wait_event = 'SyncRep'"};
  // The reload reaches each server process in its own time; until then commits do not wait.
  std::unique_ptr<support::EventLoop::Task<Rows>> commit;
  while (!commit) {
    auto task = loop.start(db->execute(keep));
    while (!task.is_done() && loop.run(other->execute(is_waiting, Params(db->backend_pid()))).empty()) loop.poll();
    if (!task.is_done()) commit = std::make_unique<support::EventLoop::Task<Rows>>(task);
  }
  loop.run(other->execute(cancel_statement, Params(db->backend_pid())));
  const DatabaseError error = failure_of(std::move(*commit));
  EXPECT_EQ(error.sqlstate(), DatabaseError::in_doubt);
  EXPECT_TRUE(error.is_outcome_unknown());
  EXPECT_FALSE(db->is_usable());
  cluster.run("postgres", "alter system reset synchronous_standby_names");
  cluster.run("postgres", "select pg_reload_conf()");
}

}  // namespace
}  // namespace broker::postgres
