#include "broker/client/verify_command.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/log_verifier.h"
#include "broker/client/table.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  std::string public_key, kept_head;
};

void verify(const Options& options) {
  Api api = connect(options.caller);
  const Verification result = verify_log(api, {options.public_key, options.kept_head});
  if (options.caller.as_json) {
    const Json json = {{"verified", result.fault.empty()}, {"size", result.size},     {"entries", result.entries_read},
                       {"continues", result.continues},    {"key_id", result.key_id}, {"fault", result.fault}};
    std::cout << dump(json) << '\n';
  } else if (result.fault.empty()) {
    std::cout << fields(
        {{"Log", std::to_string(result.size) + " entries, signed by key " + result.key_id},
         {"Yours", std::to_string(result.entries_read) + ", each the one that was signed for"},
         {"Continues",
          result.continues == 0 ? "" : "the head of " + std::to_string(result.continues) + " entries that was kept"}});
  }
  if (options.public_key.empty()) {
    std::cerr << "The key is the one that the broker gave; name one you got otherwise with --public-key.\n";
  }
  if (!result.fault.empty()) fail(Exit::failed, result.fault);
}

}  // namespace

void add_verify_command(CLI::App& app) {
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, "verify", "Prove that the audit log is whole and continues what you saw before",
                                  options->caller, [options] { verify(*options); });
  command->add_option("--public-key", options->public_key, "PEM of the broker's public key")->check(CLI::ExistingFile);
  command->add_option("--keep", options->kept_head,
                      "File with the head that was verified last; today's log has to continue it, and takes its place");
  command->footer("Example, from a daily timer:\n  waymark verify --keep /var/lib/waymark/head.json");
}

}  // namespace broker::client
