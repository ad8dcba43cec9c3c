#include "broker/api/handlers.h"
#include "broker/base/log.h"
#include "broker/domain/reference/directory.h"
#include "broker/message/case.h"
#include "broker/message/enquiry.h"
#include "broker/store/cases.h"

namespace broker::api {
namespace {

using base::refuse;
using base::Result;
using domain::CaseFile;
using domain::Enquiry;

// An event on an enquiry by one of its two parties. `show` makes the answer from what it has become.
Reply decide_on_enquiry(Services& services, Call call, domain::Command command, std::string action,
                        std::function<Answer(const Call&, const Enquiry&, const domain::Case&)> show) {
  store::Needs needs;
  needs.enquiries.push_back(call.id());
  needs.openers.push_back(call.actor.authority);
  needs.same_child.emplace_back(call.id(), call.actor.authority);
  std::function<Result<Answer>(store::World&)> decide = [call, command = std::move(command), action = std::move(action),
                                                         show =
                                                             std::move(show)](store::World& world) -> Result<Answer> {
    CaseFile* file = world.file_of_enquiry(call.id());
    const Enquiry* enquiry = file == nullptr ? nullptr : file->enquiry(call.id());
    const bool is_party =
        enquiry != nullptr && (enquiry->from == call.actor.authority || enquiry->to == call.actor.authority);
    if (!is_party) return refuse(base::not_found());
    if (auto refusal = stale(call, enquiry->version)) return refuse(std::move(*refusal));
    auto events = domain::decide(*file, call.actor, command, world.context(file->record.id));
    if (!events) return refuse(std::move(events.error()));
    world.record(*events);
    world.audit(call.actor, action, call.id(), call.request.body);
    file = world.file_of_enquiry(call.id());
    return show(call, *file->enquiry(call.id()), file->record);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

Answer show_enquiry(const Call& call, const Enquiry& enquiry, const domain::Case& record) {
  return resource_answer(200, message::encode_enquiry(enquiry, record, std::nullopt, call.actor.authority),
                         enquiry.version);
}

Answer show_reply(const Call& call, const Enquiry& enquiry, const domain::Case& record) {
  Answer answer = resource_answer(
      201, message::encode_reply(enquiry.replies.back(), enquiry, record, call.actor.authority), enquiry.version);
  answer.headers.emplace_back("Location", "/v1/enquiries/" + enquiry.id);
  return answer;
}

void watch_fan_out(Services& services, const Call& call, int64_t recipients) {
  const std::string& authority = call.actor.authority;
  if (!services.enquiry_watch.note(authority, recipients, std::chrono::steady_clock::now())) return;
  base::log_warning("an authority sends unusually many enquiries", {{"authority", authority}});
  if (services.metrics != nullptr)
    services.metrics->count("waymark_unusual_fan_out", "authority=\"" + authority + "\"");
}

}  // namespace

std::vector<std::string> members_of(const std::string& group, const std::string& sender) {
  std::vector<std::string> codes;
  if (group == "neighbours") {
    const auto neighbours = domain::reference::neighbours_of(sender);
    codes.assign(neighbours.begin(), neighbours.end());
  } else {
    const auto* own = domain::reference::find_authority(sender);
    for (const auto& facts : domain::reference::all_authorities()) {
      const bool is_meant = group == "all" || (own != nullptr && facts.region == own->region);
      if (is_meant && domain::reference::is_known_authority(facts.code)) codes.push_back(facts.code);
    }
  }
  std::erase(codes, sender);
  return codes;
}

Reply send_enquiries(Services& services, Call call) {
  auto request = message::decode_send_enquiries(call.request.body);
  if (!request) co_return refuse(std::move(request.error()));
  if (!request->group.empty()) request->command.to = members_of(request->group, call.actor.authority);
  const auto recipients = static_cast<int64_t>(request->command.to.size());
  store::Needs needs;
  needs.cases.push_back(call.id());
  needs.settings = request->command.to;
  std::function<Result<Answer>(store::World&)> decide =
      [call, command = domain::Command(std::move(request->command))](store::World& world) -> Result<Answer> {
    CaseFile* file = world.file(call.id());
    if (file == nullptr || file->record.owner != call.actor.authority) return refuse(base::not_found());
    auto events = domain::decide(*file, call.actor, command, world.context(call.id()));
    if (!events) return refuse(std::move(events.error()));
    world.record(*events);
    world.audit(call.actor, "enquiry.opened", call.id(), call.request.body);
    file = world.file(call.id());
    std::vector<std::string> items;
    for (const domain::Event& event : *events) {
      const auto& opened = std::get<domain::EnquiryOpened>(event.body).enquiry;
      items.push_back(
          message::encode_enquiry(*file->enquiry(opened.id), file->record, std::nullopt, call.actor.authority));
    }
    return json_answer(201, message::encode_list(items, ""));
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  if (answer && !answer->is_replay) watch_fan_out(services, call, recipients);
  co_return answer;
}

Reply list_enquiries(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"direction", "status", "case_id"}))
    co_return refuse(std::move(*refusal));
  const auto page = page_of(call);
  if (!page) co_return refuse(page.error());
  store::EnquiryFilter filter;
  if (const std::string* direction = call.request.query_value("direction");
      direction != nullptr && !direction->empty()) {
    filter.is_sent = *direction == "sent";
    filter.is_received = *direction == "received";
    if (!filter.is_sent && !filter.is_received) {
      co_return refuse(base::invalid_field("/direction", "must be sent or received"));
    }
  }
  if (const std::string* status = call.request.query_value("status"); status != nullptr && !status->empty()) {
    if (*status != "delivered" && !domain::parse_name<domain::EnquiryStatus>(*status)) {
      co_return refuse(
          base::invalid_field("/status", "must be delivered, " + domain::all_names<domain::EnquiryStatus>()));
    }
    filter.status = *status;
  }
  if (const std::string* id = call.request.query_value("case_id"); id != nullptr && !id->empty()) {
    if (!base::is_id(*id)) co_return refuse(base::invalid_field("/case_id", "must be the id of a case"));
    filter.case_id = *id;
  }
  const auto list = co_await store::list_enquiries(services.pool, call.viewer, filter, *page);
  std::vector<std::string> items;
  store::Look look{.action = "look.enquiries"};
  for (const store::StoredEnquiry& one : list.items) {
    items.push_back(message::encode_enquiry(one.enquiry, one.record, one.delivered, call.actor.authority));
    look.shown.push_back(one.enquiry.id);
    look.children.insert({one.record.id, one.record.owner});
  }
  Answer answer = list_answer(call, items, list.next);
  if (items.empty()) co_return answer;
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply get_enquiry(Services& services, Call call) {
  const auto found = co_await store::find_enquiry(services.pool, call.viewer, call.id());
  if (!found) co_return refuse(base::not_found());
  Answer answer = resource_answer(
      200, message::encode_enquiry(found->enquiry, found->record, found->delivered, call.actor.authority),
      found->enquiry.version);
  store::Look look{
      .action = "look.enquiry", .subject = call.id(), .children = {{found->record.id, found->record.owner}}};
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply acknowledge_enquiry(Services& services, Call call) {
  auto command = message::decode_acknowledge(call.request.body, call.id());
  if (!command) co_return refuse(std::move(command.error()));
  Result<Answer> answer =
      co_await decide_on_enquiry(services, std::move(call), *command, "enquiry.acknowledged", show_enquiry);
  co_return answer;
}

Reply reply_to_enquiry(Services& services, Call call) {
  auto command = message::decode_answer(call.request.body, call.id());
  if (!command) co_return refuse(std::move(command.error()));
  const auto& moved_to = command->answer.moved_to;
  if (moved_to && !moved_to->authority.empty() && !domain::reference::is_known_authority(moved_to->authority)) {
    co_return refuse(base::invalid_field("/moved_to", "no authority has this code"));
  }
  Result<Answer> answer =
      co_await decide_on_enquiry(services, std::move(call), *command, "enquiry.replied", show_reply);
  co_return answer;
}

Reply add_information(Services& services, Call call) {
  auto command = message::decode_information(call.request.body, call.id());
  if (!command) co_return refuse(std::move(command.error()));
  Result<Answer> answer =
      co_await decide_on_enquiry(services, std::move(call), *command, "enquiry.information", show_enquiry);
  co_return answer;
}

Reply withdraw_enquiry(Services& services, Call call) {
  auto command = message::decode_withdraw(call.request.body, call.id());
  if (!command) co_return refuse(std::move(command.error()));
  Result<Answer> answer =
      co_await decide_on_enquiry(services, std::move(call), *command, "enquiry.withdrawn", show_enquiry);
  co_return answer;
}

Reply confirm_location(Services& services, Call call) {
  auto command = message::decode_confirm(call.request.body);
  if (!command) co_return refuse(std::move(command.error()));
  store::Needs needs;
  needs.cases.push_back(call.id());
  needs.openers.push_back(call.actor.authority);
  needs.same_child.emplace_back(call.id(), call.actor.authority);
  std::function<Result<Answer>(store::World&)> decide =
      [&services, call, command = domain::Command(std::move(*command))](store::World& world) -> Result<Answer> {
    CaseFile* file = world.file(call.id());
    if (file == nullptr) return refuse(base::not_found());
    auto events = domain::decide(*file, call.actor, command, world.context(call.id()));
    if (!events) return refuse(std::move(events.error()));
    world.record(*events);
    world.audit(call.actor, "location.confirmed", call.id(), call.request.body);
    if (const auto* handover = std::get_if<domain::HandoverAccepted>(&events->front().body)) {
      // The child is the confirming authority's own case now.
      const domain::Case& successor = world.file(handover->successor_case)->record;
      Answer answer = resource_answer(201, shown_case(services, successor), successor.version);
      answer.headers.emplace_back("Location", "/v1/cases/" + successor.id);
      return answer;
    }
    const auto& confirmation = std::get<domain::LocationConfirmed>(events->front().body).confirmation;
    return resource_answer(201, message::encode_confirmation(confirmation, world.file(call.id())->record), 1);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

Reply retract_confirmation(Services& services, Call call) {
  auto command = message::decode_retract(call.request.body, call.id());
  if (!command) co_return refuse(std::move(command.error()));
  store::Needs needs;
  needs.confirmations.push_back(call.id());
  std::function<Result<Answer>(store::World&)> decide =
      [call, command = domain::Command(std::move(*command))](store::World& world) -> Result<Answer> {
    CaseFile* file = world.file_of_confirmation(call.id());
    if (file == nullptr) return refuse(base::not_found());
    auto events = domain::decide(*file, call.actor, command, world.context(file->record.id));
    if (!events) return refuse(std::move(events.error()));
    world.record(*events);
    world.audit(call.actor, "location.retracted", call.id(), call.request.body);
    const domain::Case& record = world.file_of_confirmation(call.id())->record;
    for (const domain::Confirmation& one : record.confirmations) {
      if (one.id == call.id()) return resource_answer(200, message::encode_confirmation(one, record), 2);
    }
    return refuse(base::not_found());
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

}  // namespace broker::api
