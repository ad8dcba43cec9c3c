#include "broker/client/audit_command.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/log_verifier.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  uint64_t from = 0;
};

void write_log(const Options& options) {
  Api api = connect(options.caller);
  export_log(api, options.from, std::cout);
}

}  // namespace

void add_audit_commands(CLI::App& app) {
  CLI::App* parent = app.add_subcommand("audit", "The audit log");
  parent->require_subcommand(1);
  parent->footer("Example:\n  waymark audit export > log.jsonl");
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(*parent, "export", "The log as JSON lines: your entries, or all of them to an operator",
                  options->caller, [options] { write_log(*options); });
  command->add_option("--from", options->from, "Begin with this entry; an export from 0 can be verified")
      ->capture_default_str();
  command->footer("Example, for a SIEM that has read up to entry 4711:\n  waymark audit export --from 4711");
}

}  // namespace broker::client
