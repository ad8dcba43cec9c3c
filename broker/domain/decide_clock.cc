#include "broker/domain/decide_clock.h"

#include "broker/domain/schedule.h"

namespace broker::domain {
namespace {

using base::refuse;
using base::Result;

// Whom an enquiry goes to when it is not dealt with, the nearest to the purpose first.
Contact contact_for(DeadlineKind kind, const Settings& settings) {
  const Contact& meant = kind == DeadlineKind::out_of_hours ? settings.out_of_hours : settings.cme_lead;
  return meant.is_empty() ? settings.contact : meant;
}

EventBody fired(const Enquiry& enquiry, const Deadline& deadline, const Context& context) {
  if (deadline.kind != DeadlineKind::escalation && deadline.kind != DeadlineKind::out_of_hours) {
    return EnquiryReminded{enquiry.id, deadline.kind, deadline.days, deadline.due};
  }
  return EnquiryEscalated{enquiry.id, deadline.kind, deadline.days, deadline.due,
                          contact_for(deadline.kind, context.settings(enquiry.to))};
}

}  // namespace

Result<std::vector<Event>> run_enquiry_clock(const CaseFile& file, const Actor& by, const RunEnquiryClock& command,
                                             const Context& context) {
  const Enquiry* enquiry = file.enquiry(command.enquiry_id);
  if (by != broker_itself || enquiry == nullptr) return refuse(base::not_found());
  std::vector<Event> events;
  for (const Deadline& deadline : enquiry->schedule) {
    if (deadline.at > context.now || !is_awaited(*enquiry, deadline)) continue;
    events.push_back({file.record.id, by, context.now, fired(*enquiry, deadline, context)});
  }
  return events;
}

Result<std::vector<Event>> run_case_clock(const Case& record, const Actor& by, const Context& context) {
  if (by != broker_itself || record.id.empty()) return refuse(base::not_found());
  const auto due = next_deadline(record);
  if (!due || *due > context.now) return std::vector<Event>{};
  const int pause = context.settings(record.owner).removal_reminder_school_days;
  const base::Time next = morning_after_school_days(*context.calendar, context.today, pause, record.owner);
  const int number = record.removal.reminders + 1;
  if (record.removal.status == RemovalStatus::permitted) {
    return std::vector<Event>{{record.id, by, context.now, RemovalReminded{number, next}}};
  }
  return std::vector<Event>{{record.id, by, context.now, TransferReminded{number, next}}};
}

Result<std::vector<Event>> report_uncollected(const Case& record, const Actor& by, const ReportUncollected& command,
                                              const Context& context) {
  if (by != broker_itself || record.id.empty()) return refuse(base::not_found());
  return std::vector<Event>{{record.id, by, context.now, command.message}};
}

}  // namespace broker::domain
