// The rules of the case itself: opening, confirmation, handover, closing, ending, reopening. Used by decide() and by
// the rules of enquiries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/domain/decide.h"

namespace broker::domain {

// `not_found` for everybody but the owner.
std::optional<base::Problem> refusal_unless_owner(const Case& record, const Actor& by);
base::Problem not_open(const Case& record);

// The one event by which another authority confirms where the child is. The case is open or located.
std::vector<Event> confirm_location(const Case& record, const Actor& by, const Answer& answer,
                                    const std::string& enquiry_id, const Context& context);

// HandoverAccepted on this case, then CaseOpened of the successor under the accepting authority's own name.
base::Result<std::vector<Event>> accept_handover(const Case& record, const Actor& by, const Answer& answer,
                                                 const std::string& enquiry_id, const Context& context);

base::Result<std::vector<Event>> decide_open(const Actor& by, const OpenCase& command, const Context& context);
base::Result<std::vector<Event>> decide_confirm(const Case& record, const Actor& by, const Confirm& command,
                                                const Context& context);
base::Result<std::vector<Event>> decide_retract(const Case& record, const Actor& by, const Retract& command,
                                                const Context& context);
base::Result<std::vector<Event>> decide_dispute(const Case& record, const Actor& by, const Dispute& command,
                                                const Context& context);
base::Result<std::vector<Event>> decide_close(const Case& record, const Actor& by, const Context& context);
base::Result<std::vector<Event>> decide_request_end(const Case& record, const Actor& by, const RequestEnd& command,
                                                    const Context& context);
base::Result<std::vector<Event>> decide_approve_end(const Case& record, const Actor& by, const Context& context);
base::Result<std::vector<Event>> decide_reopen(const Case& record, const Actor& by, const Reopen& command,
                                               const Context& context);
// Of an open or located case. Who has it already is no event.
base::Result<std::vector<Event>> decide_assign(const Case& record, const Actor& by, const AssignCase& command,
                                               const Context& context);
// Of an open or located case; one that found something says what.
base::Result<std::vector<Event>> decide_record_check(const Case& record, const Actor& by, const RecordCheck& command,
                                                     const Context& context);

}  // namespace broker::domain
