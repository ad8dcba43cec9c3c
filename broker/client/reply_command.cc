#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/enquiry_command.h"
#include "broker/client/json.h"
#include "broker/client/views.h"
#include "certs/files.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  std::string id, file;
  std::string outcome, school, urn, start_date, attending_since, provider, next_date, contact, note;
  std::string moved_to_authority, moved_to_country;
  std::vector<std::string> checks;
  bool is_living_in_area = false;
  bool is_written = false;
};

Json location_of(const Options& options) {
  Json location = Json::object();
  const auto put = [&](const char* pointer, const std::string& value) {
    if (!value.empty()) location[Json::json_pointer(pointer)] = value;
  };
  put("/school/laestab", options.school);
  put("/school/urn", options.urn);
  put("/start_date", options.start_date);
  put("/attending_since", options.attending_since);
  put("/provider", options.provider);
  if (options.is_living_in_area) location["living_in_area"] = true;
  if (options.is_written) location["written_confirmation"] = true;
  return location;
}

Json reply_of(const Options& options) {
  Json body = Json::object();
  if (!options.file.empty()) {
    body = parse_json(certs::read_file(options.file));
    if (!body.is_object()) fail(Exit::misused, options.file + " holds no JSON object");
  }
  const auto put = [&](const char* pointer, const std::string& value) {
    if (!value.empty()) body[Json::json_pointer(pointer)] = value;
  };
  put("/outcome", options.outcome);
  put("/next_date", options.next_date);
  put("/contact", options.contact);
  put("/note", options.note);
  put("/moved_to/authority", options.moved_to_authority);
  put("/moved_to/country", options.moved_to_country);
  if (!options.checks.empty()) body["checks"] = options.checks;
  const Json location = location_of(options);
  if (!location.empty()) body["location"] = location;
  return body;
}

void reply(const Options& options) {
  const std::string enquiry = "/v1/enquiries/" + net::percent_encoded(options.id);
  show(options.caller, connect(options.caller).post_event(enquiry, "/replies", dump(reply_of(options))), view_reply);
}

void add_location_options(CLI::App& command, Options& options) {
  const std::string group = "Where the child is";
  const auto add = [&](const char* flag, std::string& value, const char* help) {
    command.add_option(flag, value, help)->group(group);
  };
  add("--school", options.school, "on_roll: the school's LAESTAB");
  add("--urn", options.urn, "on_roll: or its URN");
  add("--start-date", options.start_date, "on_roll: first day of the school place");
  add("--attending-since", options.attending_since, "on_roll: since when the child attends");
  add("--provider", options.provider, "other_provision: who educates the child");
  command.add_flag("--living-in-area", options.is_living_in_area, "The child lives in your area")->group(group);
  command.add_flag("--written-confirmation", options.is_written, "home_educated: the parent confirmed it in writing")
      ->group(group);
}

}  // namespace

void add_reply_command(CLI::App& app) {
  // Owned by the callback and filled by the parser, which both live as long as `app`.
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_command(app, "reply", "Answer an enquiry that you received", options->caller, [options] { reply(*options); });
  command->add_option("ENQUIRY", options->id, "Id of the enquiry")->required();
  command->add_option("--outcome", options->outcome,
                      "on_roll, home_educated, other_provision, resident_not_in_education, application_in_hand, "
                      "moved_on, not_located, checks_in_progress, information_needed, withheld, wrong_authority, "
                      "not_compulsory_age, different_child, died or detained");
  command->add_option("--file", options->file, "JSON file with the whole reply; flags override it");
  add_location_options(*command, *options);
  command->add_option("--check", options->checks, "A check that was made; may be repeated");
  command->add_option("--next-date", options->next_date, "When the next answer comes");
  command->add_option("--moved-to", options->moved_to_authority, "moved_on: the authority's code");
  command->add_option("--country", options->moved_to_country, "moved_on: the country");
  command->add_option("--contact", options->contact, "Whom to call");
  command->add_option("--note", options->note, "Anything else");
  command->footer(
      "Examples:\n"
      "  waymark reply 019a7c6e-... --outcome not_located --check admissions --check 'council tax'\n"
      "  waymark reply 019a7c6e-... --outcome on_roll --school 3194001 --living-in-area --attending-since 2026-11-02");
}

}  // namespace broker::client
