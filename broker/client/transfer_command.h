// `waymark transfer`: the transfer files that wait for an authority or a school, fetched and receipted as files.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_transfer_commands(CLI::App& app);

}  // namespace broker::client
