#include "broker/client/transfer_command.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/drop.h"
#include "broker/client/json.h"
#include "broker/client/views.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  std::string directory = ".";
  std::string id, note;
};

std::string view_transfers(const std::string& body) {
  std::string text;
  const Json list = parse_json(body);
  for (const Json& one : items_of(list)) {
    text += text_at(one, "/id") + "  " + text_at(one, "/status") + "  " + text_at(one, "/filename") + "\n";
  }
  return text.empty() ? "no transfer files\n" : text;
}

void collect(const Options& options) {
  Api api = connect(options.caller);
  for (const char* status : {"available", "claimed"}) {
    std::string target = std::string("/v1/transfers?direction=received&limit=500&status=") + status;
    const Answer answer = api.get(target);
    require_granted(answer);
    const Json list = parse_json(answer.body);
    for (const Json& one : items_of(list)) {
      const auto path = collect_transfer(api, text_at(one, "/id"), options.directory);
      if (!path.empty()) std::cout << path.string() << "\n";
    }
  }
}

void receipt(const Options& options) {
  const std::string target = "/v1/transfers/" + net::percent_encoded(options.id) + "/receipt";
  Json body = Json::object();
  if (!options.note.empty()) body["note"] = options.note;
  show(options.caller, connect(options.caller).post(target, dump(body)), view_nothing);
}

void list(const Options& options) {
  show(options.caller, connect(options.caller).get("/v1/transfers?limit=500"), view_transfers);
}

}  // namespace

void add_transfer_commands(CLI::App& app) {
  CLI::App* group = app.add_subcommand("transfer", "Transfer files of pupils: what waits for you, and fetching it");
  group->require_subcommand(1);
  // Owned by the callbacks and filled by the parser, which live as long as `app`.
  auto shown = std::make_shared<Options>();
  add_command(*group, "list", "List the files that you sent or may have", shown->caller, [shown] {
    list(*shown);
  })->footer("Examples:\n  waymark transfer list");
  auto fetched = std::make_shared<Options>();
  CLI::App* fetch = add_command(*group, "collect", "Claim every file that waits, write it, and give its receipt",
                                fetched->caller, [fetched] { collect(*fetched); });
  fetch->add_option("--out", fetched->directory, "Directory for the files")->capture_default_str();
  fetch->footer("Examples:\n  waymark transfer collect --out /srv/mis/incoming");
  auto received = std::make_shared<Options>();
  CLI::App* receive = add_command(*group, "receipt", "Say that a file which you claimed was received", received->caller,
                                  [received] { receipt(*received); });
  receive->add_option("TRANSFER", received->id, "Id of the transfer")->required();
  receive->add_option("--note", received->note, "A word to the sender");
  receive->footer("Examples:\n  waymark transfer receipt 019a7c6e-...");
}

}  // namespace broker::client
