// A whole Waymark on one machine with nothing prepared: a private PostgreSQL, a certificate authority, certificates for
// everybody, and a real waymarkd. Behind `waymark sandbox`.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace broker::client {

struct SandboxSettings {
  std::filesystem::path directory;  // made where needed; an earlier sandbox in it is continued
  std::vector<std::string> authorities;
  int port = 8443;  // 0: any free one
};

class Sandbox {
 public:
  // Brings everything up and waits until it is ready. Throws std::exception with words for the user. Make it in the
  // main thread: what it starts dies with that thread, however it ends.
  explicit Sandbox(const SandboxSettings& settings);
  // Stops the broker, then the database.
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // The JSON line of the contract, without line end.
  std::string description() const;

  // Keeps it up until SIGTERM or SIGINT arrives, which must be blocked: starts again what dies of itself, and renews
  // the revocation list. False when the broker dies again and again.
  bool supervise();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Blocks the signals that supervise() waits for; to be called before anything is started.
void block_sandbox_signals();

}  // namespace broker::client
