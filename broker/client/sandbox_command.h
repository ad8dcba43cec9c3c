// `waymark sandbox`: runs a whole Waymark until it is told to stop.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_sandbox_command(CLI::App& app);

}  // namespace broker::client
