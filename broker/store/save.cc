#include "broker/store/save.h"

#include <fmt/format.h>

#include "broker/base/text.h"
#include "broker/message/resource.h"
#include "broker/message/state.h"
#include "broker/postgres/binary_array.h"
#include "broker/store/deadlines.h"
#include "broker/store/save_audit.h"
#include "broker/store/save_messages.h"
#include "broker/store/save_records.h"
#include "broker/store/transfers.h"
#include "broker/store/webhooks.h"

namespace broker::store {
namespace {

using postgres::boolean_array;
using postgres::Bytes;
using postgres::date_array;
using postgres::id_array;
using postgres::number_array;
using postgres::Params;
using postgres::Query;
using postgres::Statement;
using postgres::text_array;
using postgres::time_array;
using Texts = std::vector<std::string>;
using Numbers = std::vector<int64_t>;

constexpr Statement commit{"commit", "commit"};
constexpr Statement insert_cases{"insert_cases", R"(
insert into case_state (id, owner, reference, chain, opened, clock_from, status, upn, school, parties, waits_for_second,
                        assigned_to, version, state)
select id, owner, reference, chain, opened, clock_from, status, upn, school, string_to_array(parties, ','),
  waits_for_second, assigned_to, version, state
from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::boolean[], $12::text[], $13::bigint[], $14::text[])
  as n (id, owner, reference, chain, opened, clock_from, status, upn, school, parties, waits_for_second, assigned_to,
        version, state))"};
constexpr Statement update_cases{"update_cases", R"(
update case_state c set status = n.status, upn = n.upn, school = n.school, parties = string_to_array(n.parties, ','),
  clock_from = n.clock_from, waits_for_second = n.waits_for_second, assigned_to = n.assigned_to, version = n.version,
  state = n.state
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[],
            $9::bigint[], $10::text[])
  as n (id, status, upn, school, parties, clock_from, waits_for_second, assigned_to, version, state)
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
constexpr Statement insert_kept{"insert_kept", R"(
insert into idempotency (caller, key, route, body_hash, status, headers, body, time)
select *, $8::timestamptz from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bigint[], $6::text[],
  $7::text[]))"};

// The columns of `case_state`: those that never change, and those that do.
struct CaseRows {
  Texts ids, owners, references, chains, clocks, statuses, upns, schools, parties, assigned, states;
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
    parties.push_back(base::joined(of_case));
    const bool is_requested = record.ending && record.ending->approved_by.empty();
    waits_for_second.push_back(is_requested && record.is_open_or_located());
    assigned.push_back(record.assigned_to);
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
    queries.emplace_back(insert_cases,
                         Params(id_array(opened.ids), text_array(opened.owners), text_array(opened.references),
                                id_array(opened.chains), time_array(opened.opened), text_array(opened.clocks),
                                text_array(opened.statuses), text_array(opened.upns), text_array(opened.schools),
                                text_array(opened.parties), boolean_array(opened.waits_for_second),
                                text_array(opened.assigned), number_array(opened.versions), text_array(opened.states)));
  }
  if (!changed.ids.empty()) {
    queries.emplace_back(update_cases,
                         Params(id_array(changed.ids), text_array(changed.statuses), text_array(changed.upns),
                                text_array(changed.schools), text_array(changed.parties), text_array(changed.clocks),
                                boolean_array(changed.waits_for_second), text_array(changed.assigned),
                                number_array(changed.versions), text_array(changed.states)));
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
  save_records(world, sealing.now, queries);
  save_transfers(world, queries);
  save_matches(world, sealing.now, queries);
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
