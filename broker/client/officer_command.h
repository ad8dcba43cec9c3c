// `waymark officer` and `waymark authority`: who may sign in, and the directory of authorities.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_officer_commands(CLI::App& app);
void add_authority_commands(CLI::App& app);

}  // namespace broker::client
