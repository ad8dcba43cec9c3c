#include "broker/store/save_records.h"

#include "broker/base/text.h"
#include "broker/message/match.h"
#include "broker/message/state.h"
#include "broker/store/found_by.h"

namespace broker::store {
namespace {

using postgres::Bytes;
using postgres::LongTexts;
using postgres::Params;
using postgres::Query;
using postgres::Statement;
using Texts = std::vector<std::string>;
using Numbers = std::vector<int64_t>;
using OptionalTexts = std::vector<std::optional<std::string>>;

constexpr Statement insert_records{"insert_records", R"(
insert into pupil_record (key, authority, school, kind, case_id, upload_id, row, digest, record, found_by, seen)
select key, authority, school, kind, case_id, upload_id, row, digest, record, string_to_array(found_by, ','),
  $11::timestamptz
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::bigint[], $8::bytea[],
            $9::text[], $10::text[])
  as n (key, authority, school, kind, case_id, upload_id, row, digest, record, found_by))"};
// To the month, so that a file that comes every day does not write its rows every day.
constexpr Statement see_records_again{"see_records_again", R"(
update pupil_record set seen = $2::timestamptz
where digest = any ($1::bytea[]) and kind <> 'case' and seen < $2::timestamptz - interval '30 days')"};
// A task that is being worked on is free again: whoever claimed it may have looked already.
constexpr Statement insert_tasks{"insert_tasks", R"(
insert into match_task (key) select distinct unnest($1::bigint[])
on conflict (key) do update set claimed_until = '-infinity')"};
constexpr Statement delete_tasks{"delete_tasks", R"(
delete from match_task t using unnest($1::bigint[], $2::timestamptz[]) as f (key, claimed_until)
where t.key = f.key and t.claimed_until = f.claimed_until)"};
constexpr Statement insert_held{"insert_held", R"(
insert into pupil_record_change (key, is_held) select * from unnest($1::bigint[], $2::boolean[]))"};
constexpr Statement upsert_upload{"upsert_upload", R"(
insert into upload (id, authority, school, officer, kind, filename, status, received, accepted, rejected, duplicates,
                    warnings, digest, time, bytes, bytes_read, parts_done, errors, claimed_until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text[], $13, $14, $15, $16, $17, $18,
        coalesce($19::timestamptz, '-infinity'))
on conflict (id) do update set status = excluded.status, received = excluded.received, accepted = excluded.accepted,
  rejected = excluded.rejected, duplicates = excluded.duplicates, warnings = excluded.warnings,
  bytes_read = excluded.bytes_read, parts_done = excluded.parts_done, errors = excluded.errors,
  claimed_until = excluded.claimed_until)"};
constexpr Statement insert_upload_errors{"insert_upload_errors", R"(
insert into upload_error (upload_id, number, row, col, code, reason, member, text, found_by)
select $1::uuid, number, row, col, code, reason, member, text, string_to_array(found_by, ',')
from unnest($2::int[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
  as n (number, row, col, code, reason, member, text, found_by))"};
constexpr Statement delete_upload_parts{"delete_upload_parts", "delete from upload_part where upload_id = $1::uuid"};
constexpr Statement upsert_matches{"upsert_matches", R"(
insert into match_state (id, seeker, holder, seeker_key, holder_key, seeker_upload, holder_upload, query_id, seeker_case,
                         status, version, state)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::uuid[], $7::uuid[], $8::uuid[],
                     $9::uuid[], $10::text[], $11::bigint[], $12::text[])
on conflict (id) do update set status = excluded.status, version = excluded.version, state = excluded.state)"};
constexpr Statement insert_query{"insert_query", R"(
insert into query (id, authority, officer, purpose, child, time, found_by) values ($1, $2, $3, $4, $5, $6, $7::text[]))"};

std::optional<std::string> or_null(const std::string& id) {
  return id.empty() ? std::nullopt : std::optional<std::string>(id);
}

}  // namespace

void save_records(const World& world, base::Time now, std::vector<Query>& queries) {
  Numbers keys, rows;
  Texts authorities, schools, kinds;
  LongTexts records;
  Texts names;
  OptionalTexts cases, uploads;
  std::vector<Bytes> digests;
  for (const HeldRecord& record : world.changes.records) {
    keys.push_back(record.key);
    authorities.push_back(record.side.authority);
    schools.push_back(record.side.school);
    kinds.emplace_back(text_of(record.side.kind));
    cases.push_back(or_null(record.side.case_id));
    uploads.push_back(or_null(record.side.upload_id));
    rows.push_back(record.side.row);
    digests.push_back({record.digest});
    records.values.push_back(message::encode_pupil(record.pupil));
    names.push_back(base::joined(found_by(record.pupil)));
  }
  if (!keys.empty()) {
    queries.emplace_back(insert_records,
                         Params(keys, authorities, schools, kinds, cases, uploads, rows, digests, records, names, now));
    queries.emplace_back(insert_tasks, Params(keys));
  }
  if (!world.changes.seen_again.empty()) {
    std::vector<Bytes> again;
    for (const std::string& digest : world.changes.seen_again) again.push_back({digest});
    queries.emplace_back(see_records_again, Params(again, now));
  }
  Numbers finished;
  std::vector<base::Time> claims;
  for (const MatchTask& task : world.changes.finished_tasks) {
    finished.push_back(task.key);
    claims.push_back(task.claimed_until);
  }
  if (!finished.empty()) queries.emplace_back(delete_tasks, Params(finished, claims));
  // After those that end: what was asked for in this batch stays.
  if (!world.changes.rematched.empty()) queries.emplace_back(insert_tasks, Params(world.changes.rematched));
  Numbers changed;
  std::vector<bool> is_held;
  for (const auto& [key, held] : world.changes.held) {
    changed.push_back(key);
    is_held.push_back(held);
  }
  if (!changed.empty()) queries.emplace_back(insert_held, Params(changed, is_held));
}

void save_uploads(const World& world, std::vector<Query>& queries) {
  for (const std::string& id : world.changes.uploads) {
    const UploadRow& row = world.loaded.uploads.at(id);
    queries.emplace_back(
        upsert_upload, Params(row.id, row.authority, row.school, row.officer, row.kind, row.filename, row.status,
                              row.received, row.accepted, row.rejected, row.duplicates, row.warnings, Bytes{row.digest},
                              row.time, row.bytes, row.bytes_read, row.parts_done, row.errors, row.claimed_until));
    // Nothing of the file is kept beside what was taken from it.
    if (row.status != "processing" && row.parts_done > 0) queries.emplace_back(delete_upload_parts, Params(id));
  }
  for (const auto& [id, first, errors] : world.changes.upload_errors) {
    Numbers numbers, rows;
    Texts texts[5], names;
    for (const UploadError& error : errors) {
      numbers.push_back(first + static_cast<int64_t>(numbers.size()));
      rows.push_back(error.row);
      const std::string* const values[] = {&error.column, &error.code, &error.reason, &error.member, &error.text};
      for (size_t i = 0; i < 5; ++i) texts[i].push_back(*values[i]);
      names.push_back(base::joined(found_by(error.text)));
    }
    queries.emplace_back(insert_upload_errors,
                         Params(id, numbers, rows, texts[0], texts[1], texts[2], texts[3], texts[4], names));
  }
}

void save_matches(const World& world, base::Time now, std::vector<Query>& queries) {
  Texts ids, seekers, holders, statuses;
  LongTexts states;
  std::vector<std::optional<int64_t>> seeker_keys;
  Numbers holder_keys, versions;
  OptionalTexts seeker_uploads, holder_uploads, query_ids, seeker_cases;
  for (const std::string& id : world.changes.matches) {
    const domain::Match& match = world.loaded.matches.at(id);
    const bool is_query = match.seeker.kind == domain::RecordKind::query;
    ids.push_back(id);
    seekers.push_back(match.seeker.authority);
    holders.push_back(match.holder.authority);
    seeker_keys.push_back(is_query ? std::nullopt : std::optional<int64_t>(match.seeker.record_key));
    holder_keys.push_back(match.holder.record_key);
    // A query stands where an upload would.
    seeker_uploads.push_back(is_query ? std::nullopt : or_null(match.seeker.upload_id));
    holder_uploads.push_back(or_null(match.holder.upload_id));
    query_ids.push_back(is_query ? or_null(match.seeker.upload_id) : std::nullopt);
    seeker_cases.push_back(or_null(match.seeker.case_id));
    statuses.emplace_back(text_of(match.status));
    versions.push_back(match.version);
    states.values.push_back(message::encode_match_state(match));
  }
  if (!ids.empty()) {
    queries.emplace_back(upsert_matches, Params(ids, seekers, holders, seeker_keys, holder_keys, seeker_uploads,
                                                holder_uploads, query_ids, seeker_cases, statuses, versions, states));
  }
  for (const QueryRow& row : world.changes.queries) {
    queries.emplace_back(insert_query, Params(row.id, row.by.authority, row.by.officer, row.purpose,
                                              message::encode_pupil(row.child), now, found_by(row.child)));
  }
}

}  // namespace broker::store
