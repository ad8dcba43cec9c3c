#include "broker/store/feed.h"

#include "broker/message/state.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{5'000};

constexpr Statement begin_snapshot{"begin_snapshot", "begin isolation level repeatable read read only"};
constexpr Statement end_snapshot{"end_snapshot", "commit"};
constexpr Statement records_after{"records_after", R"(
select key, authority, school, kind, coalesce(case_id::text, '') as case_id, coalesce(upload_id::text, '') as upload_id,
  row, record,
  coalesce((select c.is_held from pupil_record_change c where c.key = r.key order by c.position desc limit 1), true) as is_held
from pupil_record r where key > $1::bigint order by key limit $2::int + 1)"};
constexpr Statement changes_after{"changes_after", R"(
select position, key, is_held from pupil_record_change where position > $1::bigint order by position
limit $2::int + 1)"};
constexpr Statement last_change_position{"last_change_position",
                                         "select coalesce(max(position), 0) from pupil_record_change"};
constexpr Statement mark_of_feed{"mark_of_feed", R"(
select concat_ws(' ', (select system_identifier from pg_control_system()),
  (select oid from pg_database where datname = current_database()),
  substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
  coalesce((select concat(encode(digest, 'hex'), case_id, upload_id) from pupil_record where key = $1::bigint), '-'),
  coalesce((select concat(key, is_held) from pupil_record_change where position = $2::bigint), '-'))
)"};
constexpr Statement records_by_key{"records_by_key", R"(
select key, authority, school, kind, coalesce(case_id::text, '') as case_id, coalesce(upload_id::text, '') as upload_id,
  row, record,
  coalesce((select c.is_held from pupil_record_change c where c.key = r.key order by c.position desc limit 1), true) as is_held
from pupil_record r where key = any ($1::bigint[]) order by key)"};
constexpr Statement claim_tasks{"claim_tasks", R"(
update match_task set claimed_until = now() + make_interval(secs => $2::int)
where key in (select key from match_task where claimed_until < now() order by key limit $1::int for update skip locked)
returning key, claimed_until)"};

HeldRecord held_record(const Row& row) {
  HeldRecord record;
  record.key = row.integer("key");
  record.side.authority = row.text("authority");
  record.side.school = row.text("school");
  record.side.kind = *domain::parse_name<domain::RecordKind>(row.view("kind"));
  record.side.record_key = record.key;
  record.side.case_id = row.text("case_id");
  record.side.upload_id = row.text("upload_id");
  record.side.row = row.integer("row");
  record.pupil = message::decode_pupil(row.view("record"));
  record.is_held = row.boolean("is_held");
  return record;
}

}  // namespace

awaitable<int64_t> last_change(postgres::Pool& writer_pool) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  const Rows rows = co_await connection->execute(last_change_position);
  co_return rows.front().integer(0);
}

awaitable<FeedChunk> read_feed(postgres::Pool& writer_pool, FeedMarks after, int64_t limit) {
  std::vector<Query> queries;
  queries.emplace_back(begin_snapshot);
  queries.emplace_back(records_after, Params(after.record_key, limit));
  queries.emplace_back(changes_after, Params(after.change, limit));
  queries.emplace_back(end_snapshot);
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  const std::vector<Rows> results = co_await connection->pipeline(std::move(queries));
  FeedChunk chunk;
  for (const Row row : results[1]) {
    if (static_cast<int64_t>(chunk.records.size()) == limit) {
      chunk.has_more = true;
      break;
    }
    chunk.records.push_back(held_record(row));
  }
  for (const Row row : results[2]) {
    if (static_cast<int64_t>(chunk.changes.size()) == limit) {
      chunk.has_more = true;
      break;
    }
    chunk.changes.push_back({row.integer("position"), row.integer("key"), row.boolean("is_held")});
  }
  co_return chunk;
}

awaitable<std::string> mark_at(postgres::Pool& writer_pool, FeedMarks marks) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params params(marks.record_key, marks.change);
  const Rows rows = co_await connection->execute(mark_of_feed, std::move(params));
  co_return rows.front().text(0);
}

awaitable<std::vector<HeldRecord>> read_records(postgres::Pool& writer_pool, std::vector<int64_t> keys) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params params(keys);
  const Rows rows = co_await connection->execute(records_by_key, std::move(params));
  std::vector<HeldRecord> records;
  for (const Row row : rows) records.push_back(held_record(row));
  co_return records;
}

awaitable<std::vector<MatchTask>> claim_match_tasks(postgres::Pool& writer_pool, int64_t limit, int64_t lease_seconds) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params params(limit, lease_seconds);
  const Rows rows = co_await connection->execute(claim_tasks, std::move(params));
  std::vector<MatchTask> tasks;
  for (const Row row : rows) tasks.push_back({row.integer("key"), row.time("claimed_until")});
  co_return tasks;
}

}  // namespace broker::store
