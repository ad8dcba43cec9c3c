#include <algorithm>

#include "broker/base/ensure.h"
#include "broker/domain/event.h"

namespace broker::domain {
namespace {

using base::ensure;

// Finds the enquiry or confirmation that an event names; an event names only what there is.
Enquiry& enquiry_named(CaseFile& file, const std::string& id) {
  const auto found =
      std::find_if(file.enquiries.begin(), file.enquiries.end(), [&](const Enquiry& one) { return one.id == id; });
  ensure(found != file.enquiries.end());
  return *found;
}

// For a change by one of its parties.
Enquiry& enquiry_in(CaseFile& file, const std::string& id) {
  Enquiry& enquiry = enquiry_named(file, id);
  ++enquiry.version;
  return enquiry;
}

// The deadline has been acted on. Several of one kind are told apart by their days.
void mark_fired(Enquiry& enquiry, DeadlineKind kind, int days, base::Date due, base::Time now) {
  for (Deadline& deadline : enquiry.schedule) {
    if (deadline.fired || deadline.kind != kind || deadline.days != days || deadline.due != due) continue;
    deadline.fired = now;
    return;
  }
}

// The answering authority has promised the next answer for this day; an older promise counts no more.
void promise(Enquiry& enquiry, base::Date day) {
  std::erase_if(enquiry.schedule,
                [](const Deadline& one) { return one.kind == DeadlineKind::next_date && !one.fired; });
  const base::Date next(std::chrono::sys_days(day) + std::chrono::days(1));
  enquiry.schedule.push_back({DeadlineKind::next_date, 0, day, base::start_of_day_in_england(next), std::nullopt});
}

void follow_schedule(Enquiry& enquiry, const std::vector<Deadline>& schedule) {
  enquiry.schedule = schedule;
  for (const Deadline& deadline : enquiry.schedule) {
    if (deadline.kind == DeadlineKind::acknowledge) enquiry.acknowledge_due = deadline.due;
    if (deadline.kind == DeadlineKind::answer) enquiry.due = deadline.due;
  }
}

Confirmation& confirmation_in(Case& record, const std::string& id) {
  const auto found = std::find_if(record.confirmations.begin(), record.confirmations.end(),
                                  [&](const Confirmation& one) { return one.id == id; });
  ensure(found != record.confirmations.end());
  return *found;
}

// An open case is located exactly while a confirmation stands; closed and ended ones are not moved by confirmations.
void settle_status(Case& record) {
  if (!record.is_open_or_located()) return;
  record.status = record.standing_confirmation() != nullptr ? CaseStatus::located : CaseStatus::open;
}

void apply_to(CaseFile& file, const Event& event, const CaseOpened& body) {
  ensure(file.record.id.empty() && body.record.id == event.case_id);
  file.record = body.record;
}

void apply_to(CaseFile& file, const Event&, const EnquiryOpened& body) {
  ensure(file.record.is_open_or_located() && body.enquiry.to != file.record.owner);
  file.enquiries.push_back(body.enquiry);
  file.enquiries.back().version = 1;
  file.record.asked.insert(body.enquiry.to);
}

void apply_to(CaseFile& file, const Event& event, const EnquiryAcknowledged& body) {
  Enquiry& enquiry = enquiry_in(file, body.enquiry_id);
  ensure(enquiry.is_open());
  if (enquiry.status == EnquiryStatus::sent) enquiry.status = EnquiryStatus::acknowledged;
  enquiry.acknowledged = event.time;
}

void apply_to(CaseFile& file, const Event& event, const EnquiryReplied& body) {
  Enquiry& enquiry = enquiry_in(file, body.enquiry_id);
  ensure(enquiry.is_open());
  const Outcome outcome = body.reply.answer.outcome;
  if (!enquiry.acknowledged) enquiry.acknowledged = event.time;
  enquiry.replies.push_back(body.reply);
  if (is_final(outcome)) {
    enquiry.status = EnquiryStatus::answered;
  } else if (outcome == Outcome::information_needed) {
    if (enquiry.status != EnquiryStatus::waiting_for_information) enquiry.clock_stopped = event.time;
    enquiry.status = EnquiryStatus::waiting_for_information;
  } else if (enquiry.status != EnquiryStatus::waiting_for_information) {
    // Only what its sender adds lets a clock that stands run on.
    enquiry.status = EnquiryStatus::acknowledged;
  }
  const auto& next_date = body.reply.answer.next_date;
  if (enquiry.is_open() && next_date && *next_date >= base::date_in_england(event.time)) promise(enquiry, *next_date);
}

void apply_to(CaseFile& file, const Event& event, const InformationAdded& body) {
  Enquiry& enquiry = enquiry_in(file, body.enquiry_id);
  enquiry.information = body.information;
  if (enquiry.status != EnquiryStatus::waiting_for_information) return;
  enquiry.status = EnquiryStatus::acknowledged;
  if (enquiry.clock_stopped) enquiry.pauses.push_back({*enquiry.clock_stopped, event.time});
  enquiry.clock_stopped.reset();
  if (!body.schedule.empty()) follow_schedule(enquiry, body.schedule);
}

void apply_to(CaseFile& file, const Event& event, const EnquiryReminded& body) {
  mark_fired(enquiry_named(file, body.enquiry_id), body.deadline, body.days, body.due, event.time);
}

void apply_to(CaseFile& file, const Event& event, const EnquiryEscalated& body) {
  mark_fired(enquiry_named(file, body.enquiry_id), body.deadline, body.days, body.due, event.time);
}

void apply_to(CaseFile& file, const Event&, const EnquiryWithdrawn& body) {
  Enquiry& enquiry = enquiry_in(file, body.enquiry_id);
  ensure(enquiry.is_open());
  enquiry.status = EnquiryStatus::withdrawn;
  enquiry.withdrawn_reason = body.reason;
}

void apply_to(CaseFile& file, const Event& event, const LocationConfirmed& body) {
  ensure(event.by.authority != file.record.owner && body.confirmation.authority == event.by.authority);
  file.record.confirmations.push_back(body.confirmation);
  settle_status(file.record);
}

void apply_to(CaseFile& file, const Event& event, const LocationRetracted& body) {
  Confirmation& confirmation = confirmation_in(file.record, body.confirmation_id);
  ensure(confirmation.is_standing() && confirmation.authority == event.by.authority);
  confirmation.state = ConfirmationState::retracted;
  confirmation.state_reason = body.reason;
  settle_status(file.record);
}

void apply_to(CaseFile& file, const Event&, const LocationDisputed& body) {
  for (const std::string& id : body.confirmation_ids) {
    Confirmation& confirmation = confirmation_in(file.record, id);
    ensure(confirmation.is_standing());
    confirmation.state = ConfirmationState::disputed;
    confirmation.state_reason = body.reason;
  }
  settle_status(file.record);
}

void apply_to(CaseFile& file, const Event& event, const HandoverAccepted& body) {
  ensure(file.record.status == CaseStatus::open && event.by.authority != file.record.owner);
  file.record.status = CaseStatus::closed;
  file.record.closure = Closure{ClosureKind::handed_over, event.by, event.time, "", body.successor_case};
}

void apply_to(CaseFile& file, const Event& event, const CaseClosed& body) {
  const Confirmation& confirmation = confirmation_in(file.record, body.confirmation_id);
  ensure(file.record.status == CaseStatus::located && confirmation.is_standing());
  ensure(confirmation.authority != file.record.owner);
  file.record.status = CaseStatus::closed;
  file.record.closure = Closure{ClosureKind::confirmed, event.by, event.time, body.confirmation_id, ""};
}

void apply_to(CaseFile& file, const Event& event, const EndRequested& body) {
  ensure(file.record.is_open_or_located());
  file.record.ending = Ending{body.reason, body.evidence, body.note, event.by.officer, event.time, "", std::nullopt};
}

void apply_to(CaseFile& file, const Event& event, const CaseEnded&) {
  ensure(file.record.is_open_or_located() && file.record.ending.has_value());
  ensure(file.record.ending->requested_by != event.by.officer);
  file.record.status = CaseStatus::ended;
  file.record.ending->approved_by = event.by.officer;
  file.record.ending->approved = event.time;
}

void apply_to(CaseFile& file, const Event&, const CaseReopened& body) {
  ensure(!file.record.is_open_or_located());
  file.record.status = CaseStatus::open;
  file.record.closure.reset();
  file.record.ending.reset();
  // What closed it last time can't close it again: it takes a new confirmation.
  for (Confirmation& confirmation : file.record.confirmations) {
    if (!confirmation.is_standing()) continue;
    confirmation.state = ConfirmationState::set_aside;
    confirmation.state_reason = body.reason;
  }
}

void apply_to(CaseFile& file, const Event&, const CaseAssigned& body) {
  file.record.assigned_to = body.officer;
}

void apply_to(CaseFile& file, const Event&, const CheckRecorded& body) {
  file.record.checks.push_back(body.check);
}

void apply_to(CaseFile& file, const Event&, const MatchFound& body) {
  file.record.matched.insert(body.authority);
}

void apply_to(CaseFile& file, const Event& event, const RemovalPermitted& body) {
  ensure(file.record.removal.status == RemovalStatus::not_permitted);
  Removal& removal = file.record.removal;
  removal.status = RemovalStatus::permitted;
  removal.ground = body.ground;
  removal.school = body.school;
  removal.note = body.note;
  removal.permitted_by = event.by.officer;
  removal.permitted = event.time;
  removal.next_reminder = body.next_reminder;
}

void apply_to(CaseFile& file, const Event& event, const RemovalConfirmed& body) {
  ensure(file.record.removal.status == RemovalStatus::permitted);
  Removal& removal = file.record.removal;
  removal.status = RemovalStatus::confirmed;
  removal.confirmed_by = event.by.officer;
  removal.confirmed = event.time;
  removal.removed_on = body.removed_on;
  removal.reminders = 0;
  removal.transfer_due = body.transfer_due;
  removal.next_reminder = body.next_reminder;
}

void apply_to(CaseFile& file, const Event& event, const RemovalFoundEarly& body) {
  ensure(!file.record.removal.early);
  file.record.removal.early = EarlyRemoval{body.school, body.removed_on, body.source, event.time};
}

void apply_to(CaseFile& file, const Event& event, const TransferSent&) {
  ensure(file.record.removal.status == RemovalStatus::confirmed);
  file.record.removal.transfer_sent = event.time;
  file.record.removal.next_reminder.reset();
}

void apply_to(CaseFile& file, const Event&, const RemovalReminded& body) {
  file.record.removal.reminders = body.number;
  file.record.removal.next_reminder = body.next;
}

void apply_to(CaseFile& file, const Event&, const TransferReminded& body) {
  file.record.removal.reminders = body.number;
  file.record.removal.next_reminder = body.next;
}

void apply_to(CaseFile&, const Event&, const MessageExpired&) {}

void apply_to(CaseFile& file, const Event&, const EnquiryRescheduled& body) {
  follow_schedule(enquiry_named(file, body.enquiry_id), body.schedule);
}

void apply_to(CaseFile& file, const Event&, const ClocksMoved& body) {
  if (body.transfer_due) file.record.removal.transfer_due = body.transfer_due;
  if (body.next_reminder) file.record.removal.next_reminder = body.next_reminder;
}

void apply_to(CaseFile& file, const Event& event, const AbsenceReported& body) {
  file.record.absence = Absence{body.school, body.left_on, body.source, event.time};
  const base::Date first_missing(std::chrono::sys_days(body.left_on) + std::chrono::days(1));
  if (!file.record.missing_since) file.record.missing_since = first_missing;
}

struct TypeName {
  std::string_view operator()(const CaseOpened&) const { return "case.opened"; }
  std::string_view operator()(const EnquiryOpened&) const { return "enquiry.opened"; }
  std::string_view operator()(const EnquiryAcknowledged&) const { return "enquiry.acknowledged"; }
  std::string_view operator()(const EnquiryReplied&) const { return "enquiry.replied"; }
  std::string_view operator()(const InformationAdded&) const { return "enquiry.information"; }
  std::string_view operator()(const EnquiryWithdrawn&) const { return "enquiry.withdrawn"; }
  std::string_view operator()(const LocationConfirmed&) const { return "location.confirmed"; }
  std::string_view operator()(const LocationRetracted&) const { return "location.retracted"; }
  std::string_view operator()(const LocationDisputed&) const { return "location.disputed"; }
  std::string_view operator()(const HandoverAccepted&) const { return "handover.accepted"; }
  std::string_view operator()(const CaseClosed&) const { return "case.closed"; }
  std::string_view operator()(const EndRequested&) const { return "case.end_requested"; }
  std::string_view operator()(const CaseEnded&) const { return "case.ended"; }
  std::string_view operator()(const CaseReopened&) const { return "case.reopened"; }
  std::string_view operator()(const CaseAssigned&) const { return "case.assigned"; }
  std::string_view operator()(const CheckRecorded&) const { return "check.recorded"; }
  std::string_view operator()(const MatchFound&) const { return "match.found"; }
  std::string_view operator()(const RemovalPermitted&) const { return "removal.permitted"; }
  std::string_view operator()(const RemovalConfirmed&) const { return "removal.confirmed"; }
  std::string_view operator()(const RemovalFoundEarly&) const { return "removal.too_early"; }
  std::string_view operator()(const TransferSent&) const { return "transfer.sent"; }
  std::string_view operator()(const EnquiryReminded&) const { return "enquiry.reminder"; }
  std::string_view operator()(const EnquiryEscalated&) const { return "enquiry.escalated"; }
  std::string_view operator()(const RemovalReminded&) const { return "removal.reminder"; }
  std::string_view operator()(const TransferReminded&) const { return "transfer.reminder"; }
  std::string_view operator()(const MessageExpired&) const { return "message.expired"; }
  std::string_view operator()(const EnquiryRescheduled&) const { return "enquiry.rescheduled"; }
  std::string_view operator()(const ClocksMoved&) const { return "case.clocks_moved"; }
  std::string_view operator()(const AbsenceReported&) const { return "absence.reported"; }
};

}  // namespace

std::string_view type_of(const EventBody& body) {
  return std::visit(TypeName{}, body);
}

bool happens_of_itself(const EventBody& body) {
  return std::visit(
      []<typename Body>(const Body&) {
        return std::is_same_v<Body, MatchFound> || std::is_same_v<Body, EnquiryReminded> ||
               std::is_same_v<Body, EnquiryEscalated> || std::is_same_v<Body, RemovalReminded> ||
               std::is_same_v<Body, TransferReminded> || std::is_same_v<Body, MessageExpired> ||
               std::is_same_v<Body, RemovalFoundEarly> || std::is_same_v<Body, TransferSent> ||
               std::is_same_v<Body, AbsenceReported> || std::is_same_v<Body, CheckRecorded> || std::is_same_v<Body, CaseAssigned> ||
               std::is_same_v<Body, EnquiryRescheduled> || std::is_same_v<Body, ClocksMoved>;
      },
      body);
}

CaseFile apply(CaseFile file, const Event& event) {
  std::visit([&](const auto& body) { apply_to(file, event, body); }, event.body);
  ++file.record.sequence;
  if (!happens_of_itself(event.body)) ++file.record.version;
  return file;
}

}  // namespace broker::domain
