#include "broker/store/save_audit.h"

#include "broker/base/text.h"
#include "broker/message/resource.h"
#include "broker/postgres/binary_array.h"

namespace broker::store {
namespace {

using postgres::Bytes;
using postgres::number_array;
using postgres::Params;
using postgres::Query;
using postgres::Statement;
using postgres::text_array;
using Texts = std::vector<std::string>;
using Numbers = std::vector<int64_t>;

constexpr Statement insert_entries{"insert_entries", R"(
insert into audit_entry (position, authority, entry) select * from unnest($1::bigint[], $2::text[], $3::text[]))"};
constexpr Statement insert_nodes{"insert_nodes", R"(
insert into audit_node (level, index, hash) select * from unnest($1::bigint[], $2::bigint[], $3::bytea[]))"};
constexpr Statement insert_signatures{"insert_signatures", R"(
insert into caller_signature (position, jws, certificate, payload)
select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]))"};
constexpr Statement insert_looks{"insert_looks", R"(
insert into look (position, held_by, record_key, owner, time, authority, officer, school, action, subject)
select n.position, n.held_by, n.record_key, coalesce(c.owner, n.owner), $10::timestamptz, n.authority, n.officer,
  n.school, n.action, n.subject
from unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::uuid[])
  as n (position, held_by, record_key, owner, authority, officer, school, action, subject)
left join case_state c on c.id = n.held_by)"};

// One line of the log. `sha256` is of what was accepted or shown, so that the log proves it without holding any
// particulars.
std::string entry_text(const World::AuditRow& row, int64_t position, base::Time now) {
  message::ObjectWriter entry;
  entry.number("position", position).text("time", base::format_time(now)).text("authority", row.by.authority);
  if (!row.by.school.empty()) entry.text("school", row.by.school);
  if (!row.by.officer.empty()) entry.text("officer", row.by.officer);
  entry.text("action", row.action).text("subject", row.subject);
  if (!row.shown.empty()) entry.texts("shown", row.shown);
  Texts holders;  // sorted, as the children are
  for (const SeenChild& child : row.children) {
    if (holders.empty() || holders.back() != child.held_by) holders.push_back(child.held_by);
  }
  if (!holders.empty() && holders != Texts{row.subject}) entry.texts("children_of", holders);
  if (row.signed_by) entry.text("jws_sha256", base::to_hex(base::sha256(row.signed_by->jws)));
  return entry.text("sha256", base::to_hex(base::sha256(row.detail))).done();
}

// The columns of `caller_signature`.
struct SignatureRows {
  Numbers positions;
  Texts signatures, certificates, payloads;

  void add(const World::AuditRow& row, int64_t position) {
    if (!row.signed_by) return;
    positions.push_back(position);
    signatures.push_back(row.signed_by->jws);
    certificates.push_back(row.signed_by->certificate);
    payloads.push_back(row.signed_by->payload);
  }
};

// The columns of `look`, row by row.
struct LookRows {
  Numbers positions;
  Texts holders, owners, authorities, officers, schools, actions;
  std::vector<std::optional<int64_t>> keys;
  std::vector<std::optional<std::string>> subjects;

  void add(const World::AuditRow& row, int64_t position) {
    for (const SeenChild& child : row.children) {
      positions.push_back(position);
      holders.push_back(child.held_by);
      keys.push_back(child.record_key == 0 ? std::nullopt : std::optional(child.record_key));
      owners.push_back(child.owner);
      authorities.push_back(row.by.authority);
      officers.push_back(row.by.officer);
      schools.push_back(row.by.school);
      actions.push_back(row.action);
      subjects.push_back(row.subject.empty() ? std::nullopt : std::optional(row.subject));
    }
  }
};

}  // namespace

void save_audit(const World& world, int64_t position, base::Time now, audit::CompactTree& tree,
                std::vector<Query>& queries) {
  Numbers positions, levels, indexes;
  Texts authorities, entries;
  std::vector<Bytes> hashes;
  LookRows looks;
  SignatureRows signatures;
  for (const World::AuditRow& row : world.changes.audit) {
    positions.push_back(position);
    authorities.push_back(row.by.authority);
    entries.push_back(entry_text(row, position, now));
    for (const audit::Node& node : tree.append(audit::leaf_hash(entries.back()))) {
      levels.push_back(static_cast<int64_t>(node.id.level));
      indexes.push_back(static_cast<int64_t>(node.id.index));
      hashes.push_back({std::string(audit::bytes_of(node.hash))});
    }
    looks.add(row, position);
    signatures.add(row, position);
    ++position;
  }
  if (positions.empty()) return;
  queries.emplace_back(insert_entries, Params(number_array(positions), text_array(authorities), text_array(entries)));
  queries.emplace_back(insert_nodes, Params(number_array(levels), number_array(indexes), hashes));
  if (!signatures.positions.empty()) {
    queries.emplace_back(insert_signatures, Params(signatures.positions, signatures.signatures, signatures.certificates,
                                                   signatures.payloads));
  }
  if (looks.positions.empty()) return;
  queries.emplace_back(insert_looks, Params(looks.positions, looks.holders, looks.keys, looks.owners, looks.authorities,
                                            looks.officers, looks.schools, looks.actions, looks.subjects, now));
}

}  // namespace broker::store
