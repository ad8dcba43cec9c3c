// When an enquiry, a removal or a transfer is due, and which of its deadlines is the next to act on. Pure: the calendar
// and the settings are given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/domain/calendar.h"
#include "broker/domain/case.h"
#include "broker/domain/settings.h"

namespace broker::domain {

// All deadlines of a new enquiry to this authority, by their moments. A date that no calendar covers is counted in
// plain days that are certainly enough, rather than not at all.
std::vector<Deadline> schedule_of(const Calendar& calendar, const Settings& settings, base::Time now,
                                  const std::string& to, Priority priority);

// The schedule after the enquiry's clock stood from `stopped` to `now`: what had not passed by then moves by the days
// of its own calendar that were lost.
std::vector<Deadline> shifted(const Calendar& calendar, const Enquiry& enquiry, base::Time stopped, base::Time now);

// The schedule by a calendar that has changed since the enquiry was opened: what is still to come is counted again,
// past the times in which the clock stood.
std::vector<Deadline> recounted(const Calendar& calendar, const Enquiry& enquiry);

// The day of the first deadline of this kind; nothing when there is none.
std::optional<base::Date> due_of(const std::vector<Deadline>& schedule, DeadlineKind kind);

// Whether this deadline is still to be acted on, as the enquiry stands.
bool is_awaited(const Enquiry& enquiry, const Deadline& deadline);

// The next moment at which the broker has to act on the enquiry, or on the case itself; nothing while there is none.
std::optional<base::Time> next_deadline(const Enquiry& enquiry);
std::optional<base::Time> next_deadline(const Case& record);

// The morning of the day that is so many school days of this authority after `from`.
base::Time morning_after_school_days(const Calendar& calendar, base::Date from, int days, const std::string& authority);
base::Time morning_of(base::Date date);

}  // namespace broker::domain
