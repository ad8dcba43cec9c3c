#include "broker/store/notices.h"

#include "broker/api/handlers.h"
#include "broker/delivery/notice_clock.h"
#include "broker/domain/reference/directory.h"

namespace broker::api {
namespace {

using base::refuse;
using base::Result;
using message::Notice;

// Each child is looked for from now on, so that its arrival meets the notice. A child of an earlier notice is held
// already.
void hold_children(store::World& world, const Notice& notice) {
  int64_t row = 0;
  for (const matcher::PupilRecord& child : notice.children) {
    ++row;
    store::HeldRecord held;
    held.digest = store::digest_of_expected(notice.sender, child);
    if (world.is_known_digest(held.digest)) {
      world.see_again(held.digest);
      continue;
    }
    held.side = domain::MatchSide{
        .authority = notice.sender, .kind = domain::RecordKind::expected, .upload_id = notice.id, .row = row};
    held.pupil = child;
    world.hold(std::move(held));
  }
}

}  // namespace

Reply send_notice(Services& services, Call call) {
  auto notice = message::decode_notice(call.request.body);
  if (!notice) co_return refuse(std::move(notice.error()));
  if (!domain::reference::is_known_authority(notice->recipient) || notice->recipient == call.actor.authority) {
    co_return refuse(base::invalid_field("/to", "must be the code of another authority"));
  }
  store::Needs needs;
  for (const matcher::PupilRecord& child : notice->children) {
    needs.record_digests.push_back(store::digest_of_expected(call.actor.authority, child));
  }
  std::function<Result<Answer>(store::World&)> decide = [call, given = *notice](store::World& world) -> Result<Answer> {
    Notice sent = given;
    sent.id = world.next_id();
    sent.sender = call.actor.authority;
    sent.sent_by = call.actor.officer;
    sent.time = world.now();
    world.write(store::insert_notice(sent));
    hold_children(world, sent);
    if (sent.expected_until) {
      world.set_deadline({{"notice", sent.id}, "", delivery::end_of_notice(*sent.expected_until), ""});
    }
    message::Outgoing message;
    message.type = "movement.notice";
    message.sender = sent.sender;
    message.recipient = sent.recipient;
    message.data = R"({"notice":)" + message::encode_notice(sent, sent.recipient) + "}";
    world.send(std::move(message));
    world.audit(call.actor, "notice.sent", sent.id, call.request.body);
    Answer answer = resource_answer(201, message::encode_notice(sent, sent.sender), 1);
    answer.headers.emplace_back("Location", "/v1/notices/" + sent.id);
    return answer;
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

Reply list_notices(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"direction"})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call);
  if (!page) co_return refuse(page.error());
  store::NoticeFilter filter;
  if (const std::string* direction = call.request.query_value("direction");
      direction != nullptr && !direction->empty()) {
    filter.is_sent = *direction == "sent";
    filter.is_received = *direction == "received";
    if (!filter.is_sent && !filter.is_received) {
      co_return refuse(base::invalid_field("/direction", "must be sent or received"));
    }
  }
  const auto list = co_await store::list_notices(services.pool, call.viewer, filter, *page);
  std::vector<std::string> items;
  store::Look look{.action = "look.notices"};
  for (const Notice& one : list.items) {
    items.push_back(message::encode_notice(one, call.actor.authority));
    look.shown.push_back(one.id);
    look.children.insert({one.id, one.sender});
  }
  Answer answer = list_answer(call, items, list.next);
  if (items.empty()) co_return answer;
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply get_notice(Services& services, Call call) {
  const auto found = co_await store::find_notice(services.pool, call.viewer, call.id());
  if (!found) co_return refuse(base::not_found());
  store::Look look{.action = "look.notice", .subject = call.id(), .children = {{found->id, found->sender}}};
  Answer answer = resource_answer(200, message::encode_notice(*found, call.actor.authority), 1);
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

}  // namespace broker::api
