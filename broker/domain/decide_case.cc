#include "broker/domain/decide_case.h"

#include <algorithm>

#include "broker/domain/decide_enquiry.h"

namespace broker::domain {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;

constexpr size_t checks_max = 500;

base::Problem already_open(std::string detail, const std::string& case_id) {
  base::Problem answer = problem(ProblemType::case_already_open, std::move(detail));
  answer.members.emplace_back("case_id", case_id);
  return answer;
}

std::vector<Event> one(const Case& record, const Actor& by, const Context& context, EventBody body) {
  return {{record.id, by, context.now, std::move(body)}};
}

base::Problem first_blocker(const std::vector<Blocker>& blockers) {
  const auto kinds = base::problem_kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const base::ProblemKind& one) { return one.name == blockers.front().rule; });
  base::ensure(kind != kinds.end());
  return problem(kind->type, blockers.front().sentence);
}

}  // namespace

std::optional<base::Problem> refusal_unless_owner(const Case& record, const Actor& by) {
  if (record.id.empty() || by.authority != record.owner || !by.school.empty()) return base::not_found();
  return std::nullopt;
}

base::Problem not_open(const Case& record) {
  return problem(ProblemType::case_not_open, "The case is " + std::string(text_of(record.status)) + ".");
}

std::vector<Event> confirm_location(const Case& record, const Actor& by, const Answer& answer,
                                    const std::string& enquiry_id, const Context& context) {
  Confirmation confirmation{.id = context.next_id(),
                            .authority = by.authority,
                            .officer = by.officer,
                            .enquiry_id = enquiry_id,
                            .outcome = answer.outcome,
                            .location = answer.location.value_or(Location{}),
                            .time = context.now,
                            .state = ConfirmationState::standing,
                            .state_reason = ""};
  return one(record, by, context, LocationConfirmed{std::move(confirmation)});
}

Result<std::vector<Event>> accept_handover(const Case& record, const Actor& by, const Answer& answer,
                                           const std::string& enquiry_id, const Context& context) {
  if (record.status == CaseStatus::located) {
    return refuse(problem(ProblemType::case_not_open,
                          "Another authority's confirmation of this child stands. The owner has to dispute it, or that "
                          "authority to retract it, before the child can be handed over."));
  }
  if (record.status != CaseStatus::open) return refuse(not_open(record));
  if (!record.child.upn.empty()) {
    const std::string own = context.open_case_for(by.authority, record.child.upn);
    if (!own.empty()) return refuse(already_open("You have an open case for this child already.", own));
  }
  Case successor;
  successor.id = context.next_id();
  successor.reference = context.next_reference(by.authority);
  successor.owner = by.authority;
  successor.chain = record.chain;
  successor.predecessor = record.id;
  successor.child = shown_to_others(record.child);
  if (answer.location && !answer.location->address.is_empty()) {
    matcher::Address& address = successor.child.address;
    const bool is_restricted = address.restricted;
    if (!address.is_empty()) successor.child.previous_addresses.push_back(address);
    address = answer.location->address;
    // Who is protected stays so until the new owner knows better.
    address.restricted = address.restricted || is_restricted;
  }
  successor.reason = "Moved in from another local authority";
  successor.note = answer.note;
  successor.missing_since = record.missing_since;
  successor.priority = record.priority;
  successor.opened_by = by.officer;
  successor.opened = context.now;
  std::vector<Event> events = one(record, by, context, HandoverAccepted{successor.id, enquiry_id});
  const std::string successor_id = successor.id;
  events.push_back({successor_id, by, context.now, CaseOpened{std::move(successor)}});
  return events;
}

Result<std::vector<Event>> decide_open(const Actor& by, const OpenCase& command, const Context& context) {
  if (!by.school.empty()) {
    return refuse(problem(ProblemType::not_permitted, "A case is opened by an authority, not by a school."));
  }
  if (command.missing_since && *command.missing_since > context.today) {
    return refuse(base::invalid_field("/missing_since", "a child can't be missing since a day to come"));
  }
  if (!command.child.upn.empty()) {
    const std::string first = context.open_case_for(by.authority, command.child.upn);
    if (!first.empty()) return refuse(already_open("This child has an open case with you already.", first));
  }
  Case record;
  record.id = context.next_id();
  record.reference = context.next_reference(by.authority);
  record.owner = by.authority;
  record.chain = record.id;
  record.child = command.child;
  record.reason = command.reason;
  record.note = command.note;
  record.missing_since = command.missing_since;
  record.priority = command.priority;
  record.opened_by = by.officer;
  record.opened = context.now;
  const std::string id = record.id;
  return std::vector<Event>{{id, by, context.now, CaseOpened{std::move(record)}}};
}

Result<std::vector<Event>> decide_confirm(const Case& record, const Actor& by, const Confirm& command,
                                          const Context& context) {
  if (by.authority == record.owner && by.school.empty()) {
    return refuse(problem(ProblemType::owner_cannot_confirm,
                          "Where the child is has to be confirmed by another authority than the case's owner."));
  }
  if (record.id.empty() || !by.school.empty() || !record.is_party(by.authority)) return refuse(base::not_found());
  if (!is_confirmation(command.answer.outcome) && !is_handover(command.answer.outcome)) {
    return refuse(base::invalid_field(
        "/outcome", "a confirmation is on_roll, home_educated, other_provision or resident_not_in_education"));
  }
  auto errors = missing_in(command.answer);
  if (!errors.empty()) return refuse(base::invalid(std::move(errors)));
  if (is_handover(command.answer.outcome)) return accept_handover(record, by, command.answer, "", context);
  if (!record.is_open_or_located()) return refuse(not_open(record));
  return confirm_location(record, by, command.answer, "", context);
}

Result<std::vector<Event>> decide_retract(const Case& record, const Actor& by, const Retract& command,
                                          const Context& context) {
  const auto found = std::find_if(record.confirmations.begin(), record.confirmations.end(),
                                  [&](const Confirmation& one) { return one.id == command.confirmation_id; });
  const bool is_seen = found != record.confirmations.end() && by.school.empty() &&
                       (by.authority == found->authority || by.authority == record.owner);
  if (!is_seen) return refuse(base::not_found());
  if (by.authority != found->authority) {
    return refuse(problem(ProblemType::not_permitted,
                          "Only the authority that confirmed can retract; as the owner you can dispute."));
  }
  if (!found->is_standing()) {
    return refuse(problem(ProblemType::confirmation_not_standing,
                          "The confirmation is " + std::string(text_of(found->state)) + " already."));
  }
  return one(record, by, context, LocationRetracted{command.confirmation_id, command.reason});
}

Result<std::vector<Event>> decide_dispute(const Case& record, const Actor& by, const Dispute& command,
                                          const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (record.status != CaseStatus::located) {
    return refuse(problem(ProblemType::confirmation_not_standing, "The case is " + std::string(text_of(record.status)) +
                                                                      ": there is no confirmation to dispute."));
  }
  if (command.reason.empty()) return refuse(base::invalid_field("/reason", "say why the confirmation is disputed"));
  std::vector<std::string> disputed;
  for (const Confirmation& confirmation : record.confirmations) {
    const bool is_meant = command.confirmation_id.empty() || command.confirmation_id == confirmation.id;
    if (is_meant && confirmation.is_standing()) disputed.push_back(confirmation.id);
  }
  if (disputed.empty()) {
    return refuse(base::invalid_field("/confirmation_id", "no standing confirmation of this case has this id"));
  }
  return one(record, by, context, LocationDisputed{std::move(disputed), command.reason});
}

Result<std::vector<Event>> decide_close(const Case& record, const Actor& by, const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  const auto blockers = blockers_of(record, context.today);
  if (!blockers.empty()) return refuse(first_blocker(blockers));
  // The latest standing confirmation that by itself allows closing.
  for (auto it = record.confirmations.rbegin(); it != record.confirmations.rend(); ++it) {
    Case alone = record;
    alone.confirmations = {*it};
    if (blockers_of(alone, context.today).empty()) return one(record, by, context, CaseClosed{it->id});
  }
  base::stop_at(std::source_location::current());
}

Result<std::vector<Event>> decide_request_end(const Case& record, const Actor& by, const RequestEnd& command,
                                              const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (!record.is_open_or_located()) {
    return refuse(
        problem(ProblemType::case_already_closed, "The case is " + std::string(text_of(record.status)) + " already."));
  }
  if (record.ending) {
    return refuse(problem(ProblemType::second_officer_required,
                          "Ending was asked for already; now another officer has to approve it."));
  }
  if (command.reason == EndReason::left_the_country && command.evidence.empty()) {
    return refuse(base::invalid_field("/evidence", "left_the_country needs a reference to the evidence"));
  }
  return one(record, by, context, EndRequested{command.reason, command.evidence, command.note});
}

Result<std::vector<Event>> decide_approve_end(const Case& record, const Actor& by, const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (!record.is_open_or_located()) {
    return refuse(
        problem(ProblemType::case_already_closed, "The case is " + std::string(text_of(record.status)) + " already."));
  }
  if (!record.ending) return refuse(problem(ProblemType::conflict, "Nobody has asked for this case to be ended."));
  if (record.ending->requested_by == by.officer) {
    return refuse(problem(ProblemType::second_officer_required,
                          "The officer who asked for the end can't approve it: it takes two."));
  }
  return one(record, by, context, CaseEnded{});
}

Result<std::vector<Event>> decide_reopen(const Case& record, const Actor& by, const Reopen& command,
                                         const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (record.is_open_or_located()) {
    return refuse(problem(ProblemType::conflict, "The case is " + std::string(text_of(record.status)) + " already."));
  }
  if (command.reason.empty()) return refuse(base::invalid_field("/reason", "say why the case is opened again"));
  const std::string other = context.open_in_chain();
  if (!other.empty()) {
    return refuse(problem(ProblemType::successor_open,
                          "The child was handed over and the case of the authority responsible now is open."));
  }
  if (!record.child.upn.empty()) {
    const std::string own = context.open_case_for(by.authority, record.child.upn);
    if (!own.empty()) return refuse(already_open("You have another open case for this child.", own));
  }
  return one(record, by, context, CaseReopened{command.reason});
}

Result<std::vector<Event>> decide_assign(const Case& record, const Actor& by, const AssignCase& command,
                                         const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (!record.is_open_or_located()) return refuse(not_open(record));
  if (record.assigned_to == command.officer) return std::vector<Event>();
  return one(record, by, context, CaseAssigned{command.officer});
}

Result<std::vector<Event>> decide_record_check(const Case& record, const Actor& by, const RecordCheck& command,
                                               const Context& context) {
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (!record.is_open_or_located()) return refuse(not_open(record));
  const base::Date made = command.made.value_or(context.today);
  if (made > context.today)
    return refuse(base::invalid_field("/made", "a check can't have been made on a day to come"));
  if (command.result == CheckResult::lead_found && command.note.empty()) {
    return refuse(base::invalid_field("/note", "say what was found"));
  }
  if (record.checks.size() >= checks_max) {
    return refuse(problem(ProblemType::conflict, "The case holds as many checks as it can."));
  }
  return one(record, by, context,
             CheckRecorded{{command.kind, command.result, made, command.note, by.officer, context.now}});
}

}  // namespace broker::domain
