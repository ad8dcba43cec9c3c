#include "broker/store/officers.h"

#include "broker/store/ask.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Bytes;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{900};
// A page view writes only when the last one is older than this.
constexpr std::chrono::minutes seen_step{1};

constexpr Statement officer_by_id{"officer_by_id", R"(
select authority, id, name, roles, school, subject, disabled, changed from officer where authority = $1 and id = $2)"};
constexpr Statement officers_page{"officers_page", R"(
select authority, id, name, roles, school, subject, disabled, changed from officer
where authority = $1 and id > $2 order by id limit $3::int + 1)"};
constexpr Statement every_officer{"every_officer", R"(
select authority, id, name, roles, school, subject, disabled, changed from officer
where not disabled order by authority, id limit 500)"};
constexpr Statement upsert_officer{"upsert_officer", R"(
insert into officer (authority, id, name, roles, school, subject, disabled, changed)
values ($1, $2, $3, $4::text[], $5, $6, $7::boolean, $8::timestamptz)
on conflict (authority, id) do update set name = excluded.name, roles = excluded.roles, school = excluded.school,
  subject = case when officer.subject = '' then excluded.subject else officer.subject end,
  disabled = excluded.disabled, changed = excluded.changed)"};
constexpr Statement upsert_met_officer{"upsert_met_officer", R"(
insert into officer (authority, id, name, roles, school, subject, disabled, changed)
values ($1, $2, $3, $4::text[], $5, $6, false, $7::timestamptz)
on conflict (authority, id) do update set name = excluded.name, roles = excluded.roles, school = excluded.school,
  subject = case when officer.subject = '' then excluded.subject else officer.subject end,
  changed = excluded.changed)"};
constexpr Statement session_by_hash{"session_by_hash", R"(
with found as (
  select s.csrf, s.began, o.authority, o.id, o.name, o.roles, o.school, o.subject, o.disabled, o.changed
  from web_session s join officer o on o.authority = s.authority and o.id = s.officer
  where s.id_hash = $1::bytea and s.began > $2::timestamptz and s.seen > $3::timestamptz and not o.disabled
), touched as (
  update web_session set seen = $4::timestamptz
  where id_hash = $1::bytea and seen < $5::timestamptz and exists (select from found)
)
select * from found)"};
constexpr Statement insert_session{"insert_session", R"(
insert into web_session (id_hash, authority, officer, csrf, began, seen)
values ($1::bytea, $2, $3, $4, $5::timestamptz, $5::timestamptz))"};
constexpr Statement delete_session{"delete_session", "delete from web_session where id_hash = $1::bytea"};
constexpr Statement delete_sessions_of{"delete_sessions_of",
                                       "delete from web_session where authority = $1 and officer = $2"};
constexpr Statement delete_old_sessions{"delete_old_sessions", R"(
delete from web_session where began <= $1::timestamptz or seen <= $2::timestamptz)"};

Officer officer_of(const Row& row) {
  Officer officer;
  officer.authority = row.text("authority");
  officer.id = row.text("id");
  officer.name = row.text("name");
  for (const auto& name : row.texts("roles")) {
    if (const auto role = domain::parse_name<domain::Role>(name.value_or(""))) officer.roles |= domain::roles_of(*role);
  }
  officer.school = row.text("school");
  officer.subject = row.text("subject");
  officer.is_disabled = row.boolean("disabled");
  officer.changed = row.time("changed");
  return officer;
}

}  // namespace

awaitable<std::optional<Officer>> find_officer(postgres::Pool& writer_pool, std::string authority, std::string id) {
  Query query(officer_by_id, Params(authority, id));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  if (rows.empty()) co_return std::nullopt;
  co_return officer_of(rows.front());
}

awaitable<Listed<Officer>> list_officers(postgres::Pool& writer_pool, std::string authority, Page page) {
  Query query(officers_page, Params(authority, page.after, page.limit));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  Listed<Officer> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = list.items.back().id;
      break;
    }
    list.items.push_back(officer_of(row));
  }
  co_return list;
}

awaitable<std::vector<Officer>> all_officers(postgres::Pool& writer_pool) {
  Query query(every_officer);
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  std::vector<Officer> officers;
  for (const Row row : rows) officers.push_back(officer_of(row));
  co_return officers;
}

Query put_officer(const Officer& officer, base::Time now) {
  return Query(upsert_officer, Params(officer.authority, officer.id, officer.name, domain::role_names(officer.roles),
                                      officer.school, officer.subject, officer.is_disabled, now));
}

Query meet_officer(const Officer& officer, base::Time now) {
  return Query(upsert_met_officer, Params(officer.authority, officer.id, officer.name,
                                          domain::role_names(officer.roles), officer.school, officer.subject, now));
}

awaitable<std::optional<Session>> find_session(postgres::Pool& writer_pool, std::string id_hash, base::Time now) {
  Query query(session_by_hash,
              Params(Bytes{id_hash}, now - session_time, now - session_idle_time, now, now - seen_step));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  co_return Session{officer_of(row), row.text("csrf"), row.time("began")};
}

Query begin_session(const std::string& id_hash, const Officer& officer, const std::string& csrf, base::Time now) {
  return Query(insert_session, Params(Bytes{id_hash}, officer.authority, officer.id, csrf, now));
}

Query end_session(const std::string& id_hash) {
  return Query(delete_session, Params(Bytes{id_hash}));
}

Query end_sessions_of(const std::string& authority, const std::string& officer) {
  return Query(delete_sessions_of, Params(authority, officer));
}

awaitable<int64_t> forget_old_sessions(postgres::Pool& writer_pool, base::Time now) {
  Query query(delete_old_sessions, Params(now - session_time, now - session_idle_time));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  co_return rows.affected();
}

}  // namespace broker::store
