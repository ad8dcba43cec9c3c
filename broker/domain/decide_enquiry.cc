#include "broker/domain/decide_enquiry.h"

#include <algorithm>

#include "broker/domain/decide_case.h"
#include "broker/domain/schedule.h"

namespace broker::domain {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;

// The enquiry as one of its two parties sees it; for everybody else, their schools too, it does not exist.
Result<const Enquiry*> enquiry_for(const CaseFile& file, const Actor& by, const std::string& id) {
  const Enquiry* enquiry = file.enquiry(id);
  const bool is_party =
      enquiry != nullptr && by.school.empty() && (enquiry->from == by.authority || enquiry->to == by.authority);
  if (!is_party) return refuse(base::not_found());
  return enquiry;
}

Result<const Enquiry*> open_enquiry_asked_of(const CaseFile& file, const Actor& by, const std::string& id) {
  auto enquiry = enquiry_for(file, by, id);
  if (!enquiry) return enquiry;
  if ((*enquiry)->to != by.authority) {
    return refuse(problem(ProblemType::not_permitted, "Only the authority that was asked can answer an enquiry."));
  }
  if (!(*enquiry)->is_open()) {
    return refuse(problem(ProblemType::enquiry_ended, "The enquiry is " + std::string(text_of((*enquiry)->status)) +
                                                          " and takes no more answers."));
  }
  return enquiry;
}

Result<const Enquiry*> enquiry_sent_by(const CaseFile& file, const Actor& by, const std::string& id) {
  auto enquiry = enquiry_for(file, by, id);
  if (!enquiry) return enquiry;
  if ((*enquiry)->from != by.authority) {
    return refuse(problem(ProblemType::not_permitted, "Only the authority that sent the enquiry can do that."));
  }
  if (!(*enquiry)->is_open()) {
    return refuse(problem(ProblemType::enquiry_ended,
                          "The enquiry is " + std::string(text_of((*enquiry)->status)) + " already."));
  }
  return enquiry;
}

}  // namespace

std::vector<base::FieldError> missing_in(const Answer& answer) {
  std::vector<base::FieldError> errors;
  const auto need = [&](bool is_there, const char* pointer, const char* detail) {
    if (!is_there) errors.push_back({pointer, detail});
  };
  const Location location = answer.location.value_or(Location{});
  switch (answer.outcome) {
    case Outcome::on_roll:
      need(!location.school.laestab.empty() || !location.school.urn.empty(), "/location/school",
           "on_roll needs the school's LAESTAB or URN");
      break;
    case Outcome::home_educated:
    case Outcome::other_provision:
    case Outcome::resident_not_in_education:
      need(answer.location.has_value(), "/location", "this outcome needs a location");
      break;
    case Outcome::application_in_hand:
    case Outcome::checks_in_progress:
      need(answer.next_date.has_value(), "/next_date", "this outcome needs the date of the next answer");
      break;
    case Outcome::moved_on:
      need(answer.moved_to.has_value(), "/moved_to", "moved_on needs the authority or the country");
      break;
    case Outcome::information_needed:
      need(!answer.note.empty(), "/note", "information_needed says in the note what is needed");
      break;
    case Outcome::withheld:
      need(!answer.contact.empty(), "/contact", "withheld names a contact who can be called");
      break;
    default: break;
  }
  return errors;
}

Result<std::vector<Event>> decide_send(const CaseFile& file, const Actor& by, const SendEnquiries& command,
                                       const Context& context) {
  const Case& record = file.record;
  if (auto refusal = refusal_unless_owner(record, by)) return refuse(*refusal);
  if (!record.is_open_or_located()) return refuse(not_open(record));
  std::vector<base::FieldError> errors;
  for (size_t i = 0; i < command.to.size(); ++i) {
    const std::string pointer = "/to/" + std::to_string(i);
    const std::string& to = command.to[i];
    if (to == record.owner)
      errors.push_back({pointer, "an authority does not enquire of itself"});
    else if (!context.is_known_authority(to))
      errors.push_back({pointer, "no authority has this code"});
    else if (std::find(command.to.begin(), command.to.begin() + static_cast<std::ptrdiff_t>(i), to) !=
             command.to.begin() + static_cast<std::ptrdiff_t>(i)) {
      errors.push_back({pointer, "this authority is named twice"});
    }
  }
  if (command.to.empty()) errors.push_back({"/to", "name at least one authority"});
  if (!errors.empty()) return refuse(base::invalid(std::move(errors)));

  std::vector<Event> events;
  for (const std::string& to : command.to) {
    std::vector<Deadline> schedule =
        schedule_of(*context.calendar, context.settings(to), context.now, to, command.priority);
    Enquiry enquiry{.id = context.next_id(),
                    .case_id = record.id,
                    .from = record.owner,
                    .to = to,
                    .kind = command.kind,
                    .priority = command.priority,
                    .message = command.message,
                    .address = command.address,
                    .opened_by = by.officer,
                    .opened = context.now,
                    .acknowledge_due = due_of(schedule, DeadlineKind::acknowledge).value_or(context.today),
                    .due = due_of(schedule, DeadlineKind::answer).value_or(context.today),
                    .schedule = std::move(schedule)};
    events.push_back({record.id, by, context.now, EnquiryOpened{std::move(enquiry)}});
  }
  return events;
}

Result<std::vector<Event>> decide_acknowledge(const CaseFile& file, const Actor& by, const Acknowledge& command,
                                              const Context& context) {
  auto enquiry = open_enquiry_asked_of(file, by, command.enquiry_id);
  if (!enquiry) return refuse(std::move(enquiry.error()));
  if ((*enquiry)->acknowledged) {
    return refuse(problem(ProblemType::conflict, "The enquiry was acknowledged already."));
  }
  return std::vector<Event>{{file.record.id, by, context.now, EnquiryAcknowledged{command.enquiry_id}}};
}

Result<std::vector<Event>> decide_answer(const CaseFile& file, const Actor& by, const AnswerEnquiry& command,
                                         const Context& context) {
  auto enquiry = open_enquiry_asked_of(file, by, command.enquiry_id);
  if (!enquiry) return refuse(std::move(enquiry.error()));
  auto errors = missing_in(command.answer);
  if (!errors.empty()) return refuse(base::invalid(std::move(errors)));

  Reply reply{.id = context.next_id(), .answer = command.answer, .time = context.now, .officer = by.officer};
  const Outcome outcome = command.answer.outcome;
  std::vector<Event> consequences;
  // An answer is taken also when the case is closed by now; then it moves nothing.
  if (is_confirmation(outcome) && file.record.is_open_or_located()) {
    consequences = confirm_location(file.record, by, command.answer, command.enquiry_id, context);
    reply.confirmation_id = std::get<LocationConfirmed>(consequences.front().body).confirmation.id;
  } else if (is_handover(outcome)) {
    auto handover = accept_handover(file.record, by, command.answer, command.enquiry_id, context);
    if (!handover) return handover;
    consequences = std::move(*handover);
    reply.successor_case = std::get<HandoverAccepted>(consequences.front().body).successor_case;
  }
  std::vector<Event> events{{file.record.id, by, context.now, EnquiryReplied{command.enquiry_id, std::move(reply)}}};
  std::move(consequences.begin(), consequences.end(), std::back_inserter(events));
  return events;
}

Result<std::vector<Event>> decide_information(const CaseFile& file, const Actor& by, const AddInformation& command,
                                              const Context& context) {
  auto enquiry = enquiry_sent_by(file, by, command.enquiry_id);
  if (!enquiry) return refuse(std::move(enquiry.error()));
  std::vector<Deadline> schedule;
  const bool stood = (*enquiry)->status == EnquiryStatus::waiting_for_information && (*enquiry)->clock_stopped;
  if (stood) schedule = shifted(*context.calendar, **enquiry, *(*enquiry)->clock_stopped, context.now);
  return std::vector<Event>{{file.record.id, by, context.now,
                             InformationAdded{command.enquiry_id, command.information, std::move(schedule)}}};
}

Result<std::vector<Event>> decide_withdraw(const CaseFile& file, const Actor& by, const WithdrawEnquiry& command,
                                           const Context& context) {
  auto enquiry = enquiry_sent_by(file, by, command.enquiry_id);
  if (!enquiry) return refuse(std::move(enquiry.error()));
  return std::vector<Event>{{file.record.id, by, context.now, EnquiryWithdrawn{command.enquiry_id, command.reason}}};
}

}  // namespace broker::domain
