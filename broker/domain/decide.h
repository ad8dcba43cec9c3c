// The rules of the case: a command against a state gives events, or the refusal in words. Pure functions; the API, the
// pages, the uploads and the scheduler all come through here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/base/result.h"
#include "broker/domain/calendar.h"
#include "broker/domain/event.h"

namespace broker::domain {

struct OpenCase {
  matcher::PupilRecord child;
  std::string reason;
  std::string note;
  std::optional<base::Date> missing_since;
  Priority priority = Priority::routine;
};
struct SendEnquiries {
  std::vector<std::string> to;
  EnquiryKind kind = EnquiryKind::area_believed;
  Priority priority = Priority::routine;
  std::optional<matcher::Address> address;
  std::string message;
};
struct Acknowledge {
  std::string enquiry_id;
};
struct AnswerEnquiry {
  std::string enquiry_id;
  Answer answer;
};
struct AddInformation {
  std::string enquiry_id;
  std::string information;
};
struct WithdrawEnquiry {
  std::string enquiry_id;
  std::string reason;
};
struct Confirm {
  Answer answer;
};
struct Retract {
  std::string confirmation_id;
  std::string reason;
};
struct Dispute {
  std::string confirmation_id;  // empty: every standing one
  std::string reason;
};
struct Close {};
struct RequestEnd {
  EndReason reason = EndReason::opened_in_error;
  std::string evidence;
  std::string note;
};
struct ApproveEnd {};
struct Reopen {
  std::string reason;
};
struct AssignCase {
  std::string officer;  // empty: to nobody in particular
};
struct RecordCheck {
  CheckKind kind = CheckKind::telephone;
  CheckResult result = CheckResult::nothing_found;
  std::optional<base::Date> made;  // today where absent
  std::string note;
};
struct PermitRemoval {
  char ground = 'A';
  std::string school;  // LAESTAB; empty: the child's school
  std::string note;
  // Ground I only:
  int unexplained_absence_days = 0;
  std::string absence_codes;           // of those days: only G, N and O count; empty when not said
  bool has_unavoidable_cause = false;  // sickness or another cause is believed: then it is no ground
  bool school_enquiries_exhausted = false;
  bool authority_enquiries_exhausted = false;
  bool lost_pupil_upload_done = false;  // looked up by the caller, not taken from the request
};
struct ConfirmRemoval {
  base::Date removed_on;
  std::string note;
};
// A school's own file says that the child has left its roll.
struct ReportRemoval {
  base::Date removed_on;
  std::string source;  // id of the upload
};
// A file about leavers says when the child left its school.
struct ReportAbsence {
  std::string school;  // LAESTAB, empty when the file names none
  base::Date left_on;
  std::string source;  // id of the upload
};
// The school's transfer file for the removed child is on its way.
struct SendTransfer {
  std::string transfer_id;
};

// The broker's clock has come to a deadline; only the broker itself gives these. What is met by now brings no event.
struct RunEnquiryClock {
  std::string enquiry_id;
};
struct RunCaseClock {};
struct ReportUncollected {
  MessageExpired message;
};

// A calendar has changed. The clocks of the case and its removal move by what lies between `before` and `after`, and
// stay when `before` is null; enquiries are counted anew by what is in force. All outlive the decision.
struct RecountDays {
  std::string calendar;  // as in EnquiryRescheduled
  const Calendar* before = nullptr;
  const Calendar* after = nullptr;
  const Calendar* in_force = nullptr;
};

using Command = std::variant<OpenCase, SendEnquiries, Acknowledge, AnswerEnquiry, AddInformation, WithdrawEnquiry,
                             Confirm, Retract, Dispute, Close, RequestEnd, ApproveEnd, Reopen, AssignCase, RecordCheck,
                             PermitRemoval, ConfirmRemoval, ReportRemoval, ReportAbsence, SendTransfer, RunEnquiryClock,
                             RunCaseClock, ReportUncollected, RecountDays>;

// Under this name the broker itself acts on a timeline and sends messages.
inline const Actor broker_itself{"waymark", "waymark", ""};

// What a decision may ask about the world besides the case itself.
struct Context {
  base::Time now;
  base::Date today;  // in England
  std::function<std::string()> next_id;
  std::function<std::string(const std::string& authority)> next_reference;
  // The open or located case of this authority for the child with this UPN, other than the one at hand; empty if none.
  std::function<std::string(const std::string& authority, const std::string& upn)> open_case_for;
  // Another case in the chain of the one at hand that is open or located; empty if none.
  std::function<std::string()> open_in_chain;
  std::function<bool(const std::string& authority)> is_known_authority;
  const Calendar* calendar = &built_in_calendar();
  std::function<Settings(const std::string& authority)> settings;
};

// The events that the command brings about, in order, or why it is refused. Events of a successor case carry its id.
// OpenCase takes an empty file. A caller that is no party is refused with `not_found` before any rule is looked at.
base::Result<std::vector<Event>> decide(const CaseFile& file, const Actor& by, const Command& command,
                                        const Context& context);

}  // namespace broker::domain
