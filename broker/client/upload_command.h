// `waymark upload`: hand in a file of lost pupils, arrivals or a transfer, and read what became of each row.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_upload_command(CLI::App& app);

}  // namespace broker::client
