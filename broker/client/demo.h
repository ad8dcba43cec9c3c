// The main job, played from end to end against a sandbox and told as it goes. Behind `waymark demo`.
#pragma once

#include <filesystem>

namespace CLI {
class App;
}

namespace broker::client {

struct DemoSettings {
  std::filesystem::path directory;  // of the sandbox, new or empty; kept. Empty: a temporary one, removed at the end
  bool stays = false;               // afterwards the sandbox runs on, for browsers, until it is interrupted
};

// Throws DemoFailed, or what starting the sandbox throws.
void run_demo(const DemoSettings& settings);

void add_demo_command(CLI::App& app);

}  // namespace broker::client
