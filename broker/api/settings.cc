#include "broker/store/settings.h"

#include "broker/api/handlers.h"
#include "broker/message/settings.h"

namespace broker::api {
namespace {

using base::refuse;
using base::Result;

}  // namespace

Reply get_settings(Services& services, Call call) {
  if (call.id() != call.actor.authority) co_return refuse(base::not_found());
  const domain::Settings settings = co_await store::find_settings(services.pool, call.viewer, call.id());
  co_return resource_answer(200, message::encode_settings(settings, call.id()), settings.version);
}

Reply put_settings(Services& services, Call call) {
  if (call.id() != call.actor.authority) co_return refuse(base::not_found());
  auto settings = message::decode_settings(call.request.body);
  if (!settings) co_return refuse(std::move(settings.error()));
  if (!call.if_match) co_return refuse(version_required());
  store::Needs needs;
  needs.settings.push_back(call.id());
  std::function<Result<Answer>(store::World&)> decide =
      [call, wanted = std::move(*settings)](store::World& world) -> Result<Answer> {
    const int64_t version = world.settings(call.id()).version;
    if (auto refusal = stale(call, version)) return refuse(std::move(*refusal));
    domain::Settings next = wanted;
    next.version = version + 1;
    world.put_settings(call.id(), next);
    world.audit(call.actor, "settings.changed", call.id(), call.request.body);
    return resource_answer(200, message::encode_settings(next, call.id()), next.version);
  };
  Result<Answer> answer = co_await write(services, call, std::move(needs), std::move(decide));
  co_return answer;
}

}  // namespace broker::api
