#include "broker/store/webhooks.h"

#include "broker/api/handlers.h"
#include "broker/delivery/webhooks.h"
#include "broker/message/webhook.h"

namespace broker::api {
namespace {

using base::refuse;
using base::Result;
using message::WebhookKey;
using message::WebhookRow;

constexpr size_t webhooks_max = 10;  // of one inbox

std::string public_key_of(const Services& services, const WebhookRow& row) {
  return services.webhook_policy->secret.keys_of(row.key.owner, row.key.name, row.generation).public_key();
}

// As who set it is shown it: with the secret.
Answer shown_with_secret(const Services& services, int status, const WebhookRow& row) {
  const auto keys = services.webhook_policy->secret.keys_of(row.key.owner, row.key.name, row.generation);
  return resource_answer(status, message::encode_webhook(row, keys.public_key(), keys.secret(), std::nullopt),
                         row.version);
}

}  // namespace

Reply list_webhooks(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call);
  if (!page) co_return refuse(page.error());
  const auto rows = co_await store::list_webhooks(services.pool, call.viewer);
  std::vector<std::string> items;
  for (const WebhookRow& row : rows) {
    items.push_back(message::encode_webhook(row, public_key_of(services, row), "", std::nullopt));
  }
  co_return list_answer(call, items, "");
}

Reply get_webhook(Services& services, Call call) {
  const auto found = co_await store::find_webhook(services.pool, services.writer_pool, call.viewer, call.id());
  if (!found) co_return refuse(base::not_found());
  co_return resource_answer(
      200, message::encode_webhook(found->row, public_key_of(services, found->row), "", found->pending),
      found->row.version);
}

Reply put_webhook(Services& services, Call call) {
  auto wanted = message::decode_put_webhook(call.request.body);
  if (!wanted) co_return refuse(std::move(wanted.error()));
  const std::string wrong = services.webhook_policy->addresses.wrong_with(wanted->url);
  if (!wrong.empty()) co_return refuse(base::invalid_field("/url", wrong));
  const auto own = co_await store::list_webhooks(services.pool, call.viewer);
  const WebhookKey key{call.viewer.inbox(), call.id()};
  const bool is_known = std::ranges::find(own, key, &WebhookRow::key) != own.end();
  if (!is_known && own.size() >= webhooks_max) {
    co_return refuse(base::problem(base::ProblemType::conflict, "An inbox has at most ten webhooks."));
  }
  store::Needs needs;
  needs.webhooks.push_back(key);
  std::function<Result<Answer>(store::World&)> decide = [&services, call, key,
                                                         wanted = *wanted](store::World& world) -> Result<Answer> {
    const WebhookRow* known = world.webhook(key);
    if (known != nullptr && !call.if_match) return refuse(version_required());
    if (known != nullptr) {
      if (auto refusal = stale(call, known->version)) return refuse(std::move(*refusal));
    }
    WebhookRow row;
    row.key = key;
    row.generation = known == nullptr ? world.next_id() : known->generation;
    row.version = known == nullptr ? 1 : known->version + 1;
    row.url = wanted.url;
    row.types = wanted.types;
    const bool is_new = known == nullptr;
    world.put_webhook(row);
    world.audit(call.actor, "webhook.set", key.name, call.request.body);
    return shown_with_secret(services, is_new ? 201 : 200, row);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

Reply delete_webhook(Services& services, Call call) {
  const WebhookKey key{call.viewer.inbox(), call.id()};
  store::Needs needs;
  needs.webhooks.push_back(key);
  std::function<Result<Answer>(store::World&)> decide = [call, key](store::World& world) -> Result<Answer> {
    const WebhookRow* known = world.webhook(key);
    if (known == nullptr) return refuse(base::not_found());
    if (!call.if_match) return refuse(version_required());
    if (auto refusal = stale(call, known->version)) return refuse(std::move(*refusal));
    world.drop_webhook(key);
    world.audit(call.actor, "webhook.deleted", key.name, "");
    return Answer{204, {}, ""};
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

Reply replay_webhook(Services& services, Call call) {
  auto ids = message::decode_replay(call.request.body);
  if (!ids) co_return refuse(std::move(ids.error()));
  const WebhookKey key{call.viewer.inbox(), call.id()};
  const auto messages = co_await store::messages_in(services.writer_pool, key.owner, *ids);
  if (messages.size() != ids->size()) co_return refuse(base::invalid_field("/ids", "not all are in your inbox"));
  store::Needs needs;
  needs.webhooks.push_back(key);
  std::function<Result<Answer>(store::World&)> decide = [&services, call, key,
                                                         messages](store::World& world) -> Result<Answer> {
    const WebhookRow* known = world.webhook(key);
    if (known == nullptr) return refuse(base::not_found());
    if (auto refusal = stale(call, known->version)) return refuse(std::move(*refusal));
    for (const store::SentMessage& message : messages) {
      world.set_deadline(delivery::push_row(key, message, world.now()));
    }
    world.audit(call.actor, "webhook.replayed", key.name, call.request.body);
    const auto pending = static_cast<int64_t>(messages.size());
    return resource_answer(202, message::encode_webhook(*known, public_key_of(services, *known), "", pending),
                           known->version);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

}  // namespace broker::api
