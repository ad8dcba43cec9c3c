#include "broker/domain/decide.h"

#include "broker/domain/decide_calendar.h"
#include "broker/domain/decide_case.h"
#include "broker/domain/decide_clock.h"
#include "broker/domain/decide_enquiry.h"
#include "broker/domain/decide_removal.h"

namespace broker::domain {
namespace {

using base::Result;

struct Decider {
  const CaseFile& file;
  const Actor& by;
  const Context& context;

  using Decision = Result<std::vector<Event>>;
  Decision operator()(const OpenCase& c) const { return decide_open(by, c, context); }
  Decision operator()(const SendEnquiries& c) const { return decide_send(file, by, c, context); }
  Decision operator()(const Acknowledge& c) const { return decide_acknowledge(file, by, c, context); }
  Decision operator()(const AnswerEnquiry& c) const { return decide_answer(file, by, c, context); }
  Decision operator()(const AddInformation& c) const { return decide_information(file, by, c, context); }
  Decision operator()(const WithdrawEnquiry& c) const { return decide_withdraw(file, by, c, context); }
  Decision operator()(const Confirm& c) const { return decide_confirm(file.record, by, c, context); }
  Decision operator()(const Retract& c) const { return decide_retract(file.record, by, c, context); }
  Decision operator()(const Dispute& c) const { return decide_dispute(file.record, by, c, context); }
  Decision operator()(const Close&) const { return decide_close(file.record, by, context); }
  Decision operator()(const RequestEnd& c) const { return decide_request_end(file.record, by, c, context); }
  Decision operator()(const ApproveEnd&) const { return decide_approve_end(file.record, by, context); }
  Decision operator()(const Reopen& c) const { return decide_reopen(file.record, by, c, context); }
  Decision operator()(const AssignCase& c) const { return decide_assign(file.record, by, c, context); }
  Decision operator()(const RecordCheck& c) const { return decide_record_check(file.record, by, c, context); }
  Decision operator()(const PermitRemoval& c) const { return decide_permit_removal(file.record, by, c, context); }
  Decision operator()(const ConfirmRemoval& c) const { return decide_confirm_removal(file.record, by, c, context); }
  Decision operator()(const ReportRemoval& c) const { return decide_report_removal(file.record, by, c, context); }
  Decision operator()(const ReportAbsence& c) const { return decide_report_absence(file.record, by, c, context); }
  Decision operator()(const SendTransfer& c) const { return decide_send_transfer(file.record, by, c, context); }
  Decision operator()(const RunEnquiryClock& c) const { return run_enquiry_clock(file, by, c, context); }
  Decision operator()(const RunCaseClock&) const { return run_case_clock(file.record, by, context); }
  Decision operator()(const ReportUncollected& c) const { return report_uncollected(file.record, by, c, context); }
  Decision operator()(const RecountDays& c) const { return recount_days(file, by, c, context); }
};

}  // namespace

Result<std::vector<Event>> decide(const CaseFile& file, const Actor& by, const Command& command,
                                  const Context& context) {
  return std::visit(Decider{file, by, context}, command);
}

}  // namespace broker::domain
