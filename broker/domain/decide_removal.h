// The rules of removal from roll and of the transfer file that follows it. Used by decide() alone.
#pragma once

#include <vector>

#include "broker/domain/decide.h"

namespace broker::domain {

base::Result<std::vector<Event>> decide_permit_removal(const Case& record, const Actor& by,
                                                       const PermitRemoval& command, const Context& context);
base::Result<std::vector<Event>> decide_confirm_removal(const Case& record, const Actor& by,
                                                        const ConfirmRemoval& command, const Context& context);
// No event unless the school removed the child before the authority permitted it, and nobody knew yet.
base::Result<std::vector<Event>> decide_report_removal(const Case& record, const Actor& by,
                                                       const ReportRemoval& command, const Context& context);
// No event where nothing is news.
base::Result<std::vector<Event>> decide_report_absence(const Case& record, const Actor& by,
                                                       const ReportAbsence& command, const Context& context);
base::Result<std::vector<Event>> decide_send_transfer(const Case& record, const Actor& by, const SendTransfer& command,
                                                      const Context& context);

}  // namespace broker::domain
