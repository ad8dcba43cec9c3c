#include "broker/store/deadlines.h"

#include "broker/base/text.h"
#include "broker/message/settings.h"
#include "broker/postgres/binary_array.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::id_array;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;
using postgres::text_array;
using postgres::time_array;

constexpr std::chrono::milliseconds acquire_timeout{900};
constexpr std::chrono::hours silence_time{24};

constexpr Statement delete_deadlines{"delete_deadlines", R"(
delete from deadline d using unnest($1::text[], $2::text[]) as n (kind, subject)
where d.kind = n.kind and d.subject = n.subject)"};
constexpr Statement upsert_deadlines{"upsert_deadlines", R"(
insert into deadline (kind, subject, case_id, due, detail)
select * from unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[])
on conflict (kind, subject) do update set due = excluded.due, detail = excluded.detail, claimed_until = '-infinity')"};
constexpr Statement upsert_settings{"upsert_settings", R"(
insert into authority_setting (authority, version, state) select * from unnest($1::text[], $2::bigint[], $3::text[])
on conflict (authority) do update set version = excluded.version, state = excluded.state)"};

// The lease is counted on the database's clock: that of the brokers may be a test's.
constexpr Statement claim_due{"claim_due", R"(
update deadline d set claimed_until = now() + make_interval(secs => $3::int)
from (select kind, subject from deadline where due <= $1 and claimed_until < now() and kind = any ($4::text[])
      order by due limit $2::int for update skip locked) as n
where d.kind = n.kind and d.subject = n.subject
returning d.kind, d.subject, coalesce(d.case_id::text, '') as case_id, d.due, d.detail)"};
constexpr Statement select_sent{"select_sent", R"(
select m.position, m.id, m.type, m.sender, m.recipient, coalesce(m.case_id::text, '') as case_id, m.time,
  exists (select from receipt r where r.message_id = m.id and r.kind in ('acknowledged', 'expired')) as settled
from message m where m.position > $1::bigint order by m.position limit $2::int)"};
// An authority is silent when something has waited for a day and it has taken nothing within that day. Who has an open
// enquiry to it waits for it.
constexpr Statement silent_now{"silent_now", R"(
select m.recipient as authority, min(m.time) as since,
  array(select distinct e.sender from enquiry_state e
        where e.recipient = m.recipient and e.status not in ('answered', 'withdrawn')) as waiting
from message m
where m.time <= $1 and length(m.recipient) = 3
  and not exists (select from receipt r where r.message_id = m.id and r.kind in ('delivered', 'acknowledged'))
  and not exists (select from receipt r where r.recipient = m.recipient and r.time > $1
                  and r.kind in ('delivered', 'acknowledged'))
group by m.recipient order by m.recipient)"};
constexpr Statement select_reachability{"select_reachability", R"(
select detail from deadline where kind = 'reachability' and subject = 'all')"};

}  // namespace

void save_clocks(const World& world, std::vector<Query>& queries) {
  std::vector<std::string> gone_kinds, gone_subjects, kinds, subjects, cases, details;
  std::vector<base::Time> due;
  for (const auto& [key, row] : world.changes.deadlines) {
    if (!row) {
      gone_kinds.push_back(key.kind);
      gone_subjects.push_back(key.subject);
      continue;
    }
    kinds.push_back(key.kind);
    subjects.push_back(key.subject);
    cases.push_back(row->case_id);
    due.push_back(row->due);
    details.push_back(row->detail);
  }
  if (!gone_kinds.empty()) queries.emplace_back(delete_deadlines, Params(gone_kinds, gone_subjects));
  if (!kinds.empty())
    queries.emplace_back(upsert_deadlines, Params(text_array(kinds), text_array(subjects), id_array(cases),
                                                  time_array(due), text_array(details)));
  std::vector<std::string> authorities, states;
  std::vector<int64_t> versions;
  for (const std::string& authority : world.changes.settings) {
    const domain::Settings& settings = world.settings(authority);
    authorities.push_back(authority);
    versions.push_back(settings.version);
    states.push_back(message::encode_settings_state(settings));
  }
  if (!authorities.empty()) queries.emplace_back(upsert_settings, Params(authorities, versions, states));
}

awaitable<std::vector<DeadlineRow>> claim_deadlines(postgres::Pool& writer_pool, std::vector<std::string> kinds,
                                                    base::Time now, int64_t limit, std::chrono::seconds lease) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params params(now, limit, static_cast<int64_t>(lease.count()), kinds);
  const Rows rows = co_await connection->execute(claim_due, std::move(params));
  std::vector<DeadlineRow> due;
  for (const Row row : rows) {
    due.push_back({{row.text("kind"), row.text("subject")}, row.text("case_id"), row.time("due"), row.text("detail")});
  }
  co_return due;
}

awaitable<std::vector<SentMessage>> sent_after(postgres::Pool& writer_pool, int64_t position, int64_t limit) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params params(position, limit);
  const Rows rows = co_await connection->execute(select_sent, std::move(params));
  std::vector<SentMessage> messages;
  for (const Row row : rows) {
    messages.push_back({row.integer("position"), row.text("id"), row.text("type"), row.text("sender"),
                        row.text("recipient"), row.text("case_id"), row.time("time"), row.boolean("settled")});
  }
  co_return messages;
}

awaitable<std::vector<Silence>> silent_authorities(postgres::Pool& writer_pool, base::Time now) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params before(now - silence_time);
  const Rows rows = co_await connection->execute(silent_now, std::move(before));
  std::vector<Silence> silent;
  for (const Row row : rows) {
    Silence silence{row.text("authority"), row.time("since"), {}};
    for (const auto& waiting : row.texts("waiting")) silence.waiting.push_back(waiting.value_or(""));
    silent.push_back(std::move(silence));
  }
  co_return silent;
}

awaitable<std::set<std::string>> unreachable(postgres::Pool& writer_pool) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  const Rows rows = co_await connection->execute(select_reachability);
  std::set<std::string> codes;
  if (rows.empty()) co_return codes;
  for (const auto code : base::split(rows.front().view("detail"), ',')) codes.emplace(code);
  codes.erase("");
  co_return codes;
}

}  // namespace broker::store
