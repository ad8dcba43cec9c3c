// Enquiries and replies as clients write and read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/domain/decide.h"

namespace broker::message {

// `to` is a list of codes, or one of the words that stand for many.
struct SendEnquiriesRequest {
  domain::SendEnquiries command;
  std::string group;  // "neighbours", "region", "all", or empty when codes were given
};
base::Result<SendEnquiriesRequest> decode_send_enquiries(std::string_view body);
base::Result<domain::AnswerEnquiry> decode_answer(std::string_view body, std::string enquiry_id);
base::Result<domain::Acknowledge> decode_acknowledge(std::string_view body, std::string enquiry_id);
base::Result<domain::AddInformation> decode_information(std::string_view body, std::string enquiry_id);
base::Result<domain::WithdrawEnquiry> decode_withdraw(std::string_view body, std::string enquiry_id);

// The enquiry with the child it is about, as either party sees it. `delivered` is when the asked authority's system
// took it from its inbox.
std::string encode_enquiry(const domain::Enquiry& enquiry, const domain::Case& record,
                           const std::optional<base::Time>& delivered, const std::string& viewer);

// One reply of an enquiry, as the answer to POST.
std::string encode_reply(const domain::Reply& reply, const domain::Enquiry& enquiry, const domain::Case& record,
                         const std::string& viewer);

}  // namespace broker::message
