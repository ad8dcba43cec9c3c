// `waymark match` and `waymark link`: bulk matching of pupil CSV files on this machine, with no broker.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

// As add_certs_commands: failure is CLI::RuntimeError with the exit code, misuse another CLI::ParseError.
void add_match_commands(CLI::App& app);

}  // namespace broker::client
