#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/certs_command.h"
#include "broker/client/match_command.h"

namespace {

// The exit codes that scripts rely on; 3 and 4 are the broker's, see the commands that call it.
constexpr int failed = 1;
constexpr int misused = 2;

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Waymark: everything a person or a council's machine does");
  app.set_version_flag("--version", WAYMARK_VERSION);
  app.require_subcommand(1);
  broker::client::add_certs_commands(app);
  broker::client::add_match_commands(app);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : misused;
  } catch (const std::exception& error) {
    std::cerr << "waymark: " << error.what() << '\n';
    return failed;
  }
}
