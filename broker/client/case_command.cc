#include "broker/client/case_command.h"

#include <iostream>

#include <CLI/CLI.hpp>

#include "broker/client/child_options.h"
#include "broker/client/command.h"
#include "broker/client/json.h"
#include "broker/client/views.h"
#include "broker/message/json.h"

namespace broker::client {
namespace {

struct Options {
  Caller caller;
  ChildOptions child;
  std::string id;
  std::string reason, note, missing_since, priority, evidence, confirmation, status, after;
  std::string ground = "A", school, date, lost_pupil_upload;
  int absence_days = 0;
  int limit = 50;
  bool is_overdue = false;
  bool only_others = false;
  bool is_forced = false;
  bool school_exhausted = false;
  bool authority_exhausted = false;

  std::string path() const { return "/v1/cases/" + net::percent_encoded(id); }
};

CLI::App* add_for_case(CLI::App& parent, const char* name, const char* purpose, const std::shared_ptr<Options>& options,
                       void (*run)(const Options&)) {
  CLI::App* command = add_command(parent, name, purpose, options, run);
  command->add_option("CASE", options->id, "Id of the case")->required();
  return command;
}

void open(const Options& options) {
  Json body = {{"child", parse_json(child_of(options.child))}};
  message::put(body, "reason", options.reason);
  message::put(body, "note", options.note);
  message::put(body, "missing_since", options.missing_since);
  message::put(body, "priority", options.priority);
  if (options.is_forced) body["force"] = true;
  show(options.caller, connect(options.caller).post("/v1/cases", dump(body)), view_case);
}

void list(const Options& options) {
  std::string target = "/v1/cases?limit=" + std::to_string(options.limit);
  if (!options.status.empty()) target += "&status=" + net::percent_encoded(options.status);
  if (options.is_overdue) target += "&overdue=true";
  if (!options.after.empty()) target += "&after=" + net::percent_encoded(options.after);
  show(options.caller, connect(options.caller).get(target), view_cases);
}

void show_one(const Options& options) {
  show(options.caller, connect(options.caller).get(options.path()), view_case);
}

void timeline(const Options& options) {
  show(options.caller, connect(options.caller).get(options.path() + "/timeline?limit=500"), view_timeline);
}

void looks(const Options& options) {
  std::string target = options.path() + "/looks?limit=" + std::to_string(options.limit);
  if (options.only_others) target += "&by=others";
  if (!options.after.empty()) target += "&after=" + net::percent_encoded(options.after);
  show(options.caller, connect(options.caller).get(target), view_looks);
}

void send_event(const Options& options, const char* event, const Json& body) {
  show(options.caller, connect(options.caller).post_event(options.path(), event, dump(body)), view_case);
}

void close(const Options& options) {
  Json body = Json::object();
  message::put(body, "note", options.note);
  send_event(options, "/close", body);
}

void end(const Options& options) {
  Json body = {{"reason", options.reason}};
  message::put(body, "evidence", options.evidence);
  message::put(body, "note", options.note);
  send_event(options, "/end", body);
}

void approve_end(const Options& options) {
  Json body = Json::object();
  message::put(body, "note", options.note);
  send_event(options, "/end/approve", body);
}

void reopen(const Options& options) {
  send_event(options, "/reopen", {{"reason", options.reason}});
}

void dispute(const Options& options) {
  Json body = {{"reason", options.reason}};
  message::put(body, "confirmation_id", options.confirmation);
  send_event(options, "/dispute", body);
}

void permit_removal(const Options& options) {
  Json body = {{"ground", options.ground}};
  message::put(body, "school", options.school);
  message::put(body, "note", options.note);
  message::put(body, "lost_pupil_upload", options.lost_pupil_upload);
  if (options.absence_days > 0) body["unexplained_absence_days"] = options.absence_days;
  if (options.school_exhausted) body["school_enquiries_exhausted"] = true;
  if (options.authority_exhausted) body["authority_enquiries_exhausted"] = true;
  show(options.caller, connect(options.caller).post_event(options.path(), "/removal", dump(body)), view_removal);
}

// A school does not see the case, only its removal.
void confirm_removal(const Options& options) {
  Json body = Json::object();
  message::put(body, "date", options.date);
  message::put(body, "note", options.note);
  show(options.caller, connect(options.caller).post_event(options.path() + "/removal", "/confirm", dump(body)),
       view_removal);
}

void show_removal(const Options& options) {
  show(options.caller, connect(options.caller).get(options.path() + "/removal"), view_removal);
}

void add_reading(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(parent, "list", "Your cases", options, list);
  command->add_option("--status", options->status, "Only open, located, closed or ended ones");
  command->add_flag("--overdue", options->is_overdue, "Only those with a clock that has run out");
  command->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 500))->capture_default_str();
  command->add_option("--after", options->after, "Goes on where the last list ended");
  command->footer("Example:\n  waymark case list --status open --overdue");

  options = std::make_shared<Options>();
  add_for_case(parent, "show", "One case: its status, who confirmed, and why it can't close yet", options, show_one)
      ->footer("Example:\n  waymark case show 019a7c6e-0000-7000-8000-000000000000");

  options = std::make_shared<Options>();
  add_for_case(parent, "timeline", "Everything that happened to a case", options, timeline)
      ->footer("Example:\n  waymark case timeline 019a7c6e-0000-7000-8000-000000000000");

  options = std::make_shared<Options>();
  command = add_for_case(parent, "looks", "Who has looked at the child of a case, the latest first", options, looks);
  command->add_flag("--others", options->only_others, "Leave out your own authority");
  command->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 500))->capture_default_str();
  command->add_option("--after", options->after, "Goes on where the last list ended");
  command->footer("Example:\n  waymark case looks 019a7c6e-0000-7000-8000-000000000000 --others");
}

void add_opening(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_command(parent, "open", "Open a case for a child", options, open);
  add_child_options(*command, options->child);
  command->add_option("--reason", options->reason, "Why the child is missing education");
  command->add_option("--note", options->note, "Anything else");
  command->add_option("--missing-since", options->missing_since, "First day missing, as 2026-11-02");
  command->add_option("--priority", options->priority, "routine, urgent or immediate");
  command->add_flag("--force", options->is_forced, "Open although a case that looks like this child is open");
  command->footer(
      "Example:\n  waymark case open --surname Hussain --forename Mohammed --dob 2014-05-03 \\\n    --school 3144001 "
      "--missing-since 2026-11-02 --reason 'Believed to have moved to another local authority'");
}

void add_ending(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_for_case(parent, "close", "Close a case that another authority has confirmed", options, close);
  command->add_option("--note", options->note, "Anything else");
  command->footer("Example:\n  waymark case close 019a7c6e-0000-7000-8000-000000000000");

  options = std::make_shared<Options>();
  command =
      add_for_case(parent, "end", "Ask to end a case without a confirmation; another officer approves", options, end);
  command
      ->add_option("--reason", options->reason,
                   "found_in_own_area, opened_in_error, over_compulsory_school_age, left_the_country or died")
      ->required();
  command->add_option("--evidence", options->evidence, "Reference of the evidence; left_the_country needs it");
  command->add_option("--note", options->note, "Anything else");
  command->footer("Example:\n  waymark case end 019a7c6e-... --reason opened_in_error --officer a.obi");

  options = std::make_shared<Options>();
  command = add_for_case(parent, "approve-end", "Approve the end that another officer asked for", options, approve_end);
  command->add_option("--note", options->note, "Anything else");
  command->footer("Example:\n  waymark case approve-end 019a7c6e-... --officer b.lane");

  options = std::make_shared<Options>();
  command = add_for_case(parent, "reopen", "Open a closed or ended case again", options, reopen);
  command->add_option("--reason", options->reason, "Why")->required();
  command->footer("Example:\n  waymark case reopen 019a7c6e-... --reason 'The school says she never came'");

  options = std::make_shared<Options>();
  command = add_for_case(parent, "dispute", "Dispute the confirmation of a located case", options, dispute);
  command->add_option("--reason", options->reason, "Why")->required();
  command->add_option("--confirmation", options->confirmation,
                      "Id of one confirmation; every standing one if left out");
  command->footer("Example:\n  waymark case dispute 019a7c6e-... --reason 'A different child of the same name'");
}

void add_removal(CLI::App& parent) {
  auto options = std::make_shared<Options>();
  CLI::App* command = add_for_case(parent, "permit-removal", "Permit the school to remove the child from roll", options,
                                   permit_removal);
  command->add_option("--ground", options->ground, "A to O of regulation 9(1)")->capture_default_str();
  command->add_option("--school", options->school, "LAESTAB; the child's last school if left out");
  command->add_option("--note", options->note, "Anything else");
  command->add_option("--absence-days", options->absence_days, "Ground I: school days of unexplained absence");
  command->add_flag("--school-exhausted", options->school_exhausted, "Ground I: the school's enquiries are exhausted");
  command->add_flag("--authority-exhausted", options->authority_exhausted, "Ground I: the authority's are too");
  command->add_option("--lost-pupil-upload", options->lost_pupil_upload, "Ground I: id of the lost-pupil upload");
  command->footer("Example:\n  waymark case permit-removal 019a7c6e-... --ground A");

  options = std::make_shared<Options>();
  command = add_for_case(parent, "confirm-removal", "As the school: confirm that the child was removed", options,
                         confirm_removal);
  command->add_option("--date", options->date, "Day of the removal; today if left out");
  command->add_option("--note", options->note, "Anything else");
  command->footer("Example:\n  waymark case confirm-removal 019a7c6e-... --date 2026-11-13 --cert school-3144001.pem");

  options = std::make_shared<Options>();
  add_for_case(parent, "removal", "How far the removal from roll is", options, show_removal)
      ->footer("Example:\n  waymark case removal 019a7c6e-...");
}

}  // namespace

void add_case_commands(CLI::App& app) {
  CLI::App* parent = app.add_subcommand("case", "Cases of children you look for");
  parent->require_subcommand(1);
  parent->footer("Example:\n  waymark case list --status open");
  add_opening(*parent);
  add_reading(*parent);
  add_ending(*parent);
  add_removal(*parent);
}

}  // namespace broker::client
