#include "broker/postgres/cluster_directory.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "broker/base/text.h"
#include "broker/postgres/cluster.h"

namespace broker::postgres {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view socket_file = "/.s.PGSQL.5432";
constexpr size_t socket_path_bytes_max = 107;
constexpr mode_t mode_private = 0700;
constexpr mode_t mode_pass_through = 0711;

[[noreturn]] void fail(const std::string& doing, const fs::path& path) {
  throw ClusterError("can't " + doing + " " + path.string() + ": " + std::strerror(errno));
}

struct stat status_of(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) fail("look at", path);
  return status;
}

bool has_programs(const fs::path& directory) {
  return ::access((directory / "initdb").c_str(), X_OK) == 0 && ::access((directory / "postgres").c_str(), X_OK) == 0;
}

bool may_pass(const fs::path& directory, const User& user) {
  const struct stat status = status_of(directory);
  if (status.st_uid == user.uid) return (status.st_mode & S_IXUSR) != 0;
  if (status.st_gid == user.gid) return (status.st_mode & S_IXGRP) != 0;
  return (status.st_mode & S_IXOTH) != 0;
}

// `mktemp -d` makes a directory that only the caller can enter. Its group may pass now, and still not list it.
bool open_to_group(const fs::path& directory, const User& user) {
  const struct stat status = status_of(directory);
  if (status.st_uid != geteuid() || (status.st_mode & 077) != 0) return false;
  return ::chown(directory.c_str(), static_cast<uid_t>(-1), user.gid) == 0 &&
         ::chmod(directory.c_str(), (status.st_mode & 07777) | S_IXGRP) == 0;
}

bool is_reachable(const fs::path& directory, const User& user) {
  bool is_parent = true;
  for (fs::path above = directory.parent_path();; above = above.parent_path()) {
    if (!may_pass(above, user) && !(is_parent && open_to_group(above, user))) return false;
    if (above == above.root_path()) return true;
    is_parent = false;
  }
}

fs::path make_unique(const std::string& pattern, const User& user) {
  std::string path = pattern;
  if (!::mkdtemp(path.data())) fail("make a directory like", pattern);
  make_own_directory(path, user);
  return path;
}

void make_missing(const fs::path& directory) {
  if (fs::exists(directory)) return;
  make_missing(directory.parent_path());
  if (::mkdir(directory.c_str(), mode_pass_through) != 0 && errno != EEXIST) fail("make", directory);
  ::chmod(directory.c_str(), mode_pass_through);  // whatever the umask
}

}  // namespace

fs::path find_programs() {
  std::vector<fs::path> places;
  if (const char* const pg_config = std::getenv("PG_CONFIG")) places.push_back(fs::path(pg_config).parent_path());
  for (const char* const version : {"15", "16", "17", "18"}) {
    places.push_back(std::string("/usr/lib/postgresql/") + version + "/bin");
    places.push_back(std::string("/usr/pgsql-") + version + "/bin");
  }
  if (const char* const search_path = std::getenv("PATH")) {
    for (const std::string_view place : base::split(search_path, ':')) places.emplace_back(place);
  }
  for (const fs::path& place : places) {
    if (place.is_absolute() && has_programs(place)) return place;
  }
  throw ClusterError(
      "can't find PostgreSQL's initdb and postgres: install the package postgresql-15, or set PG_CONFIG to the path of "
      "its pg_config");
}

void make_own_directory(const fs::path& directory, const User& user) {
  make_missing(directory);
  if (user.differs && status_of(directory).st_uid != user.uid) {
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      if (::lchown(entry.path().c_str(), user.uid, user.gid) != 0) fail("change the owner of", entry.path());
    }
    if (::chown(directory.c_str(), user.uid, user.gid) != 0) fail("change the owner of", directory);
  }
  if (status_of(directory).st_uid != user.uid) {
    throw ClusterError(directory.string() + " belongs to another user; start as that user or choose another directory");
  }
  if (::chmod(directory.c_str(), mode_private) != 0) fail("change the mode of", directory);
}

fs::path prepare_home(const fs::path& directory, const User& user) {
  make_missing(directory);
  fs::path canonical = fs::canonical(directory);
  if (is_reachable(canonical, user)) {
    make_own_directory(canonical, user);
    return canonical;
  }
  const fs::path link = canonical / "elsewhere";
  std::error_code error;
  fs::path target = fs::read_symlink(link, error);
  if (!error && fs::is_directory(target)) {
    make_own_directory(target, user);
    return target;
  }
  const fs::path home = make_unique("/var/tmp/waymark-XXXXXX", user);
  fs::remove(link, error);
  fs::create_symlink(home, link);
  return home;
}

bool fits_socket(const fs::path& directory) {
  const std::string& path = directory.native();
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
  return path.size() + socket_file.size() <= socket_path_bytes_max &&
         path.find_first_not_of(plain) == std::string::npos;
}

fs::path make_socket_directory(const User& user) {
  return make_unique("/tmp/waymark-XXXXXX", user);
}

pid_t running_server(const fs::path& data_directory) {
  const fs::path lock = data_directory / "postmaster.pid";
  std::string line;
  std::ifstream file(lock);
  if (!file || !std::getline(file, line)) return 0;
  const auto number = base::parse_number(line);
  const pid_t pid = number ? static_cast<pid_t>(*number) : 0;
  if (pid <= 0 || (::kill(pid, 0) != 0 && errno == ESRCH)) return 0;  // PostgreSQL sees that itself
  std::error_code error;
  const fs::path directory = fs::read_symlink("/proc/" + std::to_string(pid) + "/cwd", error);
  if (!error && directory == fs::canonical(data_directory)) return pid;
  fs::remove(lock, error);
  return 0;
}

std::vector<pid_t> server_processes(const fs::path& server, const fs::path& data_directory) {
  std::vector<pid_t> result;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto number = base::parse_number(entry.path().filename().native());
    if (!number) continue;
    std::error_code error;  // it has ended meanwhile, or belongs to another user
    if (fs::read_symlink(entry.path() / "cwd", error) != data_directory || error) continue;
    if (fs::read_symlink(entry.path() / "exe", error) == server && !error)
      result.push_back(static_cast<pid_t>(*number));
  }
  return result;
}

}  // namespace broker::postgres
