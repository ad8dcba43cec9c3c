// `waymark query`: ask whether a child has arrived anywhere, without a case.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_query_command(CLI::App& app);

}  // namespace broker::client
