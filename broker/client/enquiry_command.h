// `waymark enquiry ...` and `waymark reply`: ask other authorities about a case, and answer them.
#pragma once

namespace CLI {
class App;
}

namespace broker::client {

void add_enquiry_commands(CLI::App& app);
void add_reply_command(CLI::App& app);

}  // namespace broker::client
