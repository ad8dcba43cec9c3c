#include "broker/domain/schedule.h"

#include <algorithm>
#include <tuple>

namespace broker::domain {
namespace {

using namespace std::chrono;
using base::Date;

// Officers find reminders when their day begins; what is late is late when the day has ended.
constexpr hours morning{7};

Date plain(Date from, int n) {
  return Date(sys_days(from) + days(n + 2 * (n / 5 + 1)));
}

Date working_days_after(const Calendar& calendar, Date from, int n) {
  const auto date = calendar.add_working_days(from, n);
  return date ? *date : plain(from, n);
}

Date school_days_after(const Calendar& calendar, Date from, int n, const std::string& authority) {
  const auto date = calendar.add_school_days(from, n, authority);
  return date ? date->date : working_days_after(calendar, from, n);
}

base::Time end_of(Date date) {
  return base::start_of_day_in_england(Date(sys_days(date) + days(1)));
}

// A reminder comes on the morning of its day, everything else once its day has passed in vain.
base::Time moment_of(DeadlineKind kind, Date due, Priority priority) {
  const bool is_in_the_morning =
      priority == Priority::routine && (kind == DeadlineKind::reminder || kind == DeadlineKind::escalation);
  return is_in_the_morning ? morning_of(due) : end_of(due);
}

bool acts_before(const Deadline& a, const Deadline& b) {
  return std::tie(a.at, a.kind, a.days) < std::tie(b.at, b.kind, b.days);
}

bool counts_school_days(DeadlineKind kind, Priority priority) {
  return priority == Priority::routine && kind != DeadlineKind::acknowledge;
}

// The deadline's day, later by the days of its own calendar that were lost while the clock stood.
Date after_pause(const Calendar& calendar, const Enquiry& enquiry, const Deadline& deadline, const Pause& pause) {
  const Date from = base::date_in_england(pause.from);
  const Date until = base::date_in_england(pause.until);
  const bool is_school_days = counts_school_days(deadline.kind, enquiry.priority);
  // An authority without a code has no terms: its school days are working days.
  const auto lost = calendar.school_days_between(from, until, is_school_days ? enquiry.to : std::string());
  const int n = lost ? lost->days : static_cast<int>((sys_days(until) - sys_days(from)).count());
  return is_school_days ? school_days_after(calendar, deadline.due, n, enquiry.to)
                        : working_days_after(calendar, deadline.due, n);
}

void set_due(Deadline& deadline, const Enquiry& enquiry, Date due) {
  deadline.due = due;
  deadline.at = moment_of(deadline.kind, due, enquiry.priority);
}

bool is_met(const Enquiry& enquiry, const Deadline& deadline) {
  if (deadline.fired || !enquiry.is_open()) return true;
  switch (deadline.kind) {
    case DeadlineKind::out_of_hours:
    case DeadlineKind::acknowledge: return enquiry.acknowledged.has_value();
    case DeadlineKind::answer: return !enquiry.replies.empty();
    default: return false;
  }
}

}  // namespace

base::Time morning_of(base::Date date) {
  return base::start_of_day_in_england(date) + morning;
}

base::Time morning_after_school_days(const Calendar& calendar, Date from, int n, const std::string& authority) {
  return morning_of(school_days_after(calendar, from, n, authority));
}

std::vector<Deadline> schedule_of(const Calendar& calendar, const Settings& settings, base::Time now,
                                  const std::string& to, Priority priority) {
  const Date today = base::date_in_england(now);
  std::vector<Deadline> schedule;
  const auto add = [&](DeadlineKind kind, int n) {
    const Date due = counts_school_days(kind, priority) ? school_days_after(calendar, today, n, to)
                                                        : working_days_after(calendar, today, n);
    schedule.push_back({kind, n, due, moment_of(kind, due, priority), std::nullopt});
  };
  switch (priority) {
    case Priority::immediate:
      schedule.push_back({DeadlineKind::out_of_hours, 0, today, now, std::nullopt});
      for (const auto kind : {DeadlineKind::acknowledge, DeadlineKind::answer, DeadlineKind::escalation}) add(kind, 0);
      break;
    case Priority::urgent:
      add(DeadlineKind::acknowledge, 1);
      add(DeadlineKind::answer, settings.urgent_working_days);
      add(DeadlineKind::escalation, settings.urgent_working_days);
      break;
    case Priority::routine:
      add(DeadlineKind::acknowledge, settings.acknowledge_working_days);
      for (const int n : settings.reminder_school_days) add(DeadlineKind::reminder, n);
      add(DeadlineKind::answer, settings.answer_school_days);
      add(DeadlineKind::escalation, settings.escalation_school_days);
      break;
  }
  std::ranges::sort(schedule, acts_before);
  return schedule;
}

std::vector<Deadline> shifted(const Calendar& calendar, const Enquiry& enquiry, base::Time stopped, base::Time now) {
  std::vector<Deadline> schedule = enquiry.schedule;
  for (Deadline& deadline : schedule) {
    if (deadline.fired || deadline.at <= stopped || deadline.kind == DeadlineKind::next_date) continue;
    set_due(deadline, enquiry, after_pause(calendar, enquiry, deadline, {stopped, now}));
  }
  std::ranges::sort(schedule, acts_before);
  return schedule;
}

std::vector<Deadline> recounted(const Calendar& calendar, const Enquiry& enquiry) {
  std::vector<Deadline> schedule = enquiry.schedule;
  // A version before this one kept no pauses: how far such a clock was moved is not known, and it stays.
  const auto asks_for_more = [](const Reply& reply) { return reply.answer.outcome == Outcome::information_needed; };
  const bool has_stood = std::ranges::any_of(enquiry.replies, asks_for_more);
  if (has_stood && enquiry.pauses.empty() && !enquiry.clock_stopped) return schedule;
  const Date opened = base::date_in_england(enquiry.opened);
  for (Deadline& deadline : schedule) {
    // Without days it is due at once, or on a day that somebody has promised.
    if (deadline.days == 0 || is_met(enquiry, deadline)) continue;
    const bool is_school_days = counts_school_days(deadline.kind, enquiry.priority);
    set_due(deadline, enquiry,
            is_school_days ? school_days_after(calendar, opened, deadline.days, enquiry.to)
                           : working_days_after(calendar, opened, deadline.days));
    for (const Pause& pause : enquiry.pauses) {
      if (deadline.at <= pause.from) continue;
      set_due(deadline, enquiry, after_pause(calendar, enquiry, deadline, pause));
    }
  }
  std::ranges::sort(schedule, acts_before);
  return schedule;
}

std::optional<Date> due_of(const std::vector<Deadline>& schedule, DeadlineKind kind) {
  const auto found = std::ranges::find(schedule, kind, &Deadline::kind);
  return found == schedule.end() ? std::nullopt : std::optional<Date>(found->due);
}

bool is_awaited(const Enquiry& enquiry, const Deadline& deadline) {
  // While its owner is asked for information, nobody is late.
  return enquiry.status != EnquiryStatus::waiting_for_information && !is_met(enquiry, deadline);
}

std::optional<base::Time> next_deadline(const Enquiry& enquiry) {
  std::optional<base::Time> next;
  for (const Deadline& deadline : enquiry.schedule) {
    if (is_awaited(enquiry, deadline) && (!next || deadline.at < *next)) next = deadline.at;
  }
  return next;
}

std::optional<base::Time> next_deadline(const Case& record) {
  const Removal& removal = record.removal;
  if (removal.status == RemovalStatus::permitted) return removal.next_reminder;
  if (removal.status == RemovalStatus::confirmed && !removal.transfer_sent) return removal.next_reminder;
  return std::nullopt;
}

}  // namespace broker::domain
