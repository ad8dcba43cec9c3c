#include "broker/store/inbox.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr Statement waiting{"waiting", R"(
select m.position, m.id, coalesce(m.case_id::text, '') as case_id, m.immediate from message m
where m.recipient = $1
  and m.position > greatest($2::bigint, (select c.position from inbox_cursor c where c.recipient = $1))
  and not exists (select from receipt r where r.message_id = m.id and r.kind = 'acknowledged')
order by m.position limit $3::int)"};
constexpr Statement upsert_cursors{"upsert_cursors", R"(
insert into inbox_cursor (recipient, position, time)
select *, now() from unnest($1::text[], $2::bigint[])
on conflict (recipient) do update set position = excluded.position, time = excluded.time
where inbox_cursor.position < excluded.position)"};
constexpr Statement bodies{"bodies", R"(
select m.body from unnest($1::uuid[]) with ordinality as wanted (id, place) join message m on m.id = wanted.id
where m.recipient = $2 order by wanted.place)"};
constexpr Statement inbox_page{"inbox_page", R"(
select m.position, m.id, coalesce(m.case_id::text, '') as case_id, m.body from message m
where m.recipient = $1
  and m.position > greatest($2::bigint, (select c.position from inbox_cursor c where c.recipient = $1))
  and not exists (select from receipt r where r.message_id = m.id and r.kind = 'acknowledged')
order by m.position limit $3::int + 1)"};
constexpr Statement envelope_by_id{"envelope_by_id", R"(
select id, coalesce(case_id::text, '') as case_id, body from message where id = $1::uuid and recipient = $2)"};
constexpr Statement tracking_by_id{"tracking_by_id", R"(
select m.id, m.type, m.recipient, m.time,
  (select r.time from receipt r where r.message_id = m.id and r.kind = 'delivered') as delivered,
  (select r.time from receipt r where r.message_id = m.id and r.kind = 'acknowledged') as acknowledged,
  (select r.time from receipt r where r.message_id = m.id and r.kind = 'expired') as expired
from message m where m.id = $1::uuid and m.sender = $2)"};

}  // namespace

awaitable<std::vector<WaitingMessage>> waiting_after(postgres::Pool& pool, Viewer viewer, int64_t position,
                                                     int64_t limit) {
  Query query(waiting, Params(viewer.inbox(), position, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<WaitingMessage> messages;
  for (const Row row : rows) {
    messages.push_back({row.integer("position"), row.text("id"), row.text("case_id"), row.boolean("immediate")});
  }
  co_return messages;
}

awaitable<void> save_cursors(postgres::Pool& writer_pool, std::function<std::vector<InboxCursor>()> cursors) {
  const postgres::Deadline deadline = postgres::deadline_in(std::chrono::milliseconds(900));
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  std::vector<std::string> recipients;
  std::vector<int64_t> positions;
  for (const InboxCursor& one : cursors()) {
    recipients.push_back(one.recipient);
    positions.push_back(one.position);
  }
  if (recipients.empty()) co_return;
  Params params(recipients, positions);
  co_await connection->execute(upsert_cursors, std::move(params));
}

awaitable<std::vector<std::string>> envelopes(postgres::Pool& pool, Viewer viewer, std::vector<std::string> ids) {
  Query query(bodies, Params(ids, viewer.inbox()));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<std::string> texts;
  for (const Row row : rows) texts.push_back(row.text("body"));
  co_return texts;
}

awaitable<Listed<StoredEnvelope>> list_inbox(postgres::Pool& pool, Viewer viewer, Page page) {
  Query query(inbox_page, Params(viewer.inbox(), page.after.empty() ? std::string("0") : page.after, page.limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<StoredEnvelope> list;
  std::string last;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = last;
      break;
    }
    last = row.text("position");
    list.items.push_back({row.text("id"), row.text("case_id"), row.text("body")});
  }
  co_return list;
}

awaitable<std::optional<StoredEnvelope>> find_envelope(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(envelope_by_id, Params(id, viewer.inbox()));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  co_return StoredEnvelope{row.text("id"), row.text("case_id"), row.text("body")};
}

awaitable<std::optional<Tracking>> find_tracking(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(tracking_by_id, Params(id, viewer.inbox()));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  co_return Tracking{row.text("id"),
                     row.text("type"),
                     row.text("recipient"),
                     row.time("time"),
                     row.time_or_null("delivered"),
                     row.time_or_null("acknowledged"),
                     row.time_or_null("expired")};
}

}  // namespace broker::store
