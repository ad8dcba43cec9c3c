#include "broker/client/officer_command.h"

#include <CLI/CLI.hpp>

#include "broker/base/text.h"
#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/table.h"
#include "broker/net/http.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  std::string authority;
  std::string id;
  std::string name;
  std::string roles;
  std::string school;
};

std::string joined(const Json& texts) {
  std::string line;
  for (const Json& one : texts) line += (line.empty() ? "" : ", ") + one.get<std::string>();
  return line;
}

std::string list_target(const Options& options) {
  return "/v1/authorities/" + net::percent_encoded(options.authority) + "/officers";
}
std::string officer_target(const Options& options) {
  return list_target(options) + "/" + net::percent_encoded(options.id);
}

std::string view_officer(const std::string& body) {
  const Json json = parse_json(body);
  return fields({{"Officer", text_at(json, "/id")},
                 {"Name", text_at(json, "/name")},
                 {"Authority", text_at(json, "/authority")},
                 {"Roles", joined(list_of(json, "roles"))},
                 {"School", text_at(json, "/school")},
                 {"Disabled", text_at(json, "/disabled")}});
}

std::string view_officers(const std::string& body) {
  const Json json = parse_json(body);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : items_of(json)) {
    rows.push_back({text_at(one, "/id"), text_at(one, "/name"), joined(list_of(one, "roles")), text_at(one, "/school"),
                    text_at(one, "/disabled") == "true" ? "disabled" : ""});
  }
  return table({"OFFICER", "NAME", "ROLES", "SCHOOL", ""}, rows);
}

Json roles_of(const std::string& list) {
  Json roles = Json::array();
  for (const auto part : base::split(list, ',')) roles.push_back(std::string(base::trimmed(part)));
  return roles;
}

void add(const Options& options) {
  Json body = {{"name", options.name}, {"roles", roles_of(options.roles)}};
  if (!options.school.empty()) body["school"] = options.school;
  show(options.caller, connect(options.caller).put(officer_target(options), dump(body)), view_officer);
}

// Puts back what is known of the officer with this changed.
void change(const Options& options, const std::string& member, const Json& value) {
  Api api = connect(options.caller);
  const Answer known = api.get(officer_target(options));
  require_granted(known);
  Json body = Json::object();
  const Json officer = parse_json(known.body);
  for (const char* kept : {"name", "roles", "school", "disabled"}) {
    if (officer.contains(kept)) body[kept] = officer.at(kept);
  }
  body[member] = value;
  show(options.caller, api.put(officer_target(options), dump(body)), view_officer);
}

CLI::App* add_one(CLI::App& parent, const std::string& name, const std::string& purpose,
                  const std::shared_ptr<Options>& options, std::function<void()> run) {
  CLI::App* command = add_command(parent, name, purpose, options->caller, std::move(run));
  command->add_option("authority", options->authority, "Its code, or `operator` for those who run this Waymark")
      ->required();
  return command;
}

std::string view_authorities(const std::string& body) {
  const Json json = parse_json(body);
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : items_of(json)) {
    rows.push_back({text_at(one, "/code"), text_at(one, "/name"), text_at(one, "/region"),
                    text_at(one, "/reachable") == "true" ? "" : "not reachable"});
  }
  return table({"CODE", "NAME", "REGION", ""}, rows);
}

std::string view_authority(const std::string& body) {
  const Json json = parse_json(body);
  return fields({{"Code", text_at(json, "/code")},
                 {"Name", text_at(json, "/name")},
                 {"Region", text_at(json, "/region")},
                 {"Nation", text_at(json, "/nation")},
                 {"Status", text_at(json, "/status")},
                 {"Reachable", text_at(json, "/reachable")},
                 {"Neighbours", joined(list_of(json, "neighbours"))},
                 {"Valid from", text_at(json, "/valid_from")},
                 {"Valid to", text_at(json, "/valid_to")},
                 {"Successors", joined(list_of(json, "successors"))}});
}

}  // namespace

void add_officer_commands(CLI::App& app) {
  CLI::App* officer = app.add_subcommand("officer", "Who may sign in, and what each may do");
  officer->require_subcommand(1);
  officer->footer(
      "Needs the certificate of an operator, of the authority, or of one of its coordinators.\n"
      "Examples:\n  waymark officer add 314 b.lane --name 'Bea Lane' --roles officer,reviewer\n"
      "  waymark officer list 314\n  waymark officer disable 314 b.lane");
  // Owned by the callbacks and filled by the parser, which all live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command = add_one(*officer, "add", "Add an officer, or say anew what is known of one", options,
                              [options] { add(*options); });
  command->add_option("id", options->id, "The id that the authority gives")->required();
  command->add_option("--name", options->name, "Name of the person")->required();
  command->add_option("--roles", options->roles, "Of officer, reviewer, coordinator, school, auditor; with commas")
      ->required();
  command->add_option("--school", options->school, "LAESTAB, with the role school");
  options = std::make_shared<Options>();
  add_one(*officer, "list", "All officers of an authority", options, [options] {
    show(options->caller, connect(options->caller).get(list_target(*options) + "?limit=500"), view_officers);
  });
  options = std::make_shared<Options>();
  command = add_one(*officer, "disable", "Shut an officer out, and sign it out everywhere", options,
                    [options] { change(*options, "disabled", true); });
  command->add_option("id", options->id, "The officer")->required();
  options = std::make_shared<Options>();
  command = add_one(*officer, "enable", "Let a disabled officer in again", options,
                    [options] { change(*options, "disabled", false); });
  command->add_option("id", options->id, "The officer")->required();
  options = std::make_shared<Options>();
  command = add_one(*officer, "roles", "Give an officer these roles and no others", options,
                    [options] { change(*options, "roles", roles_of(options->roles)); });
  command->add_option("id", options->id, "The officer")->required();
  command->add_option("roles", options->roles, "With commas, as officer,reviewer")->required();
}

void add_authority_commands(CLI::App& app) {
  CLI::App* authority = app.add_subcommand("authority", "The directory of authorities");
  authority->require_subcommand(1);
  authority->footer("Examples:\n  waymark authority list\n  waymark authority show 314");
  auto options = std::make_shared<Options>();
  add_command(*authority, "list", "All authorities in being", options->caller, [options] {
    show(options->caller, connect(options->caller).get("/v1/authorities?limit=500"), view_authorities);
  });
  options = std::make_shared<Options>();
  CLI::App* command = add_command(*authority, "show", "One authority", options->caller, [options] {
    show(options->caller, connect(options->caller).get("/v1/authorities/" + net::percent_encoded(options->authority)),
         view_authority);
  });
  command->add_option("authority", options->authority, "Its code")->required();
}

}  // namespace broker::client
