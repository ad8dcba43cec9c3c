// The rules of enquiries and their answers. Used by decide() alone.
#pragma once

#include <vector>

#include "broker/domain/decide.h"

namespace broker::domain {

// What this outcome needs and the answer does not give.
std::vector<base::FieldError> missing_in(const Answer& answer);

base::Result<std::vector<Event>> decide_send(const CaseFile& file, const Actor& by, const SendEnquiries& command,
                                             const Context& context);
base::Result<std::vector<Event>> decide_acknowledge(const CaseFile& file, const Actor& by, const Acknowledge& command,
                                                    const Context& context);
base::Result<std::vector<Event>> decide_answer(const CaseFile& file, const Actor& by, const AnswerEnquiry& command,
                                               const Context& context);
base::Result<std::vector<Event>> decide_information(const CaseFile& file, const Actor& by,
                                                    const AddInformation& command, const Context& context);
base::Result<std::vector<Event>> decide_withdraw(const CaseFile& file, const Actor& by, const WithdrawEnquiry& command,
                                                 const Context& context);

}  // namespace broker::domain
