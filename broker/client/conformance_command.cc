#include "broker/client/conformance_command.h"

#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/child_options.h"
#include "broker/client/command.h"
#include "broker/client/conformance.h"
#include "broker/client/json.h"
#include "broker/client/views.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  Access peer;
};

bool is_failed(const Check& one) {
  return one.result == Check::Result::failed;
}

void check(const Options& options) {
  Access peer = options.caller.access;
  peer.certificate = options.peer.certificate;
  peer.private_key = options.peer.private_key;
  const std::vector<Check> checks = check_conformance(options.caller.access, peer);
  const auto count_of = [&checks](Check::Result result) {
    return std::ranges::count_if(checks, [result](const Check& one) { return one.result == result; });
  };
  const auto passed = count_of(Check::Result::passed), failed = count_of(Check::Result::failed);
  const auto not_checked = count_of(Check::Result::not_checked);
  if (options.caller.as_json) {
    Json json = {{"passed", passed}, {"failed", failed}, {"not_checked", not_checked}};
    json["checks"] = Json::array();
    for (const Check& one : checks) {
      const bool is_passed = one.result == Check::Result::passed;
      const bool is_checked = one.result != Check::Result::not_checked;
      json["checks"].push_back(
          {{"name", one.name}, {"passed", is_passed}, {"detail", one.detail}, {"checked", is_checked}});
    }
    std::cout << dump(json) << "\n";
  } else {
    for (const Check& one : checks) {
      const char* mark = one.result == Check::Result::passed ? "pass" : is_failed(one) ? "FAIL" : "not checked";
      std::cout << mark << "  " << one.name << (one.detail.empty() ? "" : ": " + one.detail) << "\n";
    }
    std::cout << passed << " of " << checks.size() << " passed";
    if (not_checked > 0) std::cout << ", " << not_checked << " not checked";
    std::cout << "\n";
  }
  if (failed > 0) fail(Exit::failed, "the broker does not keep what it promises");
}

struct SendOptions {
  Caller caller;
  ChildOptions child;
  std::vector<std::string> to;
  std::string message, priority;
};

// Opens a case and enquires, which is what a first message is.
void send(const SendOptions& options) {
  Api api = connect(options.caller);
  const Json opening = {{"child", parse_json(child_of(options.child))}};
  const Answer opened = api.post("/v1/cases", dump(opening));
  require_granted(opened);
  Json enquiry = {{"to", options.to}};
  if (options.to.size() == 1 && options.to.front().size() != 3) enquiry["to"] = options.to.front();
  if (!options.message.empty()) enquiry["message"] = options.message;
  if (!options.priority.empty()) enquiry["priority"] = options.priority;
  const std::string id = text_at(parse_json(opened.body), "/id");
  show(options.caller, api.post("/v1/cases/" + id + "/enquiries", dump(enquiry)), view_enquiries);
}

}  // namespace

void add_conformance_command(CLI::App& app) {
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(app, "conformance", "Check that a broker keeps what clients rely on", options->caller,
                                  [options] { check(*options); });
  command->add_option("--peer-cert", options->peer.certificate, "Certificate of a second authority, PEM")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--peer-key", options->peer.private_key, "Its key, PEM")->required()->check(CLI::ExistingFile);
  command->footer(
      "It opens a case about an invented child, has the second authority answer, and closes it; hands in files\n"
      "and a notice about invented children, which stay; and sets up a webhook to this machine while it runs.\n"
      "Example:\n  waymark conformance --json --peer-cert 319.pem --peer-key 319-key.pem");
}

void add_send_command(CLI::App& app) {
  auto options = std::make_shared<SendOptions>();
  CLI::App* command = add_command(app, "send", "Open a case for a child and enquire of other authorities",
                                  options->caller, [options] { send(*options); });
  add_child_options(*command, options->child);
  command->add_option("--to", options->to, "Codes, or neighbours, region or all")->required()->delimiter(',');
  command->add_option("--message", options->message, "What they should know");
  command->add_option("--priority", options->priority, "routine, urgent or immediate")
      ->check(CLI::IsMember({"routine", "urgent", "immediate"}));
  command->footer("Example:\n  waymark send --surname Vale --forename Ann --dob 2014-05-03 --to 319 --message Please");
}

}  // namespace broker::client
