#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/demo.h"
#include "broker/client/demo_stage.h"

namespace broker::client {

void add_demo_command(CLI::App& app) {
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto settings = std::make_shared<DemoSettings>();
  CLI::App* command = app.add_subcommand("demo", "Play the main job on this machine and tell it as it goes");
  command->add_option("--dir", settings->directory, "New directory to keep the data in; a temporary one if left out");
  command->add_flag("--stay", settings->stays,
                    "Keep it running afterwards, so that you play on in two browsers, until Ctrl-C");
  command->callback([settings] {
    try {
      run_demo(*settings);
    } catch (const DemoFailed& error) {
      fail(Exit::failed, std::string("the demo failed: ") + error.what());
    }
    if (settings->stays) return;
    std::cout
        << "\nThat was the whole of it. Play it yourself: waymark demo --stay, or waymark sandbox --dir /tmp/waymark\n"
           "It prints the address of the officers' pages (web): sign in there as an officer of 314, and in another "
           "browser as one of 319.\n";
  });
  command->footer("Examples:\n  waymark demo\n  waymark demo --stay");
}

}  // namespace broker::client
