// `waymark verify`: proves that the broker's audit log is whole.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_verify_command(CLI::App& app);

}  // namespace broker::client
