// Starts a child program as an unprivileged user, without a shell. Used by Cluster.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace broker::postgres {

// Who a child runs as. `differs` when that is not the caller, who then is root.
struct User {
  bool differs = false;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
};

// The caller, or `postgres` and else `nobody` when the caller is root. Throws ClusterError when there is neither.
User unprivileged_user();

// Starts the program named by its absolute path in arguments[0], with output and errors appended to `output`, no input,
// no other open file, a session of its own (so that Ctrl-C at a terminal reaches only the parent), and an environment
// of just PATH, LC_ALL and TZ. It is sent `signal_when_parent_dies` then. Throws ClusterError.
pid_t start_program(const std::vector<std::string>& arguments, const User& user, const std::filesystem::path& output,
                    int signal_when_parent_dies);

// The wait status once the child has ended; the child is gone then and must not be asked for again.
std::optional<int> ended(pid_t child);
// The same after waiting for at most so long.
std::optional<int> await_end(pid_t child, std::chrono::milliseconds time);

}  // namespace broker::postgres
