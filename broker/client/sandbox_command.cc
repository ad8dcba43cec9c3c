#include "broker/client/sandbox_command.h"

#include <algorithm>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>

#include "broker/base/text.h"
#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/sandbox.h"
#include "broker/client/table.h"

namespace broker::client {
namespace {

struct Options {
  std::string directory;
  std::string authorities = "314,315,318,319";
  int port = 8443;
  bool as_json = false;
};

std::vector<std::string> codes_of(const Options& options) {
  std::vector<std::string> codes;
  for (const auto part : base::split(options.authorities, ',')) {
    const std::string code(base::trimmed(part));
    if (code.size() != 3 || !base::parse_number(code)) misuse("--authorities takes three-digit codes, as 314,319");
    if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
  }
  return codes;
}

std::string view(const std::string& description) {
  const Json json = parse_json(description);
  std::vector<std::vector<std::string>> rows;
  for (const char* kind : {"authorities", "schools"}) {
    for (const auto& [name, one] : json.at(kind).items()) {
      rows.push_back({name, text_at(one, "/cert"), text_at(one, "/key")});
    }
  }
  return fields({{"Pages", text_at(json, "/web")},
                 {"API", text_at(json, "/api")},
                 {"Admin", text_at(json, "/admin")},
                 {"CA", text_at(json, "/ca")}}) +
         table({"CALLER", "CERTIFICATE", "KEY"}, rows) + "Stop it with Ctrl-C; the data stays in " +
         text_at(json, "/directory") + ".\n";
}

void run(const Options& options) {
  SandboxSettings settings;
  settings.directory = options.directory;
  settings.authorities = codes_of(options);
  settings.port = options.port;
  block_sandbox_signals();
  std::cerr << "Starting a sandbox in " << options.directory << " ..." << std::endl;
  Sandbox sandbox(settings);
  if (!options.as_json) std::cerr << view(sandbox.description());
  // One line, and at once: programs wait for it.
  std::cout << sandbox.description() << std::endl;
  const bool was_told = sandbox.supervise();
  std::cerr << "Stopping ..." << std::endl;
  if (!was_told) throw CLI::RuntimeError(static_cast<int>(Exit::failed));
}

}  // namespace

void add_sandbox_command(CLI::App& app) {
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("sandbox", "Run a whole Waymark on this machine, with nothing prepared");
  command->add_option("--dir", options->directory, "Where it keeps its data; a second start goes on with them")
      ->required();
  command->add_option("--authorities", options->authorities, "Codes of the authorities to issue certificates for")
      ->capture_default_str();
  command->add_option("--port", options->port, "Port of the API; 0 picks a free one")
      ->check(CLI::Range(0, 65'535))
      ->capture_default_str();
  command->add_flag("--json", options->as_json, "Only the line of JSON, without the words for people on stderr");
  command->callback([options] { run(*options); });
  command->footer(
      "It starts a private PostgreSQL, makes a certificate authority and certificates, and runs waymarkd.\n"
      "Examples:\n  waymark sandbox --dir /tmp/waymark\n  waymark sandbox --dir /tmp/waymark --port 0 --json");
}

}  // namespace broker::client
