#include "broker/domain/decide_removal.h"

#include <algorithm>

#include "broker/domain/decide_case.h"
#include "broker/domain/reference/removal_grounds.h"
#include "broker/domain/schedule.h"

namespace broker::domain {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;

constexpr int ground_i_absence_days = 20;  // reg. 9(1)(i): continuously absent for not less than 20 school days

// What ground I still needs, in words; empty when it has all.
std::string missing_of_ground_i(const PermitRemoval& command) {
  // Leave not granted, reason not yet established, other unauthorised absence.
  const auto counts = [](char code) { return code == 'G' || code == 'N' || code == 'O'; };
  if (command.unexplained_absence_days < ground_i_absence_days) return "20 school days of unexplained absence";
  if (!std::ranges::all_of(command.absence_codes, counts)) return "20 school days that are all coded G, N or O";
  if (command.has_unavoidable_cause) return "no reason to believe in sickness or another unavoidable cause";
  if (!command.school_enquiries_exhausted) return "the school's enquiries recorded as exhausted";
  if (!command.authority_enquiries_exhausted) return "the authority's enquiries recorded as exhausted";
  if (!command.lost_pupil_upload_done) return "the lost-pupil upload";
  return {};
}

bool is_too_early(const Removal& removal, base::Date removed_on) {
  return removal.status == RemovalStatus::not_permitted || removed_on < base::date_in_england(*removal.permitted);
}

const std::string& removing_school(const Case& record) {
  return record.removal.status == RemovalStatus::not_permitted ? record.child.school.laestab : record.removal.school;
}

}  // namespace

Result<std::vector<Event>> decide_permit_removal(const Case& record, const Actor& by, const PermitRemoval& command,
                                                 const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (record.removal.status != RemovalStatus::not_permitted) {
    return refuse(problem(ProblemType::removal_already_permitted, "Removal from roll was permitted already."));
  }
  if (reference::removal_ground(command.ground, context.today) == nullptr) {
    return refuse(base::invalid_field("/ground", "a ground is a letter from A to O that is in force today"));
  }
  const std::string school = command.school.empty() ? record.child.school.laestab : command.school;
  if (school.empty()) return refuse(base::invalid_field("/school", "the case names no school; say which one removes"));
  if (command.ground == 'A' && record.standing_confirmation() == nullptr) {
    return refuse(problem(ProblemType::removal_not_permitted,
                          "Ground A needs another authority's standing confirmation of the child's new school."));
  }
  if (command.ground == 'I') {
    const std::string missing = missing_of_ground_i(command);
    if (!missing.empty()) return refuse(problem(ProblemType::removal_not_permitted, "Ground I needs " + missing + "."));
  }
  const int pause = context.settings(record.owner).removal_reminder_school_days;
  const base::Time reminder = morning_after_school_days(*context.calendar, context.today, pause, record.owner);
  return std::vector<Event>{
      {record.id, by, context.now, RemovalPermitted{command.ground, school, command.note, reminder}}};
}

Result<std::vector<Event>> decide_confirm_removal(const Case& record, const Actor& by, const ConfirmRemoval& command,
                                                  const Context& context) {
  const bool is_owner = by.school.empty() && by.authority == record.owner;
  if (is_owner) {
    return refuse(problem(ProblemType::not_permitted, "The school itself confirms the removal, in writing."));
  }
  if (by.school.empty() || by.school != removing_school(record)) return refuse(base::not_found());
  if (record.removal.status == RemovalStatus::not_permitted) {
    return refuse(problem(ProblemType::removal_not_permitted, "The authority has not permitted the removal."));
  }
  if (record.removal.status == RemovalStatus::confirmed) {
    return refuse(problem(ProblemType::conflict, "The removal was confirmed already."));
  }
  if (command.removed_on > context.today) {
    return refuse(base::invalid_field("/date", "a removal is confirmed once it has happened"));
  }
  RemovalConfirmed confirmed{command.removed_on, command.note, std::nullopt, std::nullopt};
  const auto* ground =
      reference::removal_ground(record.removal.ground, base::date_in_england(*record.removal.permitted));
  if (ground == nullptr || ground->needs_transfer) {
    const int days = context.settings(record.owner).transfer_school_days;
    confirmed.next_reminder = morning_after_school_days(*context.calendar, command.removed_on, days, record.owner);
    confirmed.transfer_due = base::date_in_england(*confirmed.next_reminder);
  }
  std::vector<Event> events{{record.id, by, context.now, std::move(confirmed)}};
  if (is_too_early(record.removal, command.removed_on) && !record.removal.early) {
    events.push_back({record.id, by, context.now, RemovalFoundEarly{by.school, command.removed_on, ""}});
  }
  return events;
}

Result<std::vector<Event>> decide_report_removal(const Case& record, const Actor& by, const ReportRemoval& command,
                                                 const Context& context) {
  if (by.school.empty() || by.school != removing_school(record)) return refuse(base::not_found());
  std::vector<Event> events;
  const bool is_news = record.is_open_or_located() && !record.removal.early && command.removed_on <= context.today;
  if (is_news && is_too_early(record.removal, command.removed_on)) {
    events.push_back({record.id, by, context.now, RemovalFoundEarly{by.school, command.removed_on, command.source}});
  }
  return events;
}

Result<std::vector<Event>> decide_report_absence(const Case& record, const Actor& by, const ReportAbsence& command,
                                                 const Context& context) {
  const bool is_its_school = !by.school.empty() && by.school == removing_school(record);
  const bool is_owner = by.school.empty() && by.authority == record.owner;
  if (!is_its_school && !is_owner) return refuse(base::not_found());
  const std::string& school = is_its_school ? by.school : command.school;
  const bool is_known =
      record.absence && record.absence->school == school && record.absence->left_on == command.left_on;
  if (is_known || !record.is_open_or_located() || command.left_on > context.today) return std::vector<Event>{};
  return std::vector<Event>{{record.id, by, context.now, AbsenceReported{school, command.left_on, command.source}}};
}

Result<std::vector<Event>> decide_send_transfer(const Case& record, const Actor& by, const SendTransfer& command,
                                                const Context& context) {
  if (by.school.empty() || by.school != removing_school(record)) return refuse(base::not_found());
  if (record.removal.status != RemovalStatus::confirmed || record.removal.transfer_sent) return std::vector<Event>{};
  return std::vector<Event>{{record.id, by, context.now, TransferSent{command.transfer_id}}};
}

}  // namespace broker::domain
