// `waymark inbox ...`: see, take and acknowledge the messages that wait for you.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_inbox_commands(CLI::App& app);

}  // namespace broker::client
