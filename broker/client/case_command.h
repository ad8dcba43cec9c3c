// `waymark case ...`: open a case, look at it, and what its owner does with it.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_case_commands(CLI::App& app);

}  // namespace broker::client
