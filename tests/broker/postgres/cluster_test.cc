#include "broker/postgres/cluster.h"

#include <fstream>
#include <memory>
#include <thread>

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/postgres/connection.h"
#include "tests/support/event_loop.h"
#include "tests/support/scratch.h"

namespace broker::postgres {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Statement count_rows{"count_rows", "select count(*) from kept"};

ClusterSettings quick(const fs::path& directory) {
  ClusterSettings settings;
  settings.directory = directory;
  settings.options = {{"fsync", "off"}, {"shared_buffers", "16MB"}};
  return settings;
}

int64_t rows_kept(const Cluster& cluster) {
  support::EventLoop loop;
  auto db = loop.run(Connection::connect(loop.executor(), cluster.conninfo(), deadline_in(5s)));
  return loop.run(db->execute(count_rows)).front().integer(0);
}

void keep_one(const Cluster& cluster) {
  cluster.run("waymark", "create table if not exists kept (i int)");
  cluster.run("waymark", "insert into kept values (1)");
}

TEST(Cluster, GoesOnWithItsDataInAClosedDirectoryWithALongPath) {
  const support::Scratch scratch;  // mode 0700, as mktemp -d makes them
  const fs::path directory = scratch.path() / std::string(100, 'd');
  {
    const Cluster cluster(quick(directory));
    keep_one(cluster);
    EXPECT_LT(cluster.socket_directory().native().size(), 90U);
    struct stat status{};
    ASSERT_EQ(::stat(cluster.socket_directory().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700U);
  }
  const Cluster again(quick(directory));
  EXPECT_EQ(rows_kept(again), 1);
}

TEST(Cluster, ComesBackAfterACrash) {
  const support::Scratch scratch;
  Cluster cluster(quick(scratch.path() / "c"));
  keep_one(cluster);
  EXPECT_TRUE(cluster.is_running());
  cluster.crash();
  EXPECT_FALSE(cluster.is_running());
  cluster.start();
  EXPECT_EQ(rows_kept(cluster), 1);

  // Killed by somebody else.
  ASSERT_EQ(::kill(cluster.pid(), SIGKILL), 0);
  while (cluster.is_running()) std::this_thread::sleep_for(1ms);
  cluster.start();
  EXPECT_TRUE(cluster.is_running());
  EXPECT_EQ(rows_kept(cluster), 1);

  // The lock file names a process that lives but is no server of ours: its id was given away.
  cluster.crash();
  const fs::path lock = scratch.path() / "c" / "data" / "postmaster.pid";
  std::ofstream(lock) << getpid() << "\n" << (scratch.path() / "c" / "data").string() << "\n";
  cluster.start();
  EXPECT_EQ(rows_kept(cluster), 1);

  // A second server on the same directory is refused while the first lives.
  EXPECT_THROW(Cluster(quick(scratch.path() / "c")), ClusterError);
}

// The server process of a connection that is kept open.
class HeldConnection {
 public:
  explicit HeldConnection(const Cluster& cluster)
      : connection_(PQconnectdb(cluster.conninfo().c_str()), &PQfinish), backend_(PQbackendPID(connection_.get())) {}
  pid_t backend() const { return backend_; }
  // A killed one that nobody has asked for yet works nowhere any more.
  bool lives() const {
    std::error_code error;
    return !fs::read_symlink("/proc/" + std::to_string(backend_) + "/cwd", error).empty();
  }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  pid_t backend_;
};

TEST(Cluster, StartsThoughAChildOfTheKilledServerStays) {
  const support::Scratch scratch;
  Cluster cluster(quick(scratch.path() / "c"));
  keep_one(cluster);
  const HeldConnection held(cluster);
  ASSERT_GT(held.backend(), 0);
  ASSERT_EQ(::kill(held.backend(), SIGSTOP), 0);  // as one that waits for a lock of a process that was killed
  cluster.crash();
  ASSERT_TRUE(held.lives()) << "so that nothing is tried here";
  cluster.start();
  EXPECT_EQ(rows_kept(cluster), 1);
  EXPECT_FALSE(held.lives());
}

TEST(Cluster, CrashesWhole) {
  const support::Scratch scratch;
  Cluster cluster(quick(scratch.path() / "c"));
  const HeldConnection held(cluster);
  ASSERT_EQ(::kill(held.backend(), SIGSTOP), 0);
  cluster.crash_whole();
  EXPECT_FALSE(held.lives());
}

TEST(Cluster, DiesWithTheProcessThatMadeIt) {
  const support::Scratch scratch;
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Cluster cluster(quick(scratch.path() / "c"));
    keep_one(cluster);
    const pid_t server = cluster.pid();
    if (::write(ready[1], &server, sizeof server) != sizeof server) _exit(1);
    ::pause();
    _exit(0);
  }
  ::close(ready[1]);
  pid_t server = 0;
  ASSERT_EQ(::read(ready[0], &server, sizeof server), static_cast<ssize_t>(sizeof server));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  // A new start waits until the old server is gone and then has its data.
  const Cluster cluster(quick(scratch.path() / "c"));
  EXPECT_NE(cluster.pid(), server);
  EXPECT_EQ(rows_kept(cluster), 1);
}

TEST(Cluster, NeverListensOnTheNetwork) {
  const support::Scratch scratch;
  const Cluster cluster(quick(scratch.path() / "c"));
  support::EventLoop loop;
  auto db = loop.run(Connection::connect(loop.executor(), cluster.conninfo(), deadline_in(5s)));
  constexpr Statement addresses{"addresses",
                                "select current_setting('listen_addresses'), current_setting('data_checksums')"};
  const Rows rows = loop.run(db->execute(addresses));
  EXPECT_EQ(rows.front().text(0), "");
  EXPECT_EQ(rows.front().text(1), "on");
}

// Root's server runs as another user, who can't reach what is root's alone; anybody else's runs as themselves.
TEST(Cluster, MovesAwayFromADirectoryThatItsUserCannotReachAndFromNoOther) {
  const support::Scratch scratch;
  fs::create_directories(scratch.path() / "closed" / "inner");
  fs::permissions(scratch.path() / "closed", fs::perms::owner_all);
  const fs::path directory = scratch.path() / "closed" / "inner" / "c";
  fs::path moved_to;
  {
    const Cluster cluster(quick(directory));
    keep_one(cluster);
    moved_to = cluster.log_file().parent_path();
    EXPECT_EQ(moved_to.parent_path(), geteuid() == 0 ? fs::path("/var/tmp") : directory.parent_path());
  }
  {
    const Cluster again(quick(directory));
    EXPECT_EQ(rows_kept(again), 1);
  }
  struct stat status{};
  ASSERT_EQ(::stat((scratch.path() / "closed").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  fs::remove_all(moved_to);
}

TEST(Cluster, SaysWhyTheServerDidNotStart) {
  const support::Scratch scratch;
  ClusterSettings settings = quick(scratch.path() / "c");
  settings.options.emplace_back("shared_buffers", "nonsense");
  try {
    const Cluster cluster(settings);
    FAIL();
  } catch (const ClusterError& error) {
    EXPECT_NE(std::string(error.what()).find("shared_buffers"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace broker::postgres
