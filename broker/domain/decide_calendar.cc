#include "broker/domain/decide_calendar.h"

#include "broker/domain/imported_terms.h"
#include "broker/domain/schedule.h"

namespace broker::domain {
namespace {

using base::Date;
using base::refuse;
using base::Result;
using std::chrono::sys_days;

std::optional<Date> due_by(const Calendar& calendar, Date from, int days, const std::string& authority) {
  const auto counted = calendar.add_school_days(from, days, authority);
  return counted ? std::optional<Date>(counted->date) : std::nullopt;
}

// As many school days after `from` as `due` was by the calendar before. Nothing when it stays where it is.
std::optional<Date> moved_to(const RecountDays& command, Date from, Date due, const std::string& authority) {
  const auto days = command.before->school_days_between(from, due, authority);
  if (!days || days->days == 0) return std::nullopt;
  const auto now = due_by(*command.after, from, days->days, authority);
  return now == due ? std::nullopt : now;
}

void move_removal(const Case& record, const RecountDays& command, const Context& context, ClocksMoved& event) {
  const Removal& removal = record.removal;
  const auto reminder = next_deadline(record);
  if (!reminder) return;
  const Date reminded_on = base::date_in_england(*reminder);
  if (removal.transfer_due && removal.removed_on && *removal.transfer_due >= context.today) {
    event.transfer_due = moved_to(command, *removal.removed_on, *removal.transfer_due, record.owner);
  }
  if (event.transfer_due) {
    event.moved.push_back({"transfer_file", 0, removal.transfer_due, event.transfer_due});
    // The first reminder comes on that day.
    if (reminded_on == *removal.transfer_due) event.next_reminder = morning_of(*event.transfer_due);
  } else if (reminded_on > context.today && reminded_on != removal.transfer_due) {
    const auto now = moved_to(command, context.today, reminded_on, record.owner);
    if (!now) return;
    event.next_reminder = morning_of(*now);
    event.moved.push_back({"reminder", 0, reminded_on, now});
  }
}

// Of a case that nobody looks after any more, the clocks say nothing.
void move_clocks(const Case& record, const RecountDays& command, ClocksMoved& event) {
  if (!record.is_open_or_located()) return;
  const Date from = record.missing_since.value_or(base::date_in_england(record.opened));
  for (const ClockRule& rule : clock_rules()) {
    const auto before = due_by(*command.before, from, rule.days, record.owner);
    const auto after = due_by(*command.after, from, rule.days, record.owner);
    if (before != after) event.moved.push_back({std::string(rule.name), rule.days, before, after});
  }
}

std::vector<MovedDate> moved_dates(const Enquiry& enquiry, const std::vector<Deadline>& schedule) {
  std::vector<MovedDate> moved;
  for (const Deadline& now : schedule) {
    for (const Deadline& was : enquiry.schedule) {
      const bool is_same = was.kind == now.kind && was.days == now.days && was.fired == now.fired;
      if (!is_same || now.days == 0 || was.due == now.due) continue;
      moved.push_back({std::string(text_of(now.kind)), now.days, was.due, now.due});
    }
  }
  return moved;
}

}  // namespace

Result<std::vector<Event>> recount_days(const CaseFile& file, const Actor& by, const RecountDays& command,
                                        const Context& context) {
  if (by != broker_itself || file.record.id.empty()) return refuse(base::not_found());
  const auto counts_by_it = [&command](const std::string& authority) {
    return command.calendar == bank_holidays_calendar || command.calendar == authority;
  };
  std::vector<Event> events;
  for (const Enquiry& enquiry : file.enquiries) {
    if (!enquiry.is_open() || !counts_by_it(enquiry.to)) continue;
    std::vector<Deadline> schedule = recounted(*command.in_force, enquiry);
    if (schedule == enquiry.schedule) continue;
    std::vector<MovedDate> moved = moved_dates(enquiry, schedule);
    events.push_back({file.record.id, by, context.now,
                      EnquiryRescheduled{enquiry.id, command.calendar, std::move(moved), std::move(schedule)}});
  }
  if (command.before == nullptr || !counts_by_it(file.record.owner)) return events;
  ClocksMoved clocks{command.calendar, {}, std::nullopt, std::nullopt};
  move_clocks(file.record, command, clocks);
  move_removal(file.record, command, context, clocks);
  if (!clocks.moved.empty()) events.push_back({file.record.id, by, context.now, std::move(clocks)});
  return events;
}

}  // namespace broker::domain
