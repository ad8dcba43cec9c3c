// `waymark conformance` and `waymark send`: what a new integrator runs first.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_conformance_command(CLI::App& app);
void add_send_command(CLI::App& app);

}  // namespace broker::client
