// What the broker does by itself when a deadline has come: reminders, escalations and reports. Only the broker itself
// may ask for it; what is met by now brings no event, so that asking twice is harmless. Used by decide() alone.
#pragma once

#include <vector>

#include "broker/domain/decide.h"

namespace broker::domain {

base::Result<std::vector<Event>> run_enquiry_clock(const CaseFile& file, const Actor& by,
                                                   const RunEnquiryClock& command, const Context& context);
base::Result<std::vector<Event>> run_case_clock(const Case& record, const Actor& by, const Context& context);
base::Result<std::vector<Event>> report_uncollected(const Case& record, const Actor& by,
                                                    const ReportUncollected& command, const Context& context);

}  // namespace broker::domain
