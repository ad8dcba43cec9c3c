#include "broker/message/state.h"

#include <functional>
#include <map>

#include "broker/base/ensure.h"
#include "broker/message/child_json.h"
#include "broker/message/kept.h"
#include "broker/message/state_json.h"

namespace broker::message {
namespace {

using namespace domain;

std::optional<base::Time> time_in(const Json& json, const char* name) {
  const std::string text = string_in(json, name);
  return text.empty() ? std::nullopt : base::parse_time(text);
}

base::Time required_time(const Json& json, const char* name) {
  const auto time = time_in(json, name);
  base::ensure(time.has_value());
  return *time;
}

base::Date required_date(const Json& json, const char* name) {
  const auto date = date_in(json, name);
  base::ensure(date.has_value());
  return *date;
}

Reply reply_from(const Json& json) {
  return Reply{.id = string_in(json, "id"),
               .answer = kept_answer(json),
               .time = required_time(json, "time"),
               .officer = string_in(json, "officer"),
               .confirmation_id = string_in(json, "confirmation_id"),
               .successor_case = string_in(json, "successor_case")};
}

Closure closure_from(const Json& json) {
  return Closure{.kind = choice_in<ClosureKind>(json, "kind"),
                 .by = {string_in(json, "by"), string_in(json, "officer"), ""},
                 .time = required_time(json, "time"),
                 .confirmation_id = string_in(json, "confirmation_id"),
                 .successor_case = string_in(json, "successor_case")};
}

Ending ending_from(const Json& json) {
  return Ending{.reason = choice_in<EndReason>(json, "reason"),
                .evidence = string_in(json, "evidence"),
                .note = string_in(json, "note"),
                .requested_by = string_in(json, "requested_by"),
                .requested = required_time(json, "requested"),
                .approved_by = string_in(json, "approved_by"),
                .approved = time_in(json, "approved")};
}

int integer_in(const Json& json, const char* name) {
  return json.value(name, 0);
}

Contact contact_from(const Json& json) {
  return {string_in(json, "name"), string_in(json, "phone"), string_in(json, "email")};
}

std::vector<Deadline> schedule_from(const Json& json) {
  std::vector<Deadline> schedule;
  for (const Json& one : json.value("schedule", Json::array())) {
    schedule.push_back({choice_in<DeadlineKind>(one, "name"), integer_in(one, "days"), required_date(one, "due"),
                        required_time(one, "at"), time_in(one, "fired")});
  }
  return schedule;
}

std::vector<Pause> pauses_from(const Json& json) {
  std::vector<Pause> pauses;
  for (const Json& one : json.value("pauses", Json::array())) {
    pauses.push_back({required_time(one, "from"), required_time(one, "until")});
  }
  return pauses;
}

std::vector<MovedDate> moved_from(const Json& json) {
  std::vector<MovedDate> moved;
  for (const Json& one : json.value("moved", Json::array())) {
    moved.push_back({string_in(one, "what"), integer_in(one, "days"), date_in(one, "before"), date_in(one, "after")});
  }
  return moved;
}

Absence absence_from(const Json& json) {
  return {string_in(json, "school"), required_date(json, "left_on"), string_in(json, "upload_id"),
          required_time(json, "reported")};
}

std::optional<EarlyRemoval> early_removal_in(const Json& json) {
  if (!json.contains("removed_too_early")) return std::nullopt;
  const Json& early = json.at("removed_too_early");
  return EarlyRemoval{string_in(early, "school"), required_date(early, "removed_on"), string_in(early, "upload_id"),
                      required_time(early, "found")};
}

Check check_from(const Json& json) {
  return {choice_in<CheckKind>(json, "kind"), choice_in<CheckResult>(json, "result"),
          required_date(json, "made"),        string_in(json, "note"),
          string_in(json, "officer"),         required_time(json, "time")};
}

Removal removal_from(const Json& json) {
  return Removal{.status = choice_in<RemovalStatus>(json, "status"),
                 .ground = string_in(json, "ground").empty() ? 'A' : string_in(json, "ground").front(),
                 .school = string_in(json, "school"),
                 .permitted_by = string_in(json, "permitted_by"),
                 .permitted = time_in(json, "permitted"),
                 .note = string_in(json, "note"),
                 .confirmed_by = string_in(json, "confirmed_by"),
                 .confirmed = time_in(json, "confirmed"),
                 .removed_on = date_in(json, "removed_on"),
                 .reminders = integer_in(json, "reminders"),
                 .next_reminder = time_in(json, "next_reminder"),
                 .transfer_due = date_in(json, "transfer_due"),
                 .transfer_sent = time_in(json, "transfer_sent"),
                 .early = early_removal_in(json)};
}

}  // namespace

Confirmation confirmation_from(const Json& json) {
  return Confirmation{.id = string_in(json, "id"),
                      .authority = string_in(json, "authority"),
                      .officer = string_in(json, "officer"),
                      .enquiry_id = string_in(json, "enquiry_id"),
                      .outcome = choice_in<Outcome>(json, "outcome"),
                      .location = kept_location(json.at("location")),
                      .time = required_time(json, "time"),
                      .state = choice_in<ConfirmationState>(json, "state"),
                      .state_reason = string_in(json, "state_reason")};
}

Case case_from(const Json& json) {
  Case record;
  record.id = string_in(json, "id");
  record.reference = string_in(json, "reference");
  record.owner = string_in(json, "owner");
  record.chain = string_in(json, "chain");
  record.predecessor = string_in(json, "predecessor");
  record.status = choice_in<CaseStatus>(json, "status");
  record.child = kept_pupil(json.at("child"));
  record.reason = string_in(json, "reason");
  record.note = string_in(json, "note");
  record.missing_since = date_in(json, "missing_since");
  if (json.contains("absence")) record.absence = absence_from(json.at("absence"));
  record.priority = choice_in<Priority>(json, "priority");
  record.opened_by = string_in(json, "opened_by");
  record.assigned_to = string_in(json, "assigned_to");
  record.opened = required_time(json, "opened");
  for (const Json& one : json.value("confirmations", Json::array()))
    record.confirmations.push_back(confirmation_from(one));
  if (json.contains("closure")) record.closure = closure_from(json.at("closure"));
  if (json.contains("ending")) record.ending = ending_from(json.at("ending"));
  if (json.contains("removal")) record.removal = removal_from(json.at("removal"));
  for (const Json& one : json.value("checks", Json::array())) record.checks.push_back(check_from(one));
  record.asked = json.value("asked", std::set<std::string>());
  record.matched = json.value("matched", std::set<std::string>());
  record.sequence = json.value("sequence", int64_t{0});
  record.version = json.value("version", int64_t{0});
  return record;
}

Enquiry enquiry_from(const Json& json) {
  Enquiry enquiry{.id = string_in(json, "id"),
                  .case_id = string_in(json, "case_id"),
                  .from = string_in(json, "from"),
                  .to = string_in(json, "to"),
                  .kind = choice_in<EnquiryKind>(json, "kind"),
                  .priority = choice_in<Priority>(json, "priority"),
                  .status = choice_in<EnquiryStatus>(json, "status"),
                  .message = string_in(json, "message"),
                  .opened_by = string_in(json, "opened_by"),
                  .opened = required_time(json, "opened"),
                  .acknowledge_due = required_date(json, "acknowledge_due"),
                  .due = required_date(json, "due"),
                  .acknowledged = time_in(json, "acknowledged"),
                  .schedule = schedule_from(json),
                  .clock_stopped = time_in(json, "clock_stopped"),
                  .pauses = pauses_from(json),
                  .information = string_in(json, "information"),
                  .withdrawn_reason = string_in(json, "withdrawn_reason"),
                  .version = json.value("version", int64_t{0})};
  if (json.contains("address")) enquiry.address = kept_address(json.at("address"));
  for (const Json& one : json.value("replies", Json::array())) enquiry.replies.push_back(reply_from(one));
  return enquiry;
}

std::string encode_case_state(const Case& record) {
  return case_text(record);
}
Case decode_case_state(std::string_view text) {
  return case_from(parse_own(text));
}
std::string encode_enquiry_state(const Enquiry& enquiry) {
  return enquiry_text(enquiry);
}
Enquiry decode_enquiry_state(std::string_view text) {
  return enquiry_from(parse_own(text));
}
std::string encode_pupil(const matcher::PupilRecord& record) {
  return child_text(record);
}
matcher::PupilRecord decode_pupil(std::string_view text) {
  return kept_pupil(parse_own(text));
}

EventBody decode_event(std::string_view type, std::string_view text) {
  const Json json = parse_own(text);
  static const std::map<std::string_view, std::function<EventBody(const Json&)>> readers = {
      {"case.opened", [](const Json& j) { return CaseOpened{case_from(j.at("case"))}; }},
      {"enquiry.opened", [](const Json& j) { return EnquiryOpened{enquiry_from(j.at("enquiry"))}; }},
      {"enquiry.acknowledged", [](const Json& j) { return EnquiryAcknowledged{string_in(j, "enquiry_id")}; }},
      {"enquiry.replied",
       [](const Json& j) { return EnquiryReplied{string_in(j, "enquiry_id"), reply_from(j.at("reply"))}; }},
      {"enquiry.information",
       [](const Json& j) {
         return InformationAdded{string_in(j, "enquiry_id"), string_in(j, "information"), schedule_from(j)};
       }},
      {"enquiry.withdrawn",
       [](const Json& j) { return EnquiryWithdrawn{string_in(j, "enquiry_id"), string_in(j, "reason")}; }},
      {"location.confirmed", [](const Json& j) { return LocationConfirmed{confirmation_from(j.at("confirmation"))}; }},
      {"location.retracted",
       [](const Json& j) { return LocationRetracted{string_in(j, "confirmation_id"), string_in(j, "reason")}; }},
      {"location.disputed",
       [](const Json& j) {
         return LocationDisputed{j.at("confirmation_ids").get<std::vector<std::string>>(), string_in(j, "reason")};
       }},
      {"handover.accepted",
       [](const Json& j) { return HandoverAccepted{string_in(j, "successor_case"), string_in(j, "enquiry_id")}; }},
      {"case.closed", [](const Json& j) { return CaseClosed{string_in(j, "confirmation_id")}; }},
      {"case.end_requested",
       [](const Json& j) {
         return EndRequested{choice_in<EndReason>(j, "reason"), string_in(j, "evidence"), string_in(j, "note")};
       }},
      {"case.ended", [](const Json&) { return CaseEnded{}; }},
      {"case.reopened", [](const Json& j) { return CaseReopened{string_in(j, "reason")}; }},
      {"case.assigned", [](const Json& j) { return CaseAssigned{string_in(j, "officer")}; }},
      {"check.recorded", [](const Json& j) { return CheckRecorded{check_from(j)}; }},
      {"match.found", [](const Json& j) { return MatchFound{string_in(j, "match_id"), string_in(j, "authority")}; }},
      {"removal.permitted",
       [](const Json& j) {
         return RemovalPermitted{string_in(j, "ground").front(), string_in(j, "school"), string_in(j, "note"),
                                 time_in(j, "next_reminder")};
       }},
      {"removal.confirmed",
       [](const Json& j) {
         return RemovalConfirmed{required_date(j, "removed_on"), string_in(j, "note"), date_in(j, "transfer_due"),
                                 time_in(j, "next_reminder")};
       }},
      {"removal.too_early",
       [](const Json& j) {
         return RemovalFoundEarly{string_in(j, "school"), required_date(j, "removed_on"), string_in(j, "upload_id")};
       }},
      {"transfer.sent", [](const Json& j) { return TransferSent{string_in(j, "transfer_id")}; }},
      {"enquiry.reminder",
       [](const Json& j) {
         return EnquiryReminded{string_in(j, "enquiry_id"), choice_in<DeadlineKind>(j, "deadline"),
                                integer_in(j, "days"), required_date(j, "due")};
       }},
      {"enquiry.escalated",
       [](const Json& j) {
         return EnquiryEscalated{string_in(j, "enquiry_id"), choice_in<DeadlineKind>(j, "deadline"),
                                 integer_in(j, "days"), required_date(j, "due"), contact_from(j.at("contact"))};
       }},
      {"removal.reminder",
       [](const Json& j) { return RemovalReminded{integer_in(j, "number"), required_time(j, "next")}; }},
      {"transfer.reminder",
       [](const Json& j) { return TransferReminded{integer_in(j, "number"), required_time(j, "next")}; }},
      {"message.expired",
       [](const Json& j) {
         return MessageExpired{string_in(j, "message_id"), string_in(j, "message_type"), string_in(j, "sender"),
                               string_in(j, "recipient"), required_time(j, "sent")};
       }},
      {"absence.reported",
       [](const Json& j) {
         return AbsenceReported{string_in(j, "school"), required_date(j, "left_on"), string_in(j, "upload_id")};
       }},
      {"enquiry.rescheduled",
       [](const Json& j) {
         return EnquiryRescheduled{string_in(j, "enquiry_id"), string_in(j, "calendar"), moved_from(j),
                                   schedule_from(j)};
       }},
      {"case.clocks_moved",
       [](const Json& j) {
         return ClocksMoved{string_in(j, "calendar"), moved_from(j), date_in(j, "transfer_due"),
                            time_in(j, "next_reminder")};
       }},
  };
  const auto reader = readers.find(type);
  base::ensure(reader != readers.end());
  return reader->second(json);
}

}  // namespace broker::message
