#include "broker/store/cases.h"

#include "broker/api/handlers.h"
#include "broker/message/case.h"
#include "broker/store/uploads.h"

namespace broker::api {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;
using domain::CaseFile;

// An event of the owner on its case: visible, then of the right version, then decided by the rules.
Reply decide_event(Services& services, Call call, domain::Command command, std::string action, store::Needs needs,
                   int status = 200) {
  needs.cases.push_back(call.id());
  needs.settings.push_back(call.actor.authority);
  std::function<Result<Answer>(store::World&)> decide = [&services, call, command = std::move(command), status,
                                                         action =
                                                             std::move(action)](store::World& world) -> Result<Answer> {
    CaseFile* file = world.file(call.id());
    if (file == nullptr || file->record.owner != call.actor.authority) return refuse(base::not_found());
    if (auto refusal = stale(call, file->record.version)) return refuse(std::move(*refusal));
    auto events = domain::decide(*file, call.actor, command, world.context(call.id()));
    if (!events) return refuse(std::move(events.error()));
    world.record(*events);
    world.audit(call.actor, action, call.id(), call.request.body);
    const domain::Case& record = world.file(call.id())->record;
    return resource_answer(status, shown_case(services, record), record.version);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

// The same for a body that says all there is to decide on.
template <typename Command>
Reply decide_body(Services& services, Call call, Result<Command> (*decode)(std::string_view), std::string action,
                  int status = 200) {
  auto command = decode(call.request.body);
  if (!command) co_return refuse(std::move(command.error()));
  Result<Answer> answer =
      co_await decide_event(services, std::move(call), *command, std::move(action), store::Needs(), status);
  co_return answer;
}

// Open cases of the same authority that look like the same child although no UPN says so.
base::Problem looks_like(const std::vector<matching::Found>& found) {
  base::Problem warning =
      problem(ProblemType::case_already_open,
              "You have an open case that looks like the same child. Look at it; send force: true to "
              "open another one.");
  std::string ids;
  for (const matching::Found& one : found) ids += (ids.empty() ? "" : ",") + one.side.case_id;
  warning.members.emplace_back("case_id", found.front().side.case_id);
  warning.members.emplace_back("candidates", ids);
  return warning;
}

store::Look look_at(const char* action, const domain::Case& record) {
  return {.action = action, .subject = record.id, .children = {{record.id, record.owner}}};
}

}  // namespace

Reply open_case(Services& services, Call call) {
  auto request = message::decode_open_case(call.request.body);
  if (!request) co_return refuse(std::move(request.error()));
  std::vector<matching::Found> alike;
  if (!request->force) {
    co_await services.index.catch_up();
    matching::SearchFor what;
    what.child = request->command.child;
    what.only_cases = true;
    alike = co_await services.index.search(std::move(what));
    std::erase_if(alike, [&](const matching::Found& one) {
      return one.side.authority != call.actor.authority || one.band != domain::MatchBand::match;
    });
  }
  store::Needs needs;
  needs.openers.push_back(call.actor.authority);
  if (!request->command.child.upn.empty()) needs.upns.emplace_back(call.actor.authority, request->command.child.upn);
  std::function<Result<Answer>(store::World&)> decide =
      [&services, call, alike, opening = std::move(request->command)](store::World& world) -> Result<Answer> {
    const domain::Context context = world.context("");
    const bool is_known_by_upn =
        !opening.child.upn.empty() && !context.open_case_for(call.actor.authority, opening.child.upn).empty();
    if (!alike.empty() && !is_known_by_upn) return refuse(looks_like(alike));
    auto events = domain::decide(CaseFile{}, call.actor, opening, context);
    if (!events) return refuse(std::move(events.error()));
    world.record(*events);
    const domain::Case& record = world.file(events->front().case_id)->record;
    world.audit(call.actor, "case.opened", record.id, call.request.body);
    Answer answer = resource_answer(201, shown_case(services, record), record.version);
    answer.headers.emplace_back("Location", "/v1/cases/" + record.id);
    return answer;
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

Reply list_cases(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"status", "overdue"})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call);
  if (!page) co_return refuse(page.error());
  store::CaseFilter filter;
  filter.today = base::date_in_england(services.clock.now());
  if (const std::string* status = call.request.query_value("status"); status != nullptr && !status->empty()) {
    if (!domain::parse_name<domain::CaseStatus>(*status)) {
      co_return refuse(base::invalid_field("/status", "must be " + domain::all_names<domain::CaseStatus>()));
    }
    filter.status = *status;
  }
  if (const std::string* overdue = call.request.query_value("overdue")) {
    if (!overdue->empty() && *overdue != "true" && *overdue != "false") {
      co_return refuse(base::invalid_field("/overdue", "must be true or false"));
    }
    filter.only_overdue = *overdue == "true";
  }
  const auto list = co_await store::list_cases(services.pool, call.viewer, filter, *page);
  std::vector<std::string> items;
  store::Look look{.action = "look.cases"};
  for (const domain::Case& record : list.items) {
    items.push_back(shown_case(services, record));
    look.children.insert({record.id, record.owner});
  }
  Answer answer = list_answer(call, items, list.next);
  if (items.empty()) co_return answer;
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply get_case(Services& services, Call call) {
  const auto record = co_await store::find_case(services.pool, call.viewer, call.id());
  // A party reads its enquiry; the case itself is its owner's.
  if (!record || record->owner != call.actor.authority) co_return refuse(base::not_found());
  Answer answer = resource_answer(200, shown_case(services, *record), record->version);
  store::Look look = look_at("look.case", *record);
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply get_timeline(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call, true);
  if (!page) co_return refuse(page.error());
  const auto record = co_await store::find_case(services.pool, call.viewer, call.id());
  if (!record || record->owner != call.actor.authority) co_return refuse(base::not_found());
  const auto list = co_await store::list_timeline(services.pool, call.viewer, call.id(), *page);
  std::vector<std::string> items;
  for (const message::TimelineItem& item : list.items) items.push_back(message::encode_timeline_item(item));
  Answer answer = list_answer(call, items, list.next);
  store::Look look = look_at("look.timeline", *record);
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply close_case(Services& services, Call call) {
  return decide_body(services, std::move(call), message::decode_close, "case.closed");
}

Reply request_end(Services& services, Call call) {
  return decide_body(services, std::move(call), message::decode_request_end, "case.end_requested");
}

Reply approve_end(Services& services, Call call) {
  return decide_body(services, std::move(call), message::decode_approve_end, "case.ended");
}

Reply reopen_case(Services& services, Call call) {
  auto command = message::decode_reopen(call.request.body);
  if (!command) co_return refuse(std::move(command.error()));
  store::Needs needs;
  needs.chains_of.push_back(call.id());
  needs.same_child.emplace_back(call.id(), call.actor.authority);
  Result<Answer> answer = co_await decide_event(services, std::move(call), *command, "case.reopened", std::move(needs));
  co_return answer;
}

Reply assign_case(Services& services, Call call) {
  return decide_body(services, std::move(call), message::decode_assign, "case.assigned");
}

Reply record_check(Services& services, Call call) {
  return decide_body(services, std::move(call), message::decode_record_check, "check.recorded", 201);
}

Reply dispute_location(Services& services, Call call) {
  return decide_body(services, std::move(call), message::decode_dispute, "location.disputed");
}

Reply permit_removal(Services& services, Call call) {
  auto request = message::decode_permit_removal(call.request.body);
  if (!request) co_return refuse(std::move(request.error()));
  if (!request->lost_pupil_upload.empty() && base::is_id(request->lost_pupil_upload)) {
    const auto upload = co_await store::find_upload(services.pool, call.viewer, request->lost_pupil_upload);
    request->command.lost_pupil_upload_done =
        upload && upload->upload.kind == "lost_pupils" && upload->upload.accepted + upload->upload.duplicates > 0;
  }
  Result<Answer> answer =
      co_await decide_event(services, std::move(call), request->command, "removal.permitted", store::Needs());
  co_return answer;
}

Reply get_removal(Services& services, Call call) {
  const auto record = co_await store::find_case(services.pool, call.viewer, call.id());
  const bool is_school = !call.actor.school.empty();
  if (!record || (!is_school && record->owner != call.actor.authority)) co_return refuse(base::not_found());
  // A school learns of a case of its pupil once the authority has permitted the removal, not before.
  if (is_school && record->removal.status == domain::RemovalStatus::not_permitted) co_return refuse(base::not_found());
  Answer answer = resource_answer(200, message::encode_removal(*record), record->version);
  store::Look look = look_at("look.removal", *record);
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply confirm_removal(Services& services, Call call) {
  const base::Date today = base::date_in_england(services.clock.now());
  auto command = message::decode_confirm_removal(call.request.body, today);
  if (!command) co_return refuse(std::move(command.error()));
  store::Needs needs;
  needs.cases.push_back(call.id());
  needs.settings.push_back(call.actor.authority);
  std::function<Result<Answer>(store::World&)> decide =
      [call, command = domain::Command(*command)](store::World& world) -> Result<Answer> {
    CaseFile* file = world.file(call.id());
    if (file == nullptr) return refuse(base::not_found());
    // A school learns of a case once the removal is permitted, not before: as when it reads it.
    const bool is_permitted = file->record.removal.status != domain::RemovalStatus::not_permitted;
    if (!call.actor.school.empty() && !is_permitted) return refuse(base::not_found());
    auto events = domain::decide(*file, call.actor, command, world.context(call.id()));
    // Who may not see the removal is told so before its version is judged.
    if (!events && events.error().type == ProblemType::not_found) return refuse(std::move(events.error()));
    if (auto refusal = stale(call, file->record.version)) return refuse(std::move(*refusal));
    if (!events) return refuse(std::move(events.error()));
    world.record(*events);
    world.audit(call.actor, "removal.confirmed", call.id(), call.request.body);
    const domain::Case& record = world.file(call.id())->record;
    return resource_answer(200, message::encode_removal(record), record.version);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

}  // namespace broker::api
