// Cases, enquiries and events as the store keeps them: complete, and read back to the same value.
#pragma once

#include <string>
#include <string_view>

#include "broker/domain/event.h"
#include "matcher/pupil_record.h"

namespace broker::message {

std::string encode_case_state(const domain::Case& record);
domain::Case decode_case_state(std::string_view text);

std::string encode_enquiry_state(const domain::Enquiry& enquiry);
domain::Enquiry decode_enquiry_state(std::string_view text);

std::string encode_pupil(const matcher::PupilRecord& record);
matcher::PupilRecord decode_pupil(std::string_view text);

// The body alone; type, actor and time stand in columns beside it.
std::string encode_event(const domain::EventBody& body);
domain::EventBody decode_event(std::string_view type, std::string_view text);

}  // namespace broker::message
