#include <map>

#include "broker/api/handlers.h"
#include "broker/audit/proof.h"
#include "broker/message/case.h"
#include "broker/message/resource.h"
#include "broker/store/audit_heads.h"

namespace broker::api {
namespace {

using base::refuse;

std::string base64(const audit::Hash& hash) {
  return base::to_base64(audit::bytes_of(hash));
}

audit::NodeReader reader_of(const std::vector<audit::Node>& nodes) {
  std::map<audit::NodeId, audit::Hash> by_id;
  for (const audit::Node& node : nodes) by_id[node.id] = node.hash;
  return [by_id = std::move(by_id)](audit::NodeId id) { return by_id.at(id); };
}

std::string proof_json(const audit::Proof& proof) {
  std::string list = "[";
  for (const audit::Hash& hash : proof) list += (list.size() > 1 ? ",\"" : "\"") + base64(hash) + "\"";
  return list + "]";
}

void write_head(message::ObjectWriter& json, const audit::SignedHead& head) {
  json.number("size", static_cast<int64_t>(head.head.size)).text("root", base64(head.head.root));
  json.text("time", base::format_time(head.head.time)).text("key_id", head.key_id);
  json.text("signature", base::to_base64(head.signature));
}

// A whole number among the query parameters, within `most`.
base::Result<uint64_t> number_of(const Call& call, const std::string& name, uint64_t most) {
  const std::string* text = call.request.query_value(name);
  const auto number = text == nullptr ? std::nullopt : base::parse_number(*text);
  if (!number || static_cast<uint64_t>(*number) > most) {
    return refuse(base::invalid_field("/" + name, "must be a whole number from 0 to " + std::to_string(most)));
  }
  return static_cast<uint64_t>(*number);
}

}  // namespace

Reply audit_head(Services& services, Call call) {
  const base::Time now = services.clock.now();
  const audit::SignedHead head = co_await store::sign_log_head(services.pool, call.viewer, services.key, now);
  message::ObjectWriter body;
  write_head(body, head);
  co_return json_answer(200, body.text("public_key", services.key.public_key().pem()).done());
}

Reply audit_heads(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call, true);
  if (!page) co_return refuse(page.error());
  const auto list = co_await store::list_heads(services.pool, call.viewer, *page);
  std::vector<std::string> items;
  for (const audit::SignedHead& head : list.items) {
    message::ObjectWriter item;
    write_head(item, head);
    items.push_back(item.done());
  }
  co_return list_answer(call, items, list.next);
}

Reply audit_entries(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"from"})) co_return refuse(std::move(*refusal));
  const auto page = page_of(call, true);
  if (!page) co_return refuse(page.error());
  uint64_t from = 0;
  if (call.request.query_value("from") != nullptr) {
    const auto number = number_of(call, "from", audit::tree_size_max);
    if (!number) co_return refuse(number.error());
    from = *number;
  }
  if (!page->after.empty()) from = static_cast<uint64_t>(*base::parse_number(page->after));
  const auto list =
      co_await store::list_log_entries(services.pool, call.viewer, static_cast<int64_t>(from), page->limit);
  std::vector<std::string> items;
  for (const store::LogEntry& entry : list.items) {
    message::ObjectWriter item;
    item.number("position", entry.position).text("leaf", base::to_base64(entry.leaf));
    // As text, because these very bytes were hashed.
    item.text_or_null("entry", entry.entry.value_or(""));
    items.push_back(item.done());
  }
  co_return list_answer(call, items, list.next);
}

Reply audit_proof(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"entry", "size"})) co_return refuse(std::move(*refusal));
  const store::LogEdge edge = co_await store::log_edge(services.pool, call.viewer);
  if (edge.size == 0) co_return refuse(base::not_found());
  const auto entry = number_of(call, "entry", edge.size - 1);
  if (!entry) co_return refuse(entry.error());
  uint64_t size = edge.size;
  if (call.request.query_value("size") != nullptr) {
    const auto wanted = number_of(call, "size", edge.size);
    if (!wanted) co_return refuse(wanted.error());
    if (*wanted <= *entry) co_return refuse(base::invalid_field("/size", "must be above the entry's position"));
    size = *wanted;
  }
  std::vector<audit::NodeId> ids = audit::nodes_of_inclusion_proof(size, *entry);
  ids.push_back({0, *entry});
  const auto nodes = co_await store::log_nodes(services.pool, call.viewer, std::move(ids));
  const audit::NodeReader read = reader_of(nodes);
  message::ObjectWriter body;
  body.number("entry", static_cast<int64_t>(*entry)).number("size", static_cast<int64_t>(size));
  body.text("leaf", base64(read({0, *entry}))).json("proof", proof_json(audit::inclusion_proof(size, *entry, read)));
  co_return json_answer(200, body.done());
}

Reply audit_consistency(Services& services, Call call) {
  if (auto refusal = unknown_parameters(call, {"from", "to"})) co_return refuse(std::move(*refusal));
  const store::LogEdge edge = co_await store::log_edge(services.pool, call.viewer);
  const auto to =
      call.request.query_value("to") == nullptr ? base::Result<uint64_t>(edge.size) : number_of(call, "to", edge.size);
  if (!to) co_return refuse(to.error());
  const auto from = number_of(call, "from", *to);
  if (!from) co_return refuse(from.error());
  std::vector<audit::NodeId> ids = audit::nodes_of_consistency_proof(*from, *to);
  const auto nodes = co_await store::log_nodes(services.pool, call.viewer, std::move(ids));
  message::ObjectWriter body;
  body.number("from", static_cast<int64_t>(*from)).number("to", static_cast<int64_t>(*to));
  body.json("proof", proof_json(audit::consistency_proof(*from, *to, reader_of(nodes))));
  co_return json_answer(200, body.done());
}

}  // namespace broker::api
