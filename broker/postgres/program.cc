#include "broker/postgres/program.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "broker/postgres/cluster.h"

namespace broker::postgres {
namespace {

constexpr std::chrono::milliseconds poll_interval{5};
constexpr int exit_not_started = 127;

// Between fork and exec only async-signal-safe calls are allowed, so everything is made ready before.
[[noreturn]] void become(char* const* arguments, char* const* environment, const User& user, const char* output,
                         int signal_when_parent_dies, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  setsid();
  const bool is_user =
      !user.differs || (setgroups(1, &user.gid) == 0 && setgid(user.gid) == 0 && setuid(user.uid) == 0);
  const int log = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const bool has_files = log >= 0 && input >= 0 && dup2(input, 0) == 0 && dup2(log, 1) == 1 && dup2(log, 2) == 2;
  close_range(3, ~0U, 0);
  // After setuid, which would clear it. The parent may have died before this took effect.
  prctl(PR_SET_PDEATHSIG, signal_when_parent_dies);
  if (is_user && has_files && getppid() == parent && chdir("/") == 0) execve(arguments[0], arguments, environment);
  _exit(exit_not_started);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

User unprivileged_user() {
  if (geteuid() != 0) return {false, geteuid(), getegid(), "the caller"};
  for (const char* const name : {"postgres", "nobody"}) {
    if (const passwd* const entry = getpwnam(name)) return {true, entry->pw_uid, entry->pw_gid, name};
  }
  throw ClusterError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody");
}

pid_t start_program(const std::vector<std::string>& arguments, const User& user, const std::filesystem::path& output,
                    int signal_when_parent_dies) {
  const std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"};
  const std::vector<char*> argument_pointers = pointers(arguments);
  const std::vector<char*> environment_pointers = pointers(environment);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    become(argument_pointers.data(), environment_pointers.data(), user, output.c_str(), signal_when_parent_dies,
           parent);
  }
  if (child < 0) throw ClusterError(std::string("can't start a process: ") + std::strerror(errno));
  return child;
}

std::optional<int> ended(pid_t child) {
  int status = 0;
  const pid_t got = waitpid(child, &status, WNOHANG);
  if (got == child || (got < 0 && errno == ECHILD)) return status;
  return std::nullopt;
}

std::optional<int> await_end(pid_t child, std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (true) {
    if (const auto status = ended(child)) return status;
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace broker::postgres
