#include "broker/store/subject_access.h"

#include <algorithm>

#include "broker/base/ensure.h"
#include "broker/message/match.h"
#include "broker/message/state.h"
#include "broker/store/found_by.h"
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

// Far more than children have one date of birth.
constexpr int64_t candidates_max = 20'000;

// Whatever holds one of the numbers or the date of birth; what is about another child is left out afterwards.
constexpr Statement what_may_name{"what_may_name", R"(
select place, coalesce(id::text, '') as id, coalesce(key, 0) as key from naming_child($1::text[], $2::int))"};
constexpr Statement cases_by_id{"cases_by_id", "select state from case_state where id = any ($1::uuid[]) order by id"};
constexpr Statement rows_by_key{"rows_by_key", R"(
select r.key, r.authority, r.school, r.kind, r.upload_id, r.row, r.record, u.filename, u.officer, u.time
from pupil_record r join upload u on u.id = r.upload_id where r.key = any ($1::bigint[]) order by r.key)"};
constexpr Statement queries_by_id{"queries_by_id", R"(
select id, authority, officer, purpose, child, time from query where id = any ($1::uuid[]) order by id)"};
constexpr Statement notices_by_id{"notices_by_id", R"(
select id, state, status, ended from notice where id = any ($1::uuid[]) order by id)"};
constexpr Statement refused_by_number{"refused_by_number", R"(
select e.upload_id, e.row, e.member, e.col, e.code, e.reason, e.text, u.filename, u.officer, u.time
from unnest($1::uuid[], $2::int[]) as w (upload_id, number)
join upload_error e on e.upload_id = w.upload_id and e.number = w.number join upload u on u.id = e.upload_id
order by e.upload_id, e.number)"};

// Each index by itself: one condition for all three would be looked for among all matches of the viewer.
constexpr Statement matches_of_child{"matches_of_child", R"(
with record as (
  select key from pupil_record where case_id = any ($2::uuid[]) union select unnest($3::bigint[])
), of_child as (
  select id from match_state where seeker_key = any (array(select key from record))
  union select id from match_state where holder_key = any (array(select key from record))
  union select id from match_state where query_id = any ($4::uuid[])
)
select m.state from of_child join match_state m on m.id = of_child.id
where m.seeker = $1 or m.holder = $1 order by m.id)"};
constexpr Statement transfers_of_child{"transfers_of_child", R"(
select id from transfer where record_key = any ($1::bigint[]) or (upn <> '' and upn = any ($2::text[])) order by id)"};
constexpr Statement messages_of_cases{"messages_of_cases", R"(
select id, type, sender, recipient, case_id, time from message
where (recipient = $1 or sender = $1) and case_id = any ($2::uuid[]) order by position)"};
constexpr Statement looks_at_child{"looks_at_child", R"(
select distinct on (position) position, time, authority, officer, school, action, coalesce(subject::text, '') as subject
from look where owner = $1 and (held_by = any ($2::uuid[]) or record_key = any ($3::bigint[])) order by position)"};
constexpr Statement ratings_of_cases{"ratings_of_cases", R"(
select case_id, rating, officer, agreed from register_rating where case_id = any ($1::uuid[]) order by case_id)"};

bool share_upn(const PupilRecord& a, const PupilRecord& b) {
  const Texts of_a = upns_of(a), of_b = upns_of(b);
  return std::find_first_of(of_a.begin(), of_a.end(), of_b.begin(), of_b.end()) != of_a.end();
}

bool have_other_upns(const PupilRecord& a, const PupilRecord& b) {
  return !upns_of(a).empty() && !upns_of(b).empty() && !share_upn(a, b);
}

bool have_one_name_and_date(const PupilRecord& a, const PupilRecord& b) {
  const auto is_same = [](const std::string& one, const std::string& other) {
    const std::string name = matcher::folded(one);
    return !name.empty() && name == matcher::folded(other);
  };
  return a.dob.is_full() && a.dob == b.dob && is_same(a.surname, b.surname) && is_same(a.forename, b.forename);
}

// Every child that is named in what was found.
std::vector<const PupilRecord*> children_in(const NamingChild& naming) {
  std::vector<const PupilRecord*> children;
  for (const domain::Case& record : naming.cases) children.push_back(&record.child);
  for (const HeldFileRow& row : naming.rows) children.push_back(&row.pupil);
  for (const AskedQuery& one : naming.queries) children.push_back(&one.query.child);
  for (const message::Notice& notice : naming.notices) {
    for (const PupilRecord& child : notice.children) children.push_back(&child);
  }
  return children;
}

HeldFileRow file_row(const Row& row) {
  HeldFileRow held;
  held.side.authority = row.text("authority");
  held.side.school = row.text("school");
  held.side.kind = *domain::parse_name<domain::RecordKind>(row.view("kind"));
  held.side.record_key = row.integer("key");
  held.side.upload_id = row.text("upload_id");
  held.side.row = row.integer("row");
  held.pupil = message::decode_pupil(row.view("record"));
  held.filename = row.text("filename");
  held.officer = row.text("officer");
  held.uploaded = row.time("time");
  return held;
}

AskedQuery asked_query(const Row& row) {
  const domain::Actor by{row.text("authority"), row.text("officer"), ""};
  return {{row.text("id"), by, row.text("purpose"), message::decode_pupil(row.view("child"))}, row.time("time")};
}

RefusedRow refused_row(const Row& row) {
  const UploadError error{row.integer("row"), row.text("col"),    row.text("code"),
                          row.text("reason"), row.text("member"), row.text("text")};
  return {row.text("upload_id"), error, row.text("filename"), row.text("officer"), row.time("time")};
}

// Whatever may be of the child, of which keep_surely_of leaves what is.
awaitable<NamingChild> read_what_may_name(postgres::Pool& pool, Viewer viewer, PupilRecord child) {
  Query search(what_may_name, Params(found_by(child), candidates_max));
  const Rows places = co_await read_one_as(pool, viewer, std::move(search));
  std::map<std::string, Texts> ids;
  std::map<std::string, std::vector<int64_t>> keys;
  for (const Row row : places) {
    ids[row.text("place")].push_back(row.text("id"));
    keys[row.text("place")].push_back(row.integer("key"));
  }
  std::vector<Query> queries;
  queries.emplace_back(cases_by_id, Params(ids["case"]));
  queries.emplace_back(rows_by_key, Params(keys["row"]));
  queries.emplace_back(queries_by_id, Params(ids["query"]));
  queries.emplace_back(notices_by_id, Params(ids["notice"]));
  queries.emplace_back(refused_by_number, Params(ids["refused"], keys["refused"]));
  const std::vector<Rows> found = co_await read_as(pool, viewer, std::move(queries));
  NamingChild naming;
  naming.is_too_much = static_cast<int64_t>(places.size()) == candidates_max;
  for (const Row row : found[0]) naming.cases.push_back(message::decode_case_state(row.view("state")));
  for (const Row row : found[1]) naming.rows.push_back(file_row(row));
  for (const Row row : found[2]) naming.queries.push_back(asked_query(row));
  for (const Row row : found[3]) {
    naming.notices.push_back(notice_in(row));
    naming.notices.back().id = row.text("id");
  }
  for (const Row row : found[4]) naming.refused.push_back(refused_row(row));
  naming.child = std::move(child);
  co_return naming;
}

void keep_surely_of(const PupilRecord& child, NamingChild& naming) {
  const auto all = children_in(naming);
  const bool has_namesake = std::any_of(all.begin(), all.end(), [&child](const PupilRecord* one) {
    return have_other_upns(*one, child) && have_one_name_and_date(*one, child);
  });
  const auto is_another = [&child, has_namesake](const PupilRecord& one) {
    if (share_upn(one, child)) return false;
    return has_namesake || have_other_upns(one, child) || !have_one_name_and_date(one, child);
  };
  std::erase_if(naming.cases, [&](const domain::Case& record) { return is_another(record.child); });
  std::erase_if(naming.rows, [&](const HeldFileRow& row) { return is_another(row.pupil); });
  std::erase_if(naming.queries, [&](const AskedQuery& one) { return is_another(one.query.child); });
  // Found by a date, it would be of anybody; what stands in it is judged by its numbers alone.
  const Texts numbers = upns_of(child);
  std::erase_if(naming.refused, [&numbers](const RefusedRow& row) {
    const Texts in_row = found_by(row.error.text);
    return std::find_first_of(in_row.begin(), in_row.end(), numbers.begin(), numbers.end()) == in_row.end();
  });
  for (message::Notice& notice : naming.notices) std::erase_if(notice.children, is_another);
  std::erase_if(naming.notices, [](const message::Notice& notice) { return notice.children.empty(); });
  const auto kept = children_in(naming);
  naming.is_of_several = std::any_of(kept.begin(), kept.end(), [&kept](const PupilRecord* one) {
    return std::any_of(kept.begin(), kept.end(),
                       [one](const PupilRecord* other) { return have_other_upns(*one, *other); });
  });
  // Two that share a number with the one asked for are one child, whatever other numbers each had.
  naming.is_of_several = naming.is_of_several && upns_of(child).empty();
}

// By a number alone only what has it is found; by what that says also what has none.
PupilRecord completed(PupilRecord child, const NamingChild& naming) {
  for (const PupilRecord* found : children_in(naming)) {
    if (child.surname.empty()) child.surname = found->surname;
    if (child.forename.empty()) child.forename = found->forename;
    if (!child.dob.is_full()) child.dob = found->dob;
    for (const std::string& upn : upns_of(*found)) {
      const Texts known = upns_of(child);
      if (child.upn.empty()) {
        child.upn = upn;
      } else if (std::find(known.begin(), known.end(), upn) == known.end()) {
        child.former_upns.push_back(upn);
      }
    }
  }
  return child;
}

}  // namespace

awaitable<NamingChild> find_naming(postgres::Pool& pool, Viewer viewer, PupilRecord child) {
  NamingChild naming = co_await read_what_may_name(pool, viewer, child);
  keep_surely_of(child, naming);
  PupilRecord known = completed(child, naming);
  if (!naming.is_of_several && known != child) {
    naming = co_await read_what_may_name(pool, viewer, known);
    keep_surely_of(known, naming);
  }
  co_return naming;
}

awaitable<HangingOnChild> find_hanging(postgres::Pool& pool, Viewer viewer, const NamingChild& naming) {
  Texts cases, asked;
  std::vector<int64_t> keys;
  for (const domain::Case& record : naming.cases) cases.push_back(record.id);
  for (const HeldFileRow& row : naming.rows) keys.push_back(row.side.record_key);
  for (const AskedQuery& one : naming.queries) asked.push_back(one.query.id);
  std::vector<Query> queries;
  queries.emplace_back(matches_of_child, Params(viewer.authority, cases, keys, asked));
  queries.emplace_back(transfers_of_child, Params(keys, upns_of(naming.child)));
  queries.emplace_back(messages_of_cases, Params(viewer.authority, cases));
  queries.emplace_back(looks_at_child, Params(viewer.authority, cases, keys));
  queries.emplace_back(ratings_of_cases, Params(cases));
  const std::vector<Rows> found = co_await read_as(pool, std::move(viewer), std::move(queries));
  HangingOnChild hanging;
  for (const Row row : found[0]) hanging.matches.push_back(message::decode_match_state(row.view("state")));
  for (const Row row : found[1]) hanging.transfers.push_back(row.text("id"));
  for (const Row row : found[2]) {
    hanging.messages.push_back({row.text("id"), row.text("type"), row.text("sender"), row.text("recipient"),
                                row.text("case_id"), row.time("time")});
  }
  for (const Row row : found[3]) hanging.looks.push_back(stored_look(row));
  for (const Row row : found[4]) {
    const auto rating = domain::parse_name<domain::Rating>(row.view("rating"));
    base::ensure(rating.has_value());
    hanging.ratings[row.text("case_id")] = {*rating, row.text("officer"), row.time("agreed")};
  }
  co_return hanging;
}

}  // namespace broker::store
