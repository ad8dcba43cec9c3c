#include "broker/client/verify_command.h"

#include <fstream>
#include <iostream>
#include <vector>

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/log_verifier.h"
#include "broker/client/message_verifier.h"
#include "broker/client/table.h"
#include "certs/files.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  std::string public_key, witness, log_export, messages;
  std::vector<std::string> against;

  VerifyOptions for_log() const { return {public_key, witness, {against.begin(), against.end()}}; }
};

Verification verify_file(const Options& options) {
  std::ifstream file(options.log_export);
  return verify_export(file, options.for_log());
}

Verification verify_broker(const Options& options) {
  Api api = connect(options.caller);
  return verify_log(api, options.for_log());
}

void verify_message_file(const Options& options) {
  if (options.public_key.empty()) misuse("--message needs --public-key");
  const auto results =
      verify_messages(certs::read_file(options.messages), options.public_key, options.caller.access.authorities);
  std::vector<std::vector<std::string>> rows;
  size_t faults = 0;
  for (const MessageVerification& one : results) {
    if (!one.fault.empty()) ++faults;
    if (options.caller.as_json) {
      const Json json = {{"id", one.id},
                         {"type", one.type},
                         {"verified", one.fault.empty()},
                         {"key_id", one.signed_by},
                         {"caller", one.caller},
                         {"withheld", one.is_withheld},
                         {"payload", one.payload},
                         {"fault", one.fault}};
      std::cout << dump(json) << '\n';
    }
    const std::string caller = one.caller.empty() ? "" : one.caller + (one.is_withheld ? " (text withheld)" : "");
    rows.push_back({one.id, one.type, one.signed_by, caller, one.fault.empty() ? "holds" : one.fault});
  }
  if (!options.caller.as_json) std::cout << table({"ID", "TYPE", "BROKER'S KEY", "SIGNED BY", "SIGNATURES"}, rows);
  if (faults > 0) fail(Exit::failed, std::to_string(faults) + " of " + std::to_string(results.size()) + " do not hold");
}

void verify(const Options& options) {
  if (!options.messages.empty()) return verify_message_file(options);
  const Verification result = options.log_export.empty() ? verify_broker(options) : verify_file(options);
  if (options.caller.as_json) {
    const Json json = {{"verified", result.fault.empty()},
                       {"size", result.size},
                       {"entries", result.entries_read},
                       {"heads", result.heads},
                       {"continues", result.continues},
                       {"key_id", result.key_id},
                       {"fault", result.fault}};
    std::cout << dump(json) << '\n';
  } else if (result.fault.empty()) {
    std::cout << fields(
        {{"Log", std::to_string(result.size) + " entries, signed by key " + result.key_id},
         {"Yours", std::to_string(result.entries_read) + ", each the one that was signed for"},
         {"Heads", std::to_string(result.heads) + ", all of this log"},
         {"Continues",
          result.continues == 0 ? "" : "the head of " + std::to_string(result.continues) + " entries that was kept"}});
  }
  if (options.public_key.empty() && result.continues == 0) {
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
  command->add_option(
      "--witness,--keep", options->witness,
      "File with the signed heads that verified before: the log has to continue each; today's are added");
  command->add_option("--against", options->against, "Another party's witness: it must have been shown the same log")
      ->check(CLI::ExistingFile);
  command->add_option("--export", options->log_export, "Check this file of `waymark audit export`; asks no broker")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--message", options->messages,
                   "Check the messages or receipts in this JSON file against --public-key and --ca; asks no broker")
      ->check(CLI::ExistingFile);
  command->footer(
      "Examples:\n  waymark verify --witness /var/lib/waymark/witness.json      # from a daily timer\n"
      "  waymark verify --export log.jsonl --public-key waymark.pem  # offline\n"
      "  waymark verify --message claim.json --public-key waymark.pem --ca ca.pem");
}

}  // namespace broker::client
