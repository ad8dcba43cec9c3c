#include "broker/store/subject_access.h"

#include <algorithm>

#include "broker/message/match.h"
#include "broker/message/state.h"
#include "broker/store/notices.h"
#include "matcher/normalise.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using matcher::PupilRecord;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;
using Texts = std::vector<std::string>;

// Of each table, and far more than children have one date of birth.
constexpr int64_t candidates_max = 20'000;

// Whatever holds one of the numbers or the date of birth; what is about another child is left out afterwards.
#define WAYMARK_MAY_NAME(column)                                   \
  "(exists (select from unnest($2::text[]) n where strpos(" column \
  ", n) > 0) or ($3 <> '' "                                        \
  "and strpos(" column ", $3) > 0)) "
constexpr Statement cases_that_may_name{"cases_that_may_name",
                                        "select state from case_state where " WAYMARK_MAY_NAME("state") R"(
and (owner = $1 or $1 = any (parties)) order by id limit $4::int)"};
constexpr Statement rows_that_may_name{"rows_that_may_name", R"(
select r.key, r.authority, r.school, r.kind, r.upload_id, r.row, r.record, u.filename, u.officer, u.time
from pupil_record r join upload u on u.id = r.upload_id
where r.authority = $1 and r.kind in ('lost', 'arrival') and )" WAYMARK_MAY_NAME("r.record") R"(
order by r.key limit $4::int)"};
constexpr Statement queries_that_may_name{"queries_that_may_name", R"(
select id, authority, officer, purpose, child, time from query where authority = $1 and )" WAYMARK_MAY_NAME(
                                                                       "child") "order by id limit $4::int"};
constexpr Statement notices_that_may_name{"notices_that_may_name", R"(
select id from notice where (sender = $1 or recipient = $1) and )" WAYMARK_MAY_NAME("state") R"(
order by id limit $4::int)"};
#undef WAYMARK_MAY_NAME

constexpr Statement matches_of_child{"matches_of_child", R"(
select state from match_state m
where (seeker = $1 or holder = $1)
  and (seeker_case = any ($2::uuid[]) or query_id = any ($4::uuid[])
    or seeker_key = any ($3::bigint[]) or holder_key = any ($3::bigint[])
    or holder_key in (select key from pupil_record p where p.case_id = any ($2::uuid[])))
order by id)"};
constexpr Statement transfers_of_child{"transfers_of_child", R"(
select id from transfer where record_key = any ($1::bigint[]) or (upn <> '' and upn = any ($2::text[])) order by id)"};
constexpr Statement messages_of_cases{"messages_of_cases", R"(
select id, type, sender, recipient, case_id, time from message
where (recipient = $1 or sender = $1) and case_id = any ($2::uuid[]) order by position)"};
constexpr Statement looks_at_child{"looks_at_child", R"(
select distinct on (position) position, time, authority, officer, school, action, coalesce(subject::text, '') as subject
from look where owner = $1 and (held_by = any ($2::uuid[]) or record_key = any ($3::bigint[])) order by position)"};

Texts upns_of(const PupilRecord& child) {
  Texts upns = child.former_upns;
  if (!child.upn.empty()) upns.push_back(child.upn);
  return upns;
}

HeldFileRow file_row(const Row& row) {
  HeldFileRow held;
  held.record.key = row.integer("key");
  held.record.side.authority = row.text("authority");
  held.record.side.school = row.text("school");
  held.record.side.kind = *domain::parse_name<domain::RecordKind>(row.view("kind"));
  held.record.side.record_key = held.record.key;
  held.record.side.upload_id = row.text("upload_id");
  held.record.side.row = row.integer("row");
  held.record.pupil = message::decode_pupil(row.view("record"));
  held.filename = row.text("filename");
  held.officer = row.text("officer");
  held.uploaded = row.time("time");
  return held;
}

}  // namespace

bool is_surely_same_child(const PupilRecord& a, const PupilRecord& b) {
  const Texts of_a = upns_of(a), of_b = upns_of(b);
  const bool share_one = std::any_of(of_a.begin(), of_a.end(), [&](const std::string& upn) {
    return std::find(of_b.begin(), of_b.end(), upn) != of_b.end();
  });
  if (share_one || (!of_a.empty() && !of_b.empty())) return share_one;
  const auto is_same = [](const std::string& one, const std::string& other) {
    const std::string name = matcher::folded(one);
    return !name.empty() && name == matcher::folded(other);
  };
  return a.dob.is_full() && a.dob == b.dob && is_same(a.surname, b.surname) && is_same(a.forename, b.forename);
}

awaitable<NamingChild> find_naming(postgres::Pool& pool, Viewer viewer, PupilRecord child) {
  const Texts upns = upns_of(child);
  const std::string dob = child.dob.is_full() ? child.dob.text() : "";
  std::vector<Query> queries;
  for (const Statement* one :
       {&cases_that_may_name, &rows_that_may_name, &queries_that_may_name, &notices_that_may_name}) {
    queries.emplace_back(*one, Params(viewer.authority, upns, dob, candidates_max));
  }
  const std::vector<Rows> found = co_await read_as(pool, viewer, std::move(queries));
  NamingChild naming;
  for (const Rows& rows : found) {
    naming.is_too_much = naming.is_too_much || static_cast<int64_t>(rows.size()) == candidates_max;
  }
  for (const Row row : found[0]) {
    domain::Case record = message::decode_case_state(row.view("state"));
    if (is_surely_same_child(record.child, child)) naming.cases.push_back(std::move(record));
  }
  for (const Row row : found[1]) {
    HeldFileRow held = file_row(row);
    if (is_surely_same_child(held.record.pupil, child)) naming.rows.push_back(std::move(held));
  }
  for (const Row row : found[2]) {
    QueryRow query{row.text("id"),
                   {row.text("authority"), row.text("officer"), ""},
                   row.text("purpose"),
                   message::decode_pupil(row.view("child"))};
    if (is_surely_same_child(query.child, child)) naming.queries.push_back({std::move(query), row.time("time")});
  }
  for (const Row row : found[3]) {
    const std::string id = row.text("id");
    auto notice = co_await find_notice(pool, viewer, id);
    if (!notice) continue;
    std::erase_if(notice->children, [&](const PupilRecord& one) { return !is_surely_same_child(one, child); });
    if (!notice->children.empty()) naming.notices.push_back(std::move(*notice));
  }
  co_return naming;
}

awaitable<HangingOnChild> find_hanging(postgres::Pool& pool, Viewer viewer, const NamingChild& naming, Texts upns) {
  Texts cases, asked;
  std::vector<int64_t> keys;
  for (const domain::Case& record : naming.cases) cases.push_back(record.id);
  for (const HeldFileRow& row : naming.rows) keys.push_back(row.record.key);
  for (const AskedQuery& one : naming.queries) asked.push_back(one.query.id);
  std::vector<Query> queries;
  queries.emplace_back(matches_of_child, Params(viewer.authority, cases, keys, asked));
  queries.emplace_back(transfers_of_child, Params(keys, upns));
  queries.emplace_back(messages_of_cases, Params(viewer.authority, cases));
  queries.emplace_back(looks_at_child, Params(viewer.authority, cases, keys));
  const std::vector<Rows> found = co_await read_as(pool, std::move(viewer), std::move(queries));
  HangingOnChild hanging;
  for (const Row row : found[0]) hanging.matches.push_back(message::decode_match_state(row.view("state")));
  for (const Row row : found[1]) hanging.transfers.push_back(row.text("id"));
  for (const Row row : found[2]) {
    hanging.messages.push_back({row.text("id"), row.text("type"), row.text("sender"), row.text("recipient"),
                                row.text("case_id"), row.time("time")});
  }
  for (const Row row : found[3]) {
    hanging.looks.push_back({row.integer("position"), row.time("time"), row.text("authority"), row.text("officer"),
                             row.text("school"), row.text("action"), row.text("subject")});
  }
  co_return hanging;
}

}  // namespace broker::store
