// Cases as clients write and read them: the bodies of POST /cases and of the events on a case, and its public shape.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/domain/decide.h"

namespace broker::message {

struct OpenCaseRequest {
  domain::OpenCase command;
  bool force = false;  // opens although a case that looks like the same child is open
};
base::Result<OpenCaseRequest> decode_open_case(std::string_view body);

// The bodies of events. An empty body stands for {} where nothing is required.
base::Result<domain::Close> decode_close(std::string_view body);
base::Result<domain::RequestEnd> decode_request_end(std::string_view body);
base::Result<domain::ApproveEnd> decode_approve_end(std::string_view body);
base::Result<domain::Reopen> decode_reopen(std::string_view body);
base::Result<domain::AssignCase> decode_assign(std::string_view body);
base::Result<domain::RecordCheck> decode_record_check(std::string_view body);
base::Result<domain::Dispute> decode_dispute(std::string_view body);
base::Result<domain::Confirm> decode_confirm(std::string_view body);
base::Result<domain::Retract> decode_retract(std::string_view body, std::string confirmation_id);
base::Result<domain::ConfirmRemoval> decode_confirm_removal(std::string_view body, base::Date today);

struct PermitRemovalRequest {
  domain::PermitRemoval command;
  std::string lost_pupil_upload;  // id of the upload that ground I names
};
base::Result<PermitRemovalRequest> decode_permit_removal(std::string_view body);

// One deadline of a case or an enquiry as it stands today.
struct ClockView {
  std::string name;
  base::Date due;
  int days = 0;
  std::string calendar;  // the days that were counted, in words
  bool is_met = false;
};

// The case as its owner sees it. A location whose address is restricted is shown without address and school.
std::string encode_case(const domain::Case& record, const std::vector<ClockView>& clocks,
                        const std::vector<domain::Blocker>& blockers);
std::string encode_removal(const domain::Case& record);
std::string encode_confirmation(const domain::Confirmation& confirmation, const domain::Case& record);

struct TimelineItem {
  int64_t sequence = 0;
  std::string type;
  std::string time;  // RFC 3339
  std::string authority;
  std::string officer;
  std::string school;
  std::string enquiry_id;
  std::string data;  // JSON, as kept
};
std::string encode_timeline_item(const TimelineItem& item);

// `{"items":[...],"next":...}` of items that are JSON already; `next` empty for null.
std::string encode_list(const std::vector<std::string>& items, const std::string& next);

}  // namespace broker::message
