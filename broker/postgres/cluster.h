// A private PostgreSQL 15 in a directory, reached by a Unix socket only: for the sandbox, the demo and the tests.
// Blocking code; it starts a child process and no shell.
#pragma once

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace broker::postgres {

struct ClusterSettings {
  // Made if it does not exist; an earlier cluster in it is continued. Holds data/, run/ (the socket) and postgres.log.
  // Where a directory above it is closed to the server's user, these stand in /var/tmp and it holds a link.
  std::filesystem::path directory;
  std::string database = "waymark";  // made if it does not exist
  // Connection string of another cluster's superuser: this one begins as its copy, which streams from it as `standby`
  // until it is promoted.
  std::string standby_of = {};
  // postgresql.conf settings for this run, e.g. {"fsync", "off"}.
  std::vector<std::pair<std::string, std::string>> options;
  std::chrono::milliseconds start_timeout{60'000};
  std::chrono::milliseconds stop_timeout{20'000};
};

class ClusterError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The server runs as the caller, or as user `postgres` (else `nobody`) when the caller is root, since PostgreSQL
// refuses root; only that user and root can reach the socket. It dies with the thread that made the Cluster
// (PR_SET_PDEATHSIG), so make it in the main thread or one that outlives it.
class Cluster {
 public:
  // Finds the programs, initdb if need be, starts and waits until it answers. Throws ClusterError, which says what to
  // do.
  explicit Cluster(ClusterSettings settings);
  // Fast shutdown: open transactions are rolled back, everything committed stays.
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // For libpq: host, database and role; `postgres` is the superuser.
  std::string conninfo() const { return conninfo(settings_.database); }
  std::string conninfo(const std::string& database, const std::string& role = "postgres") const;
  const std::filesystem::path& socket_directory() const { return socket_directory_; }
  const std::filesystem::path& data_directory() const { return data_directory_; }
  const std::filesystem::path& log_file() const { return log_file_; }
  pid_t pid() const { return pid_; }  // of the postmaster; 0 while stopped
  bool is_running() const;

  // Runs one statement of the operator's kind (create database, alter system ...) on `database`. Blocking.
  void run(const std::string& database, const std::string& sql) const;

  void start();  // again, after stop() or crash()
  void stop();   // fast shutdown
  // kill -9 of the postmaster. Its children notice and leave, but for one that waits for a lock that nobody will let go
  // of any more; start() ends such a one.
  void crash();
  void crash_whole();  // kill -9 of every process of it, as a power cut does
  void restart() {
    stop();
    start();
  }
  // Gives up all that it holds and begins again as the other's copy, running or not.
  void begin_as_standby_of(const std::string& conninfo);
  // A standby becomes a server of its own; returns once it takes writes.
  void promote() const;
  void stop_at_once();  // immediate shutdown: as after a power cut, but what was written to files stays

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  void prepare_directories();
  void initialise();
  std::vector<std::string> first_program(const std::filesystem::path& directory) const;
  void await_predecessor(Deadline deadline) const;
  void kill_children() const;
  bool await_answer(Deadline deadline);
  void make_database() const;
  void end_with(int signal, std::chrono::milliseconds time);

  ClusterSettings settings_;
  std::filesystem::path programs_;
  std::filesystem::path data_directory_;
  std::filesystem::path working_directory_;  // the same without links, as it was when the server was started last
  std::filesystem::path socket_directory_;
  std::filesystem::path log_file_;
  bool socket_directory_is_ours_ = false;  // made under /tmp because the directory's own path is too long
  pid_t pid_ = 0;
};

}  // namespace broker::postgres
