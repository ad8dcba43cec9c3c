#include "broker/store/retention.h"

#include <set>

#include "broker/base/log.h"

namespace broker::store {
namespace {

constexpr std::chrono::milliseconds acquire_timeout{5'000};
constexpr const char* broker_officer = "waymark";
constexpr const char* kept_years = "the years for which it is kept are over";
constexpr const char* kept_days = "the days for which it is kept are over";
// A bounded number at once, so that nobody waits behind it.
constexpr postgres::Statement delete_old_answers{"delete_old_answers", R"(
delete from idempotency where (caller, key) in
  (select caller, key from idempotency where time < now() - interval '7 days' limit 10000))"};

constexpr postgres::Statement old_cases{"old_cases", R"(
select id, owner from cases_past_retention($1) limit 500)"};
constexpr postgres::Statement forget_cases{"forget_cases", "select forget_cases($1::uuid[], $2)"};
constexpr postgres::Statement old_records{"old_records", R"(
select key, authority, coalesce(upload_id::text, '') as upload_id from records_past_retention($1, 2000))"};
constexpr postgres::Statement forget_records{"forget_records", "select forget_records($1::bigint[], $2)"};
constexpr postgres::Statement old_papers{"old_papers", R"(
select kind, id, authority from papers_past_retention($1, 2000))"};
constexpr postgres::Statement forget_papers{"forget_papers", "select forget_papers($1::uuid[], $2)"};

boost::asio::awaitable<postgres::Rows> read_old(postgres::Pool& writer_pool, const postgres::Statement& which,
                                                base::Time now) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  postgres::Params params(now);
  postgres::Rows rows = co_await connection->execute(which, std::move(params));
  co_return rows;
}

// What the log says of what goes: whose it was, what happened to it, and its id.
using Deleted = std::set<std::tuple<std::string, std::string, std::string>>;

// False when the writer refuses, so that it is tried again later.
boost::asio::awaitable<bool> write_deleted(Writer& writer, Deleted deleted, std::string why, postgres::Query forget) {
  Write write;
  write.decide = [deleted = std::move(deleted), why = std::move(why),
                  forget = std::move(forget)](World& world) -> base::Result<Answer> {
    for (const auto& [owner, action, subject] : deleted) {
      world.audit(domain::Actor{owner, broker_officer, ""}, action, subject, why);
    }
    world.write(forget);
    return Answer{};
  };
  const base::Result<Answer> done = co_await writer.submit(std::move(write));
  co_return done.has_value();
}

}  // namespace

boost::asio::awaitable<int64_t> forget_old_answers(postgres::Pool& writer_pool) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  const postgres::Rows rows = co_await connection->execute(delete_old_answers);
  co_return rows.affected();
}

boost::asio::awaitable<int64_t> forget_old_cases(postgres::Pool& writer_pool, Writer& writer, base::Time now) {
  const postgres::Rows old = co_await read_old(writer_pool, old_cases, now);
  std::vector<std::string> ids;
  Deleted deleted;
  for (const postgres::Row row : old) {
    ids.push_back(row.text("id"));
    deleted.emplace(row.text("owner"), "case.deleted", ids.back());
  }
  if (ids.empty()) co_return 0;
  const auto count = static_cast<int64_t>(ids.size());
  postgres::Query forget(forget_cases, postgres::Params(ids, now));
  const bool is_done = co_await write_deleted(writer, std::move(deleted), kept_years, std::move(forget));
  if (!is_done) co_return 0;
  base::log_info("cases are forgotten whose years are over", {{"cases", count}});
  co_return count;
}

boost::asio::awaitable<int64_t> forget_old_records(postgres::Pool& writer_pool, Writer& writer, base::Time now) {
  const postgres::Rows records = co_await read_old(writer_pool, old_records, now);
  std::vector<int64_t> keys;
  Deleted deleted;
  for (const postgres::Row row : records) {
    keys.push_back(row.integer("key"));
    // A child of a notice belongs to no file; its notice has an entry of its own.
    if (!row.view("upload_id").empty()) deleted.emplace(row.text("authority"), "record.deleted", row.text("upload_id"));
  }
  auto count = static_cast<int64_t>(keys.size());
  if (count > 0) {
    postgres::Query forget(forget_records, postgres::Params(keys, now));
    const bool is_done = co_await write_deleted(writer, std::move(deleted), kept_days, std::move(forget));
    if (!is_done) co_return 0;
  }
  const postgres::Rows papers = co_await read_old(writer_pool, old_papers, now);
  std::vector<std::string> ids;
  deleted.clear();
  for (const postgres::Row row : papers) {
    ids.push_back(row.text("id"));
    const std::string kind = row.text("kind");
    // The copy of a message that stays with the broker; what it told of has an entry.
    if (kind != "message") deleted.emplace(row.text("authority"), kind + ".deleted", ids.back());
  }
  if (!ids.empty()) {
    postgres::Query forget(forget_papers, postgres::Params(ids, now));
    const bool is_done = co_await write_deleted(writer, std::move(deleted), kept_days, std::move(forget));
    if (is_done) count += static_cast<int64_t>(ids.size());
  }
  if (count > 0) base::log_info("records are forgotten whose days are over", {{"records", count}});
  co_return count;
}

boost::asio::awaitable<int64_t> forget_old_cases_and_records(postgres::Pool& writer_pool, Writer& writer,
                                                             base::Time now) {
  const int64_t cases = co_await forget_old_cases(writer_pool, writer, now);
  const int64_t records = co_await forget_old_records(writer_pool, writer, now);
  co_return cases + records;
}

}  // namespace broker::store
