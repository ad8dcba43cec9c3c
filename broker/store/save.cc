#include "broker/store/save.h"

#include <fmt/format.h>

#include "broker/base/text.h"
#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "broker/message/state.h"
#include "broker/postgres/binary_array.h"
#include "broker/store/deadlines.h"
#include "broker/store/found_by.h"
#include "broker/store/save_audit.h"
#include "broker/store/save_messages.h"
#include "broker/store/transfers.h"
#include "broker/store/webhooks.h"

namespace broker::store {
namespace {

using postgres::boolean_array;
using postgres::Bytes;
using postgres::date_array;
using postgres::id_array;
using postgres::LongTexts;
using postgres::number_array;
using postgres::Params;
using postgres::Query;
using postgres::Statement;
using postgres::text_array;
using postgres::time_array;
using Texts = std::vector<std::string>;
using Numbers = std::vector<int64_t>;
using OptionalTexts = std::vector<std::optional<std::string>>;

constexpr Statement commit{"commit", "commit"};
constexpr Statement insert_cases{"insert_cases", R"(
insert into case_state (id, owner, reference, chain, opened, clock_from, status, upn, school, parties, waits_for_second,
                        version, state)
select id, owner, reference, chain, opened, clock_from, status, upn, school, string_to_array(parties, ','),
  waits_for_second, version, state
from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::boolean[], $12::bigint[], $13::text[])
  as n (id, owner, reference, chain, opened, clock_from, status, upn, school, parties, waits_for_second, version, state)
)"};
constexpr Statement update_cases{"update_cases", R"(
update case_state c set status = n.status, upn = n.upn, school = n.school, parties = string_to_array(n.parties, ','),
  clock_from = n.clock_from, waits_for_second = n.waits_for_second, version = n.version, state = n.state
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::bigint[],
            $9::text[])
  as n (id, status, upn, school, parties, clock_from, waits_for_second, version, state)
where c.id = n.id)"};
constexpr Statement insert_enquiries{"insert_enquiries", R"(
insert into enquiry_state (id, case_id, sender, recipient, status, due, version, state)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::bigint[],
                     $8::text[]))"};
constexpr Statement update_enquiries{"update_enquiries", R"(
update enquiry_state e set status = n.status, due = n.due, version = n.version, state = n.state
from unnest($1::uuid[], $2::text[], $3::date[], $4::bigint[], $5::text[]) as n (id, status, due, version, state)
where e.id = n.id)"};
constexpr Statement insert_references{"insert_references", R"(
insert into case_reference (owner, year, number) select * from unnest($1::text[], $2::int[], $3::int[]))"};
constexpr Statement insert_confirmations{"insert_confirmations", R"(
insert into confirmation (id, case_id) select * from unnest($1::uuid[], $2::uuid[]))"};
constexpr Statement insert_events{"insert_events", R"(
insert into event (case_id, sequence, owner, type, time, authority, officer, school, enquiry_id, body)
select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[],
                     $8::text[], $9::uuid[], $10::text[]))"};
constexpr Statement insert_records{"insert_records", R"(
insert into pupil_record (key, authority, school, kind, case_id, upload_id, row, digest, record, found_by)
select key, authority, school, kind, case_id, upload_id, row, digest, record, string_to_array(found_by, ',')
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::bigint[], $8::bytea[],
            $9::text[], $10::text[])
  as n (key, authority, school, kind, case_id, upload_id, row, digest, record, found_by))"};
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
constexpr Statement insert_kept{"insert_kept", R"(
insert into idempotency (caller, key, route, body_hash, status, headers, body, time)
select *, $8::timestamptz from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::text[],
  $7::text[]))"};

std::optional<std::string> or_null(const std::string& id) {
  return id.empty() ? std::nullopt : std::optional<std::string>(id);
}

// Lists of one row each, for string_to_array: arrays of arrays would have to be of one length.
template <typename List>
std::string joined(const List& list) {
  std::string text;
  for (const std::string& one : list) text += (text.empty() ? "" : ",") + one;
  return text;
}

// The columns of `case_state`: those that never change, and those that do.
struct CaseRows {
  Texts ids, owners, references, chains, clocks, statuses, upns, schools, parties, states;
  std::vector<base::Time> opened;
  std::vector<bool> waits_for_second;
  Numbers versions;

  void add(const domain::Case& record) {
    ids.push_back(record.id);
    owners.push_back(record.owner);
    references.push_back(record.reference);
    chains.push_back(record.chain);
    opened.push_back(record.opened);
    const base::Date opened_on(std::chrono::floor<std::chrono::days>(record.opened));
    clocks.push_back(base::format_date(record.missing_since.value_or(opened_on)));
    statuses.emplace_back(text_of(record.status));
    upns.push_back(record.child.upn);
    // The school that may see the removal: the one that was permitted, else the child's own.
    schools.push_back(record.removal.school.empty() ? record.child.school.laestab : record.removal.school);
    std::set<std::string> of_case = record.asked;
    of_case.insert(record.matched.begin(), record.matched.end());
    parties.push_back(joined(of_case));
    const bool is_requested = record.ending && record.ending->approved_by.empty();
    waits_for_second.push_back(is_requested && record.is_open_or_located());
    versions.push_back(record.version);
    states.push_back(message::encode_case_state(record));
  }
};

void save_case_rows(const World& world, std::vector<Query>& queries) {
  CaseRows opened, changed;
  for (const std::string& id : world.changes.cases) {
    CaseRows& rows = world.changes.new_cases.contains(id) ? opened : changed;
    rows.add(world.loaded.files.at(id).record);
  }
  if (!opened.ids.empty()) {
    queries.emplace_back(
        insert_cases,
        Params(id_array(opened.ids), text_array(opened.owners), text_array(opened.references), id_array(opened.chains),
               time_array(opened.opened), text_array(opened.clocks), text_array(opened.statuses),
               text_array(opened.upns), text_array(opened.schools), text_array(opened.parties),
               boolean_array(opened.waits_for_second), number_array(opened.versions), text_array(opened.states)));
  }
  if (!changed.ids.empty()) {
    queries.emplace_back(
        update_cases,
        Params(id_array(changed.ids), text_array(changed.statuses), text_array(changed.upns),
               text_array(changed.schools), text_array(changed.parties), text_array(changed.clocks),
               boolean_array(changed.waits_for_second), number_array(changed.versions), text_array(changed.states)));
  }
}

void save_cases(const World& world, std::vector<Query>& queries) {
  const World::Changes& changes = world.changes;
  save_case_rows(world, queries);
  Texts number_owners;
  Numbers years, numbers;
  for (const auto& [owner, number] : changes.numbers) {
    number_owners.push_back(owner);
    years.push_back(number.first);
    numbers.push_back(number.second);
  }
  if (!numbers.empty()) queries.emplace_back(insert_references, Params(number_owners, years, numbers));
  Texts confirmations, confirmed_cases;
  for (const auto& [id, case_id] : changes.confirmations) {
    confirmations.push_back(id);
    confirmed_cases.push_back(case_id);
  }
  if (!confirmations.empty()) queries.emplace_back(insert_confirmations, Params(confirmations, confirmed_cases));
}

// The columns of `enquiry_state`, in their order.
struct EnquiryRows {
  Texts ids, cases, senders, recipients, statuses, states;
  std::vector<base::Date> due;
  Numbers versions;

  void add(const domain::Enquiry& enquiry) {
    ids.push_back(enquiry.id);
    cases.push_back(enquiry.case_id);
    senders.push_back(enquiry.from);
    recipients.push_back(enquiry.to);
    statuses.emplace_back(text_of(enquiry.status));
    due.push_back(enquiry.due);
    versions.push_back(enquiry.version);
    states.push_back(message::encode_enquiry_state(enquiry));
  }
};

void save_enquiries(const World& world, std::vector<Query>& queries) {
  EnquiryRows opened, changed;
  for (const std::string& id : world.changes.enquiries) {
    EnquiryRows& rows = world.changes.new_enquiries.contains(id) ? opened : changed;
    rows.add(*world.loaded.files.at(world.loaded.case_of_enquiry.at(id)).enquiry(id));
  }
  if (!opened.ids.empty()) {
    queries.emplace_back(insert_enquiries,
                         Params(id_array(opened.ids), id_array(opened.cases), text_array(opened.senders),
                                text_array(opened.recipients), text_array(opened.statuses), date_array(opened.due),
                                number_array(opened.versions), text_array(opened.states)));
  }
  if (!changed.ids.empty()) {
    queries.emplace_back(update_enquiries,
                         Params(id_array(changed.ids), text_array(changed.statuses), date_array(changed.due),
                                number_array(changed.versions), text_array(changed.states)));
  }
}

void save_events(const World& world, std::vector<Query>& queries) {
  Texts cases, owners, types, authorities, officers, schools, enquiries, bodies;
  Numbers sequences;
  std::vector<base::Time> times;
  for (const World::EventRow& row : world.changes.events) {
    cases.push_back(row.event.case_id);
    sequences.push_back(row.sequence);
    owners.push_back(row.owner);
    types.emplace_back(type_of(row.event.body));
    times.push_back(row.event.time);
    authorities.push_back(row.event.by.authority);
    officers.push_back(row.event.by.officer);
    schools.push_back(row.event.by.school);
    enquiries.push_back(row.enquiry_id);
    bodies.push_back(message::encode_event(row.event.body));
  }
  if (cases.empty()) return;
  queries.emplace_back(insert_events,
                       Params(id_array(cases), number_array(sequences), text_array(owners), text_array(types),
                              time_array(times), text_array(authorities), text_array(officers), text_array(schools),
                              id_array(enquiries), text_array(bodies)));
}

void save_records(const World& world, std::vector<Query>& queries) {
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
    names.push_back(joined(found_by(record.pupil)));
  }
  if (!keys.empty()) {
    queries.emplace_back(insert_records,
                         Params(keys, authorities, schools, kinds, cases, uploads, rows, digests, records, names));
    queries.emplace_back(insert_tasks, Params(keys));
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
      names.push_back(joined(found_by(error.text)));
    }
    queries.emplace_back(insert_upload_errors,
                         Params(id, numbers, rows, texts[0], texts[1], texts[2], texts[3], texts[4], names));
  }
}

void save_matches(const World& world, const Sealing& sealing, std::vector<Query>& queries) {
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
                                              message::encode_pupil(row.child), sealing.now, found_by(row.child)));
  }
}

void save_answers(const std::vector<NewAnswer>& answers, base::Time now, std::vector<Query>& queries) {
  Texts callers, keys, routes, headers, bodies;
  std::vector<Bytes> hashes;
  Numbers statuses;
  for (const auto& [made_by, answer] : answers) {
    callers.push_back(made_by.caller);
    keys.push_back(made_by.key);
    routes.push_back(made_by.route);
    hashes.push_back({made_by.body_hash});
    statuses.push_back(answer.status);
    headers.push_back(message::encode_headers(answer.headers));
    bodies.push_back(answer.body);
  }
  if (callers.empty()) return;
  queries.emplace_back(insert_kept, Params(text_array(callers), text_array(keys), text_array(routes), hashes,
                                           number_array(statuses), text_array(headers), text_array(bodies), now));
}

}  // namespace

std::vector<Query> statements_of(const World& world, const std::vector<NewAnswer>& answers, const Sealing& sealing,
                                 audit::CompactTree& tree, std::vector<CommittedMessage>& messages) {
  std::vector<Query> queries;
  save_cases(world, queries);
  save_enquiries(world, queries);
  save_events(world, queries);
  save_uploads(world, queries);
  save_records(world, queries);
  save_transfers(world, queries);
  save_matches(world, sealing, queries);
  save_messages(world, sealing, queries, messages);
  save_receipts(world, sealing, queries);
  queries.insert(queries.end(), world.changes.statements.begin(), world.changes.statements.end());
  save_answers(answers, sealing.now, queries);
  save_clocks(world, queries);
  save_webhooks(world, queries);
  save_audit(world, sealing.heads.audit, sealing.now, tree, queries);
  queries.emplace_back(commit);
  return queries;
}

}  // namespace broker::store
