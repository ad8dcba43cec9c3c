// The `waymarkd` of a sandbox: its configuration file and its process. Used by the sandbox alone.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "broker/client/sandbox_credentials.h"

namespace broker::client {

struct SandboxDatabase {
  std::string url;         // as the role that row-level security binds
  std::string writer_url;  // as the role that writes
  std::string owner_url;   // as the owner, for migrations
};

class SandboxBroker {
 public:
  // Ports are on the loopback interface. `program` is waymarkd's path.
  SandboxBroker(std::filesystem::path directory, std::filesystem::path program, uint16_t port, uint16_t admin_port,
                uint16_t web_port);
  // Kills what still runs.
  ~SandboxBroker();
  SandboxBroker(const SandboxBroker&) = delete;
  SandboxBroker& operator=(const SandboxBroker&) = delete;

  void write_configuration(const SandboxCredentials& credentials, const SandboxDatabase& database) const;
  // Runs `waymarkd migrate` to its end. Throws std::runtime_error with the end of its log.
  void migrate() const;
  // Starts `waymarkd serve`, which dies with this process.
  void start();
  // Waits until it says that it is ready. Throws std::runtime_error with the end of its log when it ends before or the
  // time is over.
  void await_ready(std::chrono::milliseconds time);
  // SIGTERM, and SIGKILL when that takes too long.
  void stop();
  void reload() const;  // SIGHUP: certificates and revocation list are read again

  pid_t pid() const { return pid_; }  // 0: it does not run

  // The wait status once it has ended of itself; the process is gone then.
  std::optional<int> ended();

  std::string api_url() const { return "https://localhost:" + std::to_string(port_); }
  std::string web_url() const { return "https://localhost:" + std::to_string(web_port_); }
  std::string admin_url() const { return "http://127.0.0.1:" + std::to_string(admin_port_); }

 private:
  std::filesystem::path configuration() const { return directory_ / "waymarkd.toml"; }
  std::filesystem::path log() const { return directory_ / "waymarkd.log"; }
  pid_t run(const std::string& command) const;

  std::filesystem::path directory_;
  std::filesystem::path program_;
  uint16_t port_;
  uint16_t admin_port_;
  uint16_t web_port_;
  pid_t pid_ = 0;
};

// A port of the loopback interface that nobody listens on, below those that the kernel hands out to clients, so that it
// is still free when the broker comes back after a crash.
uint16_t free_port();
bool is_free(uint16_t port);

}  // namespace broker::client
