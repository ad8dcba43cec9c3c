// A `waymark sandbox` run as a child: for the demo and the end-to-end tests, which then are clients like any other.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "broker/client/api.h"

namespace broker::client {

// A new directory below the system's directory for temporary files, that other users may pass through (the database
// runs as one when we are root).
std::filesystem::path make_temporary_directory(const std::string& prefix);

class SandboxProcess {
 public:
  // Starts `waymark sandbox --dir directory --port 0 --json` with what is given besides, and waits for its JSON line.
  // Its messages go to directory/sandbox.log. Throws std::runtime_error with the end of that. It dies with the calling
  // thread.
  SandboxProcess(std::filesystem::path waymark, std::filesystem::path directory,
                 const std::vector<std::string>& arguments = {});
  // Kills it where stop() was not called.
  ~SandboxProcess();
  SandboxProcess(const SandboxProcess&) = delete;
  SandboxProcess& operator=(const SandboxProcess&) = delete;

  // SIGTERM; true when it ended with 0.
  bool stop();
  // kill -9 of the sandbox itself.
  void kill_at_once();

  // The JSON line.
  const std::string& description() const { return description_; }
  // Text at a pointer of it, such as "/api".
  std::string value(const std::string& pointer) const;

  // The access of an authority or a school, by its code or LAESTAB.
  Access access(const std::string& caller, const std::string& officer) const;

  pid_t pid() const { return pid_; }
  // The last lines that waymarkd wrote, for a test that failed.
  std::string log_end() const;
  // Process id of the waymarkd that runs now; 0 while there is none.
  pid_t broker_pid() const;
  // kill -9 of that waymarkd; false when there is none just now. The sandbox starts another one.
  bool kill_broker() const;
  // Waits until a waymarkd other than `before` says that it is ready; false when the time is over.
  bool await_broker(pid_t before, std::chrono::milliseconds time) const;

 private:
  std::filesystem::path directory_;
  std::string description_;
  pid_t pid_ = 0;
};

}  // namespace broker::client
