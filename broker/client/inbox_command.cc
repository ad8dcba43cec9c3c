#include "broker/client/inbox_command.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/drop.h"
#include "broker/client/json.h"
#include "broker/client/views.h"

namespace broker::client {
namespace {

constexpr int drop_lease_seconds = 120;  // a hundred messages and their transfer files, to a slow disk

struct Options {
  Caller caller;
  std::string id, lease, after;
  std::vector<std::string> ids;
  int limit = 50;
  int most = 10;
  int lease_seconds = 60;
  int wait_seconds = 0;
  std::string out;
  bool follows = false;
};

void list(const Options& options) {
  std::string target = "/v1/inbox?limit=" + std::to_string(options.limit);
  if (!options.after.empty()) target += "&after=" + net::percent_encoded(options.after);
  show(options.caller, connect(options.caller).get(target), view_inbox);
}

void show_one(const Options& options) {
  const Answer answer = connect(options.caller).get("/v1/inbox/" + net::percent_encoded(options.id));
  show(options.caller, answer, [](const std::string& body) { return parse_json(body).dump(2) + "\n"; });
}

void claim(const Options& options) {
  const Json body = {
      {"max", options.most}, {"lease_seconds", options.lease_seconds}, {"wait_seconds", options.wait_seconds}};
  const Answer answer = connect(options.caller).post("/v1/inbox/claim", dump(body));
  if (answer.status == 204) {
    std::cout << (options.caller.as_json ? "{\"items\":[]}\n" : "Nothing waits.\n");
    return;
  }
  show(options.caller, answer, view_inbox);
}

void acknowledge(const Options& options) {
  const Json body = {{"lease_id", options.lease}, {"ids", options.ids}};
  show(options.caller, connect(options.caller).post("/v1/inbox/ack", dump(body)), view_nothing);
}

// Messages and transfer files as files, for a system that knows only folders.
void drop(const Options& options) {
  if (options.out.empty()) misuse("name a directory with --out, or one of list, show, claim and ack");
  constexpr int longest_wait_seconds = 30;
  const int wait_seconds = options.follows ? longest_wait_seconds : options.wait_seconds;
  Caller caller = options.caller;
  caller.access.patience = carrier_patience;
  Api api = connect(caller);
  size_t count = 0;
  do {
    const size_t now = drop_inbox(api, options.out, wait_seconds, options.lease_seconds);
    if (options.follows && now > 0) std::cerr << now << " messages\n";
    count += now;
  } while (options.follows);
  if (options.caller.as_json) {
    std::cout << dump(Json{{"messages", count}, {"directory", options.out}}) << "\n";
  } else {
    std::cerr << count << " messages were written to " << options.out << "\n";
  }
}

}  // namespace

void add_inbox_commands(CLI::App& app) {
  CLI::App* parent = app.add_subcommand("inbox", "Messages that wait for you");
  parent->require_subcommand(0, 1);
  parent->footer("Examples:\n  waymark inbox claim --wait 30\n  waymark inbox --out /srv/case-system/in --follow");

  auto options = std::make_shared<Options>();
  make_command(*parent, options->caller, [parent, options] {
    if (parent->get_subcommands().empty()) drop(*options);
  });
  parent->add_option(
      "--out", options->out,
      "Write each message, and each transfer file, to this directory; what is on the disk is acknowledged");
  parent->add_option("--wait", options->wait_seconds, "Seconds to wait for the first")
      ->check(CLI::Range(0, 30))
      ->capture_default_str();
  options->lease_seconds = drop_lease_seconds;
  parent->add_option("--lease", options->lease_seconds, "Seconds after which what a killed run had taken comes again")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  parent->add_flag("--follow", options->follows, "Go on until stopped");

  options = std::make_shared<Options>();
  CLI::App* command = add_command(*parent, "list", "What waits, without taking it", options, list);
  command->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 500))->capture_default_str();
  command->add_option("--after", options->after, "Goes on where the last list ended");
  command->footer("Example:\n  waymark inbox list");

  options = std::make_shared<Options>();
  command = add_command(*parent, "show", "One message in full", options, show_one);
  command->add_option("MESSAGE", options->id, "Id of the message")->required();
  command->footer("Example:\n  waymark inbox show 019a7c6e-...");

  options = std::make_shared<Options>();
  command =
      add_command(*parent, "claim", "Take messages for a while; acknowledge them before it is over", options, claim);
  command->add_option("--max", options->most, "At most so many")->check(CLI::Range(1, 500))->capture_default_str();
  command->add_option("--lease", options->lease_seconds, "Seconds that they are yours")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->add_option("--wait", options->wait_seconds, "Seconds to wait for the first")
      ->check(CLI::Range(0, 30))
      ->capture_default_str();
  command->footer("Example:\n  waymark inbox claim --wait 30 --json");

  options = std::make_shared<Options>();
  command = add_command(*parent, "ack", "Acknowledge messages that you took", options, acknowledge);
  command->add_option("--lease", options->lease, "The lease that `claim` gave")->required();
  command->add_option("MESSAGES", options->ids, "Ids of the messages")->required();
  command->footer("Example:\n  waymark inbox ack --lease 019a7c6e-... 019a7c6f-... 019a7c70-...");
}

}  // namespace broker::client
