#include "broker/store/looks.h"

#include "broker/api/handlers.h"
#include "broker/message/resource.h"
#include "broker/store/cases.h"

namespace broker::api {

using base::refuse;

std::string encode_look(const store::StoredLook& look) {
  message::ObjectWriter item;
  item.number("position", look.position).time("time", look.time).text("authority", look.authority);
  item.put("officer", look.officer).put("school", look.school).text("action", look.action);
  return item.put("subject", look.subject).done();
}

Reply list_looks(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"by"})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call, true);
  if (!page) co_return refuse(page.error());
  const std::string* by = call.request.query_value("by");
  const bool only_others = by != nullptr && *by == "others";
  if (by != nullptr && !only_others && !by->empty()) co_return refuse(base::invalid_field("/by", "must be others"));
  const auto record = co_await store::find_case(services.pool, call.viewer, call.id());
  if (!record || record->owner != call.actor.authority) co_return refuse(base::not_found());
  const auto list = co_await store::list_looks(services.pool, call.viewer, call.id(), only_others, *page);
  std::vector<std::string> items;
  for (const store::StoredLook& look : list.items) {
    items.push_back(encode_look(look));
  }
  co_return list_answer(call, items, list.next);
}

}  // namespace broker::api
