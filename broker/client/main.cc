#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/audit_command.h"
#include "broker/client/case_command.h"
#include "broker/client/certs_command.h"
#include "broker/client/conformance_command.h"
#include "broker/client/demo.h"
#include "broker/client/enquiry_command.h"
#include "broker/client/inbox_command.h"
#include "broker/client/match_command.h"
#include "broker/client/officer_command.h"
#include "broker/client/query_command.h"
#include "broker/client/sandbox_command.h"
#include "broker/client/transfer_command.h"
#include "broker/client/upload_command.h"
#include "broker/client/verify_command.h"

namespace {

// The exit codes that scripts rely on; 3 and 4 are the broker's, see the commands that call it.
constexpr int failed = 1;
constexpr int misused = 2;

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Waymark: everything a person or a council's machine does");
  app.set_version_flag("--version", WAYMARK_VERSION);
  app.name("waymark");
  app.require_subcommand(1);
  app.footer("Examples:\n  waymark demo\n  waymark sandbox --dir /tmp/waymark\n  waymark case --help");
  broker::client::add_sandbox_command(app);
  broker::client::add_demo_command(app);
  broker::client::add_case_commands(app);
  broker::client::add_enquiry_commands(app);
  broker::client::add_reply_command(app);
  broker::client::add_inbox_commands(app);
  broker::client::add_upload_command(app);
  broker::client::add_query_command(app);
  broker::client::add_transfer_commands(app);
  broker::client::add_send_command(app);
  broker::client::add_conformance_command(app);
  broker::client::add_audit_commands(app);
  broker::client::add_verify_command(app);
  broker::client::add_officer_commands(app);
  broker::client::add_authority_commands(app);
  broker::client::add_match_commands(app);
  broker::client::add_certs_commands(app);
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
