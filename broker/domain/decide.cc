#include "broker/domain/decide.h"

#include "broker/domain/decide_case.h"
#include "broker/domain/decide_enquiry.h"

namespace broker::domain {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;

constexpr int ground_i_absence_days = 20;  // reg. 9(1)(i): continuously absent for not less than 20 school days

Result<std::vector<Event>> decide_permit_removal(const Case& record, const Actor& by, const PermitRemoval& command,
                                                 const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (record.removal.status != RemovalStatus::not_permitted) {
    return refuse(problem(ProblemType::removal_already_permitted, "Removal from roll was permitted already."));
  }
  if (command.ground < 'A' || command.ground > 'O') {
    return refuse(base::invalid_field("/ground", "a ground is a letter from A to O"));
  }
  const std::string school = command.school.empty() ? record.child.school.laestab : command.school;
  if (school.empty()) return refuse(base::invalid_field("/school", "the case names no school; say which one removes"));
  if (command.ground == 'A' && record.standing_confirmation() == nullptr) {
    return refuse(problem(ProblemType::removal_not_permitted,
                          "Ground A needs another authority's standing confirmation of the child's new school."));
  }
  if (command.ground == 'I') {
    std::string missing;
    if (command.unexplained_absence_days < ground_i_absence_days)
      missing = "20 school days of unexplained absence";
    else if (!command.school_enquiries_exhausted)
      missing = "the school's enquiries recorded as exhausted";
    else if (!command.authority_enquiries_exhausted)
      missing = "the authority's enquiries recorded as exhausted";
    else if (!command.lost_pupil_upload_done)
      missing = "the lost-pupil upload";
    if (!missing.empty()) return refuse(problem(ProblemType::removal_not_permitted, "Ground I needs " + missing + "."));
  }
  return std::vector<Event>{{record.id, by, context.now, RemovalPermitted{command.ground, school, command.note}}};
}

Result<std::vector<Event>> decide_confirm_removal(const Case& record, const Actor& by, const ConfirmRemoval& command,
                                                  const Context& context) {
  const std::string& school =
      record.removal.status == RemovalStatus::not_permitted ? record.child.school.laestab : record.removal.school;
  const bool is_owner = by.school.empty() && by.authority == record.owner;
  if (is_owner) {
    return refuse(problem(ProblemType::not_permitted, "The school itself confirms the removal, in writing."));
  }
  if (by.school.empty() || by.school != school) return refuse(base::not_found());
  if (record.removal.status == RemovalStatus::not_permitted) {
    return refuse(problem(ProblemType::removal_not_permitted, "The authority has not permitted the removal."));
  }
  if (record.removal.status == RemovalStatus::confirmed) {
    return refuse(problem(ProblemType::conflict, "The removal was confirmed already."));
  }
  if (command.removed_on > context.today) {
    return refuse(base::invalid_field("/date", "a removal is confirmed once it has happened"));
  }
  return std::vector<Event>{{record.id, by, context.now, RemovalConfirmed{command.removed_on, command.note}}};
}

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
  Decision operator()(const PermitRemoval& c) const { return decide_permit_removal(file.record, by, c, context); }
  Decision operator()(const ConfirmRemoval& c) const { return decide_confirm_removal(file.record, by, c, context); }
};

}  // namespace

Result<std::vector<Event>> decide(const CaseFile& file, const Actor& by, const Command& command,
                                  const Context& context) {
  return std::visit(Decider{file, by, context}, command);
}

}  // namespace broker::domain
