#include "broker/store/inbox.h"

#include "broker/api/handlers.h"
#include "broker/audit/jws.h"
#include "broker/message/canonical.h"
#include "broker/message/resource.h"

namespace broker::api {
namespace {

using base::refuse;
using base::Result;

Reply acknowledge(Services& services, Call call, std::string lease_id, std::vector<std::string> ids) {
  const auto done = co_await services.inboxes.acknowledge(call.viewer, call.actor, std::move(lease_id), std::move(ids));
  if (!done) co_return refuse(done.error());
  message::ObjectWriter body;
  co_return json_answer(200, body.number("acknowledged", static_cast<int64_t>(*done)).done());
}

void add_message(store::Look& look, const std::string& id, const std::string& case_id) {
  look.shown.push_back(id);
  if (!case_id.empty()) look.children.insert({case_id, ""});
}

}  // namespace

Reply claim_inbox(Services& services, Call call) {
  const auto request = message::decode_claim(call.request.body);
  if (!request) co_return refuse(request.error());
  const std::chrono::seconds lease(request->lease_seconds);
  const std::chrono::seconds wait(request->wait_seconds);
  const auto max = static_cast<size_t>(request->max);
  const auto claim = co_await services.inboxes.claim(call.viewer, call.actor, max, lease, wait);
  if (!claim) co_return refuse(claim.error());
  if (!*claim) {
    Answer nothing;
    nothing.status = 204;
    nothing.headers.emplace_back("Retry-After", request->wait_seconds > 0 ? "0" : "5");
    co_return nothing;
  }
  message::ObjectWriter body;
  body.text("lease_id", (*claim)->lease_id).json("items", message::encode_items((*claim)->envelopes));
  co_return json_answer(200, body.done());
}

Reply acknowledge_one(Services& services, Call call) {
  auto request = message::decode_ack(call.request.body, false);
  if (!request) co_return refuse(std::move(request.error()));
  std::vector<std::string> ids{call.id()};
  std::string lease_id = std::move(request->lease_id);
  Result<Answer> answer = co_await acknowledge(services, std::move(call), std::move(lease_id), std::move(ids));
  co_return answer;
}

Reply acknowledge_many(Services& services, Call call) {
  auto request = message::decode_ack(call.request.body, true);
  if (!request) co_return refuse(std::move(request.error()));
  for (size_t i = 0; i < request->ids.size(); ++i) {
    if (base::is_id(request->ids[i])) continue;
    co_return refuse(base::invalid_field("/ids/" + std::to_string(i), "must be the id of a message"));
  }
  Result<Answer> answer =
      co_await acknowledge(services, std::move(call), std::move(request->lease_id), std::move(request->ids));
  co_return answer;
}

Reply give_back_message(Services& services, Call call) {
  const auto request = message::decode_ack(call.request.body, false);
  if (!request) co_return refuse(request.error());
  const auto done = services.inboxes.give_back(call.viewer, request->lease_id, call.id());
  if (!done) co_return refuse(done.error());
  message::ObjectWriter body;
  co_return json_answer(200, body.number("returned", 1).done());
}

Reply list_inbox(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call, true);
  if (!page) co_return refuse(page.error());
  const auto list = co_await store::list_inbox(services.pool, call.viewer, *page);
  std::vector<std::string> items;
  store::Look look{.action = "look.inbox"};
  for (const store::StoredEnvelope& one : list.items) {
    items.push_back(one.body);
    add_message(look, one.id, one.case_id);
  }
  Answer answer = list_answer(call, items, list.next);
  if (items.empty()) co_return answer;
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply get_message(Services& services, Call call) {
  auto envelope = co_await store::find_envelope(services.pool, call.viewer, call.id());
  if (!envelope) co_return refuse(base::not_found());
  store::Look look{.action = "look.message", .subject = envelope->id};
  if (!envelope->case_id.empty()) look.children.insert({envelope->case_id, ""});
  Answer answer = json_answer(200, std::move(envelope->body));
  Result<Answer> recorded = co_await shown(services, call, std::move(look), std::move(answer));
  co_return recorded;
}

Reply get_tracking(Services& services, Call call) {
  const auto tracking = co_await store::find_tracking(services.pool, call.viewer, call.id());
  if (!tracking) co_return refuse(base::not_found());
  const char* status = tracking->acknowledged ? "acknowledged"
                       : tracking->delivered  ? "delivered"
                       : tracking->expired    ? "expired"
                                              : "accepted";
  message::ObjectWriter body;
  body.text("id", tracking->id)
      .text("type", tracking->type)
      .text("recipient", tracking->recipient)
      .text("status", status);
  body.text("accepted", base::format_time(tracking->accepted));
  if (tracking->delivered) body.text("delivered", base::format_time(*tracking->delivered));
  if (tracking->acknowledged) body.text("acknowledged", base::format_time(*tracking->acknowledged));
  if (tracking->expired) body.text("expired", base::format_time(*tracking->expired));
  // Signed like a message, so that the sender can show it to others.
  std::string receipt = body.done();
  const std::string signature = audit::sign_detached_jws(services.key, message::canonical_without_signature(receipt));
  receipt.pop_back();
  co_return json_answer(200, receipt + ",\"signature\":\"" + signature + "\"}");
}

}  // namespace broker::api
