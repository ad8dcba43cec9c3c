// A day by which something about an enquiry is expected, and the moment at which the broker acts on it.
#pragma once

#include <optional>

#include "broker/base/time.h"
#include "broker/domain/names.h"

namespace broker::domain {

enum class DeadlineKind {
  out_of_hours,  // an immediate enquiry goes to the out-of-hours contact as well, unless it is acknowledged by then
  acknowledge,   // not acknowledged in time
  reminder,      // no final answer yet
  answer,        // no first answer in time
  next_date,     // the day promised in an interim answer has passed
  escalation,    // no final answer: to the lead
};

struct Deadline {
  DeadlineKind kind = DeadlineKind::reminder;
  int days = 0;  // that were counted from the opening; 0 for the same day
  base::Date due{};
  base::Time at;                    // when the broker acts, unless it is met by then
  std::optional<base::Time> fired;  // when it did: never again
  bool operator==(const Deadline&) const = default;
};

template <>
struct Names<DeadlineKind> {
  static constexpr NameTable<DeadlineKind, 6> table = {{{DeadlineKind::out_of_hours, "out_of_hours"},
                                                        {DeadlineKind::acknowledge, "acknowledge"},
                                                        {DeadlineKind::reminder, "reminder"},
                                                        {DeadlineKind::answer, "answer"},
                                                        {DeadlineKind::next_date, "next_date"},
                                                        {DeadlineKind::escalation, "escalation"}}};
};

}  // namespace broker::domain
