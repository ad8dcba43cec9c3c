#include "broker/postgres/cluster.h"

#include <fstream>
#include <memory>
#include <thread>

#include <libpq-fe.h>
#include <signal.h>
#include <sys/wait.h>

#include "broker/base/log.h"
#include "broker/postgres/cluster_directory.h"
#include "broker/postgres/program.h"

namespace broker::postgres {
namespace {

namespace fs = std::filesystem;
using Native = std::unique_ptr<PGconn, decltype(&PQfinish)>;

constexpr std::chrono::milliseconds poll_interval{10};
constexpr std::chrono::milliseconds first_program_timeout{120'000};
constexpr std::chrono::milliseconds predecessor_timeout{5'000};
constexpr std::chrono::milliseconds last_resort_timeout{5'000};
// What the children of a killed server have to leave by themselves.
constexpr std::chrono::milliseconds orphans_timeout{5'000};

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

// The reasons that the server gave for ending, from what it logged since `start`.
std::string fatal_lines(const fs::path& log_file, std::streamoff start) {
  std::ifstream log(log_file);
  log.seekg(start);
  std::string reasons;
  for (std::string line; std::getline(log, line);) {
    const size_t place = line.find("FATAL:");
    if (place != std::string::npos) reasons += " " + line.substr(place);
  }
  return reasons;
}

std::streamoff size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : static_cast<std::streamoff>(size);
}

}  // namespace

Cluster::Cluster(ClusterSettings settings) : settings_(std::move(settings)), programs_(find_programs()) {
  prepare_directories();
  initialise();
  start();
  make_database();
}

Cluster::~Cluster() {
  try {
    stop();
  } catch (const std::exception& error) {
    base::log_warning("the private PostgreSQL did not stop; it ends with this process", {{"error", error.what()}});
  }
  std::error_code error;
  if (socket_directory_is_ours_) fs::remove_all(socket_directory_, error);
}

std::string Cluster::conninfo(const std::string& database, const std::string& role) const {
  return "host=" + socket_directory_.string() + " port=5432 user=" + quoted(role) + " dbname=" + quoted(database);
}

void Cluster::prepare_directories() {
  const User user = unprivileged_user();
  const fs::path home = prepare_home(fs::absolute(settings_.directory), user);
  data_directory_ = home / "data";
  log_file_ = home / "postgres.log";
  socket_directory_ = home / "run";
  socket_directory_is_ours_ = !fits_socket(socket_directory_);
  if (socket_directory_is_ours_) {
    socket_directory_ = make_socket_directory(user);
  } else {
    make_own_directory(socket_directory_, user);
  }
}

void Cluster::initialise() {
  const User user = unprivileged_user();
  if (fs::exists(data_directory_ / "PG_VERSION")) {
    make_own_directory(data_directory_, user);
    return;
  }
  // Made aside and moved into place, so that an interrupted one is never taken for a cluster.
  fs::path unfinished = data_directory_;
  unfinished += ".unfinished";
  fs::remove_all(unfinished);
  const pid_t child = start_program(first_program(unfinished), user, log_file_, SIGKILL);
  const auto status = await_end(child, first_program_timeout);
  if (!status) {
    ::kill(child, SIGKILL);
    await_end(child, last_resort_timeout);
  }
  if (!status || !WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
    throw ClusterError("the cluster can't be made; " + log_file_.string() + " says why");
  }
  fs::rename(unfinished, data_directory_);
}

// What makes the cluster's files in `directory`, with its arguments.
std::vector<std::string> Cluster::first_program(const fs::path& directory) const {
  if (!settings_.standby_of.empty()) {
    return {programs_ / "pg_basebackup",
            "--dbname=" + settings_.standby_of + " application_name=standby",
            "--pgdata=" + directory.string(),
            "--checkpoint=fast",
            "--wal-method=stream",
            "--write-recovery-conf"};
  }
  std::vector<std::string> arguments = {programs_ / "initdb",  "--pgdata=" + directory.string(),
                                        "--username=postgres", "--encoding=UTF8",
                                        "--locale=C.UTF-8",    "--auth-local=trust",
                                        "--auth-host=reject",  "--data-checksums",
                                        "--no-instructions"};
  for (const auto& [name, value] : settings_.options) {
    if (name == "fsync" && value == "off") arguments.push_back("--no-sync");
  }
  return arguments;
}

void Cluster::start() {
  if (pid_ != 0 && ended(pid_)) pid_ = 0;  // it died by itself
  if (pid_ != 0) return;
  const User user = unprivileged_user();
  std::vector<std::string> arguments = {programs_ / "postgres", "-D", data_directory_, "-c", "listen_addresses=", "-c",
                                        "port=5432", "-c", "unix_socket_directories=" + socket_directory_.string(),
                                        "-c", "unix_socket_permissions=0700",
                                        // The log of a failed statement would hold what was in it.
                                        "-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse"};
  for (const auto& [name, value] : settings_.options) {
    arguments.insert(arguments.end(), {"-c", name});
    arguments.back().append("=").append(value);
  }
  working_directory_ = fs::canonical(data_directory_);
  const auto began = std::chrono::steady_clock::now();
  const auto deadline = began + settings_.start_timeout;
  while (true) {
    await_predecessor(deadline);
    const std::streamoff log_start = size_of(log_file_);
    // SIGQUIT: an immediate shutdown, which loses nothing that was committed and leaves at once.
    pid_ = start_program(arguments, user, log_file_, SIGQUIT);
    if (await_answer(deadline)) return;
    const std::string reasons = fatal_lines(log_file_, log_start);
    // Children of a killed server hold its memory for a moment longer.
    const bool is_passing = reasons.find("shared memory block") != std::string::npos;
    const auto now = std::chrono::steady_clock::now();
    if (!is_passing || now >= deadline) {
      throw ClusterError("PostgreSQL did not start:" + reasons + " (see " + log_file_.string() + ")");
    }
    if (now >= began + orphans_timeout) kill_children();
    std::this_thread::sleep_for(poll_interval);
  }
}

// The server of a process that died is still leaving, or somebody else runs one here.
void Cluster::await_predecessor(Deadline deadline) const {
  const Deadline patience = std::min(deadline, std::chrono::steady_clock::now() + predecessor_timeout);
  while (const pid_t pid = running_server(data_directory_)) {
    if (std::chrono::steady_clock::now() >= patience) {
      throw ClusterError("a PostgreSQL server (process " + std::to_string(pid) + ") already runs on " +
                         data_directory_.string());
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

bool Cluster::await_answer(Deadline deadline) {
  const std::string target = conninfo("postgres");
  while (true) {
    if (ended(pid_)) {
      pid_ = 0;
      return false;
    }
    if (PQping(target.c_str()) == PQPING_OK) return true;
    if (std::chrono::steady_clock::now() >= deadline) {
      stop_at_once();
      return false;
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

void Cluster::make_database() const {
  const Native connection(PQconnectdb(conninfo("postgres").c_str()), &PQfinish);
  const char* const name = settings_.database.c_str();
  const std::unique_ptr<PGresult, decltype(&PQclear)> found(
      PQexecParams(connection.get(), "select 1 from pg_database where datname = $1", 1, nullptr, &name, nullptr,
                   nullptr, 0),
      &PQclear);
  if (PQresultStatus(found.get()) == PGRES_TUPLES_OK && PQntuples(found.get()) == 1) return;
  const std::unique_ptr<char, decltype(&PQfreemem)> identifier(
      PQescapeIdentifier(connection.get(), name, settings_.database.size()), &PQfreemem);
  if (!identifier) throw ClusterError("the database's name can't be used");
  run("postgres", std::string("create database ") + identifier.get());
}

void Cluster::run(const std::string& database, const std::string& sql) const {
  const Native connection(PQconnectdb(conninfo(database).c_str()), &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw ClusterError(std::string("the private PostgreSQL refused: ") + PQerrorMessage(connection.get()));
  }
}

void Cluster::begin_as_standby_of(const std::string& other) {
  stop();
  fs::remove_all(data_directory_);
  settings_.standby_of = other;
  initialise();
  start();
}

void Cluster::promote() const {
  run("postgres", "select pg_promote(true, 60)");
}

bool Cluster::is_running() const {
  siginfo_t info{};
  return pid_ != 0 && waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

void Cluster::end_with(int signal, std::chrono::milliseconds time) {
  if (pid_ == 0) return;
  for (const int each : {signal, SIGQUIT, SIGKILL}) {
    ::kill(pid_, each);
    if (await_end(pid_, time)) {
      pid_ = 0;
      return;
    }
    time = last_resort_timeout;
  }
  throw ClusterError("PostgreSQL (process " + std::to_string(pid_) + ") does not end");
}

void Cluster::stop() {
  end_with(SIGINT, settings_.stop_timeout);
}

void Cluster::stop_at_once() {
  end_with(SIGQUIT, settings_.stop_timeout);
}

void Cluster::crash() {
  end_with(SIGKILL, settings_.stop_timeout);
}

void Cluster::crash_whole() {
  crash();  // first, so that it makes no more of them
  kill_children();
}

// To be called without a postmaster: nothing that was committed is lost by it.
void Cluster::kill_children() const {
  const auto deadline = std::chrono::steady_clock::now() + last_resort_timeout;
  while (true) {
    const std::vector<pid_t> children = server_processes(fs::canonical(programs_ / "postgres"), working_directory_);
    if (children.empty()) return;
    for (const pid_t child : children) ::kill(child, SIGKILL);
    if (std::chrono::steady_clock::now() >= deadline) {
      throw ClusterError("a child of a killed PostgreSQL (process " + std::to_string(children.front()) +
                         ") does not end");
    }
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace broker::postgres
