#include "broker/store/webhooks.h"

#include "broker/store/ask.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using message::WebhookRow;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{900};

constexpr Statement delete_webhooks{"delete_webhooks", R"(
delete from webhook w using unnest($1::text[], $2::text[]) as n (owner, name)
where w.owner = n.owner and w.name = n.name)"};
constexpr Statement upsert_webhooks{"upsert_webhooks", R"(
insert into webhook (owner, name, version, state)
select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
on conflict (owner, name) do update set version = excluded.version, state = excluded.state)"};
constexpr Statement webhooks_of_all{"webhooks_of_all", "select owner, name, version, state from webhook"};
constexpr Statement own_webhooks{"own_webhooks", R"(
select owner, name, version, state from webhook where owner = $1 and ($2 = '' or name = $2) order by name)"};
constexpr Statement count_pending{"count_pending", R"(
select count(*) as pending from deadline where kind = 'webhook' and subject like $1 || '/%')"};
constexpr Statement feed_of_webhooks{"feed_of_webhooks", R"(
select d.due, d.detail, (select coalesce(max(position), 0) from message) as last
from deadline d where d.kind = 'webhook_feed' and d.subject = 'all')"};
constexpr Statement messages_of_inbox{"messages_of_inbox", R"(
select m.position, m.id, m.type, m.sender, m.recipient, coalesce(m.case_id::text, '') as case_id, m.time
from message m where m.id = any ($1::uuid[]) and m.recipient = $2 order by m.position)"};

}  // namespace

std::vector<WebhookRow> webhooks_of(const Rows& rows) {
  std::vector<WebhookRow> webhooks;
  for (const Row row : rows) {
    WebhookRow webhook = message::decode_webhook_state(row.view("state"));
    webhook.key = {row.text("owner"), row.text("name")};
    webhook.version = row.integer("version");
    webhooks.push_back(std::move(webhook));
  }
  return webhooks;
}

awaitable<std::vector<WebhookRow>> all_webhooks(postgres::Pool& writer_pool) {
  const Rows rows = co_await ask(writer_pool, acquire_timeout, Query(webhooks_of_all, Params()));
  co_return webhooks_of(rows);
}

awaitable<std::optional<ShownWebhook>> find_webhook(postgres::Pool& pool, postgres::Pool& writer_pool, Viewer viewer,
                                                    std::string name) {
  const std::string owner = viewer.inbox();
  Query query(own_webhooks, Params(owner, name));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  const Rows pending = co_await ask(writer_pool, acquire_timeout, Query(count_pending, Params(owner + "/" + name)));
  co_return ShownWebhook{webhooks_of(rows).front(), pending.front().integer("pending")};
}

awaitable<std::vector<WebhookRow>> list_webhooks(postgres::Pool& pool, Viewer viewer) {
  Query query(own_webhooks, Params(viewer.inbox(), ""));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  co_return webhooks_of(rows);
}

awaitable<WebhookFeed> webhook_feed(postgres::Pool& writer_pool) {
  const Rows rows = co_await ask(writer_pool, acquire_timeout, Query(feed_of_webhooks, Params()));
  const Row row = rows.front();
  co_return WebhookFeed{{{"webhook_feed", "all"}, "", row.time("due"), row.text("detail")}, row.integer("last")};
}

awaitable<std::vector<SentMessage>> messages_in(postgres::Pool& writer_pool, std::string inbox,
                                                std::vector<std::string> ids) {
  const Rows rows = co_await ask(writer_pool, acquire_timeout, Query(messages_of_inbox, Params(ids, inbox)));
  std::vector<SentMessage> messages;
  for (const Row row : rows) {
    messages.push_back({row.integer("position"), row.text("id"), row.text("type"), row.text("sender"),
                        row.text("recipient"), row.text("case_id"), row.time("time"), false});
  }
  co_return messages;
}

void save_webhooks(const World& world, std::vector<Query>& queries) {
  std::vector<std::string> gone_owners, gone_names, owners, names, states;
  std::vector<int64_t> versions;
  for (const auto& [key, row] : world.changes.webhooks) {
    if (!row) {
      gone_owners.push_back(key.owner);
      gone_names.push_back(key.name);
      continue;
    }
    owners.push_back(key.owner);
    names.push_back(key.name);
    versions.push_back(row->version);
    states.push_back(message::encode_webhook_state(*row));
  }
  if (!gone_owners.empty()) queries.emplace_back(delete_webhooks, Params(gone_owners, gone_names));
  if (!owners.empty()) queries.emplace_back(upsert_webhooks, Params(owners, names, versions, states));
}

}  // namespace broker::store
