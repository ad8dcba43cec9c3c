#include "broker/postgres/pool.h"

#include <set>

#include <gtest/gtest.h>

#include "broker/postgres/transaction.h"
#include "tests/support/event_loop.h"
#include "tests/support/private_cluster.h"
#include "tests/support/scratch.h"

namespace broker::postgres {
namespace {

using namespace std::chrono_literals;

constexpr Statement select_one{"select_one", "select 1"};

PoolSettings settings_of(size_t connections) {
  PoolSettings settings;
  settings.conninfo = support::private_cluster().conninfo();
  settings.connections_max = connections;
  return settings;
}

class PoolTest : public testing::Test {
 protected:
  Pool::Lease take() { return loop.run(pool.acquire(deadline_in(5s))); }

  support::EventLoop loop;
  Pool pool{loop.executor(), settings_of(2)};
};

TEST_F(PoolTest, UsesAConnectionAgain) {
  const int first = take()->backend_pid();
  EXPECT_EQ(pool.idle(), 1U);
  EXPECT_EQ(take()->backend_pid(), first);
  EXPECT_EQ(pool.open(), 1U);
}

TEST_F(PoolTest, RefusesWhenNoConnectionComesBackInTime) {
  const auto one = take();
  const auto two = take();
  EXPECT_THROW(loop.run(pool.acquire(deadline_in(30ms))), Unavailable);
  EXPECT_EQ(pool.waiting(), 0U);
  EXPECT_EQ(pool.open(), 2U);
}

TEST_F(PoolTest, HandsAReturnedConnectionToWhoWaitsLongest) {
  auto one = std::make_unique<Pool::Lease>(take());
  const auto two = take();
  const int pid = (*one)->backend_pid();
  auto first = loop.start(pool.acquire(deadline_in(5s)));
  auto second = loop.start(pool.acquire(deadline_in(5s)));
  loop.poll();
  EXPECT_EQ(pool.waiting(), 2U);
  one.reset();
  {
    const auto lease = loop.finish(std::move(first));
    EXPECT_EQ(lease->backend_pid(), pid);
    EXPECT_FALSE(second.is_done());
  }
  EXPECT_EQ(loop.finish(std::move(second))->backend_pid(), pid);
}

TEST_F(PoolTest, RefusesAtOnceWhenTooManyWait) {
  PoolSettings settings = settings_of(1);
  settings.waiters_max = 1;
  Pool small(loop.executor(), settings);
  auto lease = std::make_unique<Pool::Lease>(loop.run(small.acquire(deadline_in(5s))));
  auto waiting = loop.start(small.acquire(deadline_in(5s)));
  loop.poll();
  EXPECT_THROW(loop.run(small.acquire(deadline_in(5s))), Unavailable);
  lease.reset();
  loop.finish(std::move(waiting));
}

TEST_F(PoolTest, DiscardsAConnectionWithAnOpenTransaction) {
  {
    const auto lease = take();
    loop.run(Transaction::begin(*lease, Transaction::Settings()));
  }
  EXPECT_EQ(pool.open(), 0U);
  EXPECT_TRUE(take()->is_idle());
}

TEST_F(PoolTest, ReplacesABrokenConnectionForWhoWaits) {
  constexpr Statement sleep{"sleep", "select pg_sleep(60)"};
  auto one = std::make_unique<Pool::Lease>(take());
  const auto two = take();
  auto waiting = loop.start(pool.acquire(deadline_in(5s)));
  (*one)->set_timeout(20ms);
  EXPECT_THROW(loop.run((*one)->execute(sleep)), DatabaseError);
  one.reset();
  const auto lease = loop.finish(std::move(waiting));
  EXPECT_EQ(loop.run(lease->execute(select_one)).size(), 1);
  EXPECT_EQ(pool.open(), 2U);
}

TEST_F(PoolTest, ServesManyOverFewConnections) {
  std::vector<support::EventLoop::Task<Pool::Lease>> tasks;
  for (int count = 0; count < 50; ++count) tasks.push_back(loop.start(pool.acquire(deadline_in(5s))));
  std::set<int> pids;
  for (auto& task : tasks) pids.insert(loop.finish(std::move(task))->backend_pid());
  EXPECT_LE(pids.size(), 2U);
  EXPECT_EQ(pool.idle(), pids.size());
}

TEST_F(PoolTest, FailsFastWhileTheDatabaseIsAwayAndMendsItself) {
  auto& cluster = support::private_cluster();
  {
    const auto lease = take();
  }
  cluster.stop();
  const auto start = std::chrono::steady_clock::now();
  for (int count = 0; count < 20; ++count) EXPECT_THROW(loop.run(pool.acquire(deadline_in(5s))), Unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s);
  EXPECT_TRUE(pool.is_away());
  EXPECT_EQ(pool.open(), 0U);
  cluster.start();
  const auto deadline = deadline_in(5s);
  std::unique_ptr<Pool::Lease> lease;
  while (!lease && std::chrono::steady_clock::now() < deadline) {
    try {
      lease = std::make_unique<Pool::Lease>(take());
    } catch (const Unavailable&) {
    }
  }
  ASSERT_TRUE(lease);
  EXPECT_FALSE(pool.is_away());
  EXPECT_EQ(loop.run((*lease)->execute(select_one)).size(), 1);
}

TEST_F(PoolTest, NoticesThatTheServerWasRestartedBeforeItLendsAConnection) {
  {
    const auto lease = take();
  }
  support::private_cluster().restart();
  const auto lease = take();
  EXPECT_EQ(loop.run(lease->execute(select_one)).size(), 1);
}

// Two servers, of which one takes writes at a time, as a primary and its standby do.
TEST(PoolFailover, FollowsTheServerThatTakesWrites) {
  const support::Scratch scratch;
  ClusterSettings standby_settings;
  standby_settings.directory = scratch.path() / "standby";
  standby_settings.database = "postgres";  // one that need not be made
  standby_settings.options = {{"fsync", "off"}, {"default_transaction_read_only", "on"}};
  Cluster standby(standby_settings);
  ClusterSettings primary_settings;
  primary_settings.directory = scratch.path() / "primary";
  primary_settings.options = {{"fsync", "off"}};
  Cluster primary(primary_settings);

  support::EventLoop loop;
  PoolSettings settings;
  settings.conninfo = "host=" + standby.socket_directory().string() + "," + primary.socket_directory().string() +
                      " user=postgres dbname=postgres target_session_attrs=read-write";
  Pool pool(loop.executor(), settings);
  constexpr Statement where{"where", "select current_setting('data_directory')"};
  const auto asked = [&] { return loop.run(loop.run(pool.acquire(deadline_in(5s)))->execute(where)).front().text(0); };
  EXPECT_NE(asked().find("primary"), std::string::npos);

  primary.stop();
  EXPECT_THROW(asked(), Unavailable);
  standby.stop();
  standby_settings.options = {{"fsync", "off"}};
  const Cluster promoted(standby_settings);
  const auto deadline = deadline_in(1500ms);
  std::string answer;
  while (answer.empty() && std::chrono::steady_clock::now() < deadline) {
    try {
      answer = asked();
    } catch (const Unavailable&) {
    }
  }
  EXPECT_NE(answer.find("standby"), std::string::npos);
}

TEST_F(PoolTest, RefusesAfterItWasClosedAndDropsWhatComesBack) {
  {
    const auto lease = take();
    pool.close();
    EXPECT_EQ(pool.open(), 1U);
  }
  EXPECT_EQ(pool.open(), 0U);
  EXPECT_THROW(loop.run(pool.acquire(deadline_in(1s))), Unavailable);
}

TEST_F(PoolTest, MayGoBeforeItsLeases) {
  auto short_lived = std::make_unique<Pool>(loop.executor(), settings_of(1));
  const auto lease = loop.run(short_lived->acquire(deadline_in(5s)));
  short_lived.reset();
  EXPECT_EQ(loop.run(lease->execute(select_one)).size(), 1);
}

}  // namespace
}  // namespace broker::postgres
