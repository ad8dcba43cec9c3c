// What the broker does when term dates or bank holidays change: every day that is still to come is counted again, and
// what moved is said on the timeline. Counting twice by the same calendar moves nothing more. Used by decide() alone.
#pragma once

#include <vector>

#include "broker/domain/decide.h"

namespace broker::domain {

base::Result<std::vector<Event>> recount_days(const CaseFile& file, const Actor& by, const RecountDays& command,
                                              const Context& context);

}  // namespace broker::domain
