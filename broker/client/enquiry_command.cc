#include "broker/client/enquiry_command.h"

#include <CLI/CLI.hpp>

#include "broker/base/text.h"
#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/views.h"
#include "broker/message/json.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  std::string id;
  std::string to, kind, priority, message, address_file;
  std::string direction, status, after;
  std::string text;
  int limit = 50;

  std::string path() const { return "/v1/enquiries/" + net::percent_encoded(id); }
};

void send(const Options& options) {
  Json body = Json::object();
  if (options.to == "neighbours" || options.to == "region" || options.to == "all") {
    body["to"] = options.to;
  } else {
    body["to"] = Json::array();
    for (const auto code : base::split(options.to, ',')) body["to"].push_back(std::string(base::trimmed(code)));
  }
  message::put(body, "kind", options.kind);
  message::put(body, "priority", options.priority);
  message::put(body, "message", options.message);
  const std::string target = "/v1/cases/" + net::percent_encoded(options.id) + "/enquiries";
  show(options.caller, connect(options.caller).post(target, dump(body)), view_enquiries);
}

void list(const Options& options) {
  std::string target = "/v1/enquiries?direction=" + options.direction + "&limit=" + std::to_string(options.limit);
  if (!options.status.empty()) target += "&status=" + net::percent_encoded(options.status);
  if (!options.after.empty()) target += "&after=" + net::percent_encoded(options.after);
  show(options.caller, connect(options.caller).get(target), view_enquiries);
}

void show_one(const Options& options) {
  show(options.caller, connect(options.caller).get(options.path()), view_enquiry);
}

void send_event(const Options& options, const char* event, const Json& body) {
  show(options.caller, connect(options.caller).post_event(options.path(), event, dump(body)), view_enquiry);
}

void acknowledge(const Options& options) {
  send_event(options, "/acknowledge", Json::object());
}

void withdraw(const Options& options) {
  Json body = Json::object();
  message::put(body, "reason", options.text);
  send_event(options, "/withdraw", body);
}

void add_information(const Options& options) {
  send_event(options, "/information", {{"information", options.text}});
}

CLI::App* add_for_enquiry(CLI::App& parent, const char* name, const char* purpose,
                          const std::shared_ptr<Options>& options, void (*run)(const Options&)) {
  CLI::App* command = add_command(parent, name, purpose, options, run);
  command->add_option("ENQUIRY", options->id, "Id of the enquiry")->required();
  return command;
}

void add_sending(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(parent, "send", "Ask other authorities about the child of a case", options, send);
  command->add_option("CASE", options->id, "Id of the case")->required();
  command->add_option("--to", options->to, "Codes, as 319,315; or neighbours, region or all")->required();
  command->add_option("--kind", options->kind, "address_known or area_believed");
  command->add_option("--priority", options->priority, "routine, urgent or immediate");
  command->add_option("--message", options->message, "What you know and ask");
  command->footer("Example:\n  waymark enquiry send 019a7c6e-... --to 319,315 --message 'Believed to be with an aunt'");

  options = std::make_shared<Options>();
  command = add_for_enquiry(parent, "withdraw", "Withdraw an enquiry that you sent", options, withdraw);
  command->add_option("--reason", options->text, "Why");
  command->footer("Example:\n  waymark enquiry withdraw 019a7c6e-... --reason 'Found out otherwise'");

  options = std::make_shared<Options>();
  command = add_for_enquiry(parent, "information", "Add what the other side asked for", options, add_information);
  command->add_option("--text", options->text, "The information")->required();
  command->footer("Example:\n  waymark enquiry information 019a7c6e-... --text 'The mother is called Samina'");
}

void add_reading(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  options->direction = "received";
  CLI::App* command = add_command(parent, "list", "Enquiries that you received or sent", options, list);
  command->add_option("--direction", options->direction, "received or sent")
      ->check(CLI::IsMember({"received", "sent"}))
      ->capture_default_str();
  command->add_option("--status", options->status,
                      "sent, delivered, acknowledged, waiting_for_information, answered or withdrawn");
  command->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 500))->capture_default_str();
  command->add_option("--after", options->after, "Goes on where the last list ended");
  command->footer("Example:\n  waymark enquiry list --direction sent --status sent");

  options = std::make_shared<Options>();
  add_for_enquiry(parent, "show", "One enquiry with its replies", options, show_one)
      ->footer("Example:\n  waymark enquiry show 019a7c6e-...");

  options = std::make_shared<Options>();
  add_for_enquiry(parent, "acknowledge", "Tell the sender that somebody is on it", options, acknowledge)
      ->footer("Example:\n  waymark enquiry acknowledge 019a7c6e-...");
}

}  // namespace

void add_enquiry_commands(CLI::App& app) {
  CLI::App* parent = app.add_subcommand("enquiry", "Enquiries to and from other authorities");
  parent->require_subcommand(1);
  parent->footer("Example:\n  waymark enquiry list --direction received");
  add_sending(*parent);
  add_reading(*parent);
}

}  // namespace broker::client
