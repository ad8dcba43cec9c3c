#include "broker/store/load.h"

#include <algorithm>
#include <functional>

#include "broker/message/match.h"
#include "broker/message/resource.h"
#include "broker/message/settings.h"
#include "broker/message/state.h"
#include "broker/postgres/binary_array.h"
#include "broker/store/transfers.h"
#include "broker/store/uploads.h"
#include "broker/store/webhooks.h"

namespace broker::store {
namespace {

using postgres::id_array;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;
using postgres::text_array;

constexpr Statement begin{"begin", "begin"};
// Any constant of our own; all brokers over one database use the same. A batch finds all by a key: its statements are
// planned once a connection, often over tables that are still empty, where the planner prefers to read the whole of
// them, and would go on doing so when they are full.
constexpr Statement lock{"lock", R"(
select pg_advisory_xact_lock(2114330281), set_config('enable_seqscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
  set_config('enable_material', 'off', true), set_config('jit', 'off', true),
  set_config('plan_cache_mode', 'force_generic_plan', true))"};
constexpr Statement heads{"heads", R"(
select (select coalesce(max(position) + 1, 0) from audit_entry) as audit,
       (select coalesce(max(position), 0) + 1 from message) as message,
       (select coalesce(max(key), 0) + 1 from pupil_record) as record)"};
constexpr Statement select_kept{"select_kept", R"(
select caller, key, route, body_hash, status, headers, body
from idempotency where (caller, key) in (select * from unnest($1::text[], $2::text[])))"};
constexpr Statement select_cases{"select_cases", R"(
select s.state, array(select p.key from pupil_record p where p.case_id = s.id)::text[] as records
from case_state s where s.id in (
  select unnest($1::uuid[])
  union select case_id from enquiry_state where id = any ($2::uuid[])
  union select case_id from confirmation where id = any ($3::uuid[])
  union select seeker_case from match_state where id = any ($4::uuid[])))"};
constexpr Statement select_enquiries{"select_enquiries", R"(
select id, case_id, state from enquiry_state where id = any ($1::uuid[]))"};
constexpr Statement select_confirmations{"select_confirmations", R"(
select id, case_id from confirmation where id = any ($1::uuid[]))"};
constexpr Statement select_matches{"select_matches", "select state from match_state where id = any ($1::uuid[])"};
constexpr Statement select_open_cases{"select_open_cases", R"(
select o.id, o.owner, o.upn
from (select * from unnest($1::text[], $2::text[])
      union
      select n.authority, c.upn from unnest($3::uuid[], $4::text[]) as n (id, authority)
      join case_state c on c.id = coalesce((select e.case_id from enquiry_state e where e.id = n.id), n.id)
     ) as wanted (owner, upn)
join case_state o on o.owner = wanted.owner and o.upn = wanted.upn
where o.upn <> '' and o.status in ('open', 'located'))"};
constexpr Statement select_chains{"select_chains", R"(
select id, chain from case_state
where chain in (select chain from case_state where id = any ($1::uuid[])) and status in ('open', 'located'))"};
constexpr Statement select_numbers{"select_numbers", R"(
select a as owner, (select coalesce(max(number), 0) from case_reference where owner = a and year = $2::int) as last
from unnest($1::text[]) as a)"};
constexpr Statement select_digests{"select_digests", R"(
select digest from pupil_record where digest = any ($1::bytea[]) and kind <> 'case')"};
constexpr Statement select_pairs{"select_pairs", R"(
select least(seeker_key, holder_key) as a, greatest(seeker_key, holder_key) as b from match_state
where seeker_key is not null and (least(seeker_key, holder_key), greatest(seeker_key, holder_key)) in
  (select least(x, y), greatest(x, y) from unnest($1::bigint[], $2::bigint[]) as p (x, y)))"};
constexpr Statement select_held{"select_held", R"(
select k as key, coalesce((select c.is_held from pupil_record_change c where c.key = k order by c.position desc limit 1), true)
  as is_held
from unnest($1::bigint[]) as k)"};
constexpr Statement select_receipts{"select_receipts", R"(
select message_id, kind, recipient, lease_id, coalesce(broker::text, '') as broker, leased_until
from receipt where message_id = any ($1::uuid[]))"};
constexpr Statement select_redeliveries{"select_redeliveries", R"(
select distinct on (message_id) message_id, number, recipient, lease_id, broker, leased_until
from redelivery where message_id = any ($1::uuid[]) order by message_id, number desc)"};

constexpr Statement select_settings{"select_settings", R"(
select authority, state from authority_setting where authority = any ($1::text[]))"};
constexpr Statement select_deadlines{"select_deadlines", R"(
select d.kind, d.subject, coalesce(d.case_id::text, '') as case_id, d.due, d.detail
from unnest($1::text[], $2::text[]) as n (kind, subject)
join deadline d on d.kind = n.kind and d.subject = n.subject)"};

constexpr Statement select_known_files{"select_known_files", R"(
select t.authority, t.digest from transfer t
join unnest($1::text[], $2::bytea[]) as n (authority, digest) on t.authority = n.authority and t.digest = n.digest
where t.kind = 'addressed')"};

constexpr Statement select_queries_made{"select_queries_made", R"(
select n.authority, n.officer, count(q.time) as made, min(q.time) as first
from unnest($1::text[], $2::text[], $3::timestamptz[]) as n (authority, officer, since)
join query q on q.authority = n.authority and q.officer = n.officer and q.time > n.since
group by n.authority, n.officer, n.since)"};

constexpr Statement select_webhooks{"select_webhooks", R"(
select w.owner, w.name, w.version, w.state from unnest($1::text[], $2::text[]) as n (owner, name)
join webhook w on w.owner = n.owner and w.name = n.name)"};

// The queries of one load, each with what takes its rows.
class Plan {
 public:
  void add(const Statement& statement, Params params, std::function<void(const Rows&)> take) {
    queries_.emplace_back(statement, std::move(params));
    takers_.push_back(std::move(take));
  }
  std::vector<Query> queries() { return std::move(queries_); }
  void take(const std::vector<Rows>& results) const {
    for (size_t i = 0; i < takers_.size(); ++i) {
      if (takers_[i]) takers_[i](results[i]);
    }
  }

 private:
  std::vector<Query> queries_;
  std::vector<std::function<void(const Rows&)>> takers_;
};

template <typename A, typename B>
std::pair<std::vector<A>, std::vector<B>> columns(const std::vector<std::pair<A, B>>& pairs) {
  std::pair<std::vector<A>, std::vector<B>> result;
  for (const auto& [a, b] : pairs) {
    result.first.push_back(a);
    result.second.push_back(b);
  }
  return result;
}

Delivery delivery_in(const Row& row, int64_t number) {
  return {row.text("lease_id"), row.text("broker"), row.time("leased_until"), row.text("recipient"), number};
}

void plan_cases(Plan& plan, const Needs& needs, World::Loaded& state) {
  if (!needs.cases.empty() || !needs.enquiries.empty() || !needs.confirmations.empty() || !needs.matches.empty()) {
    Params ids(id_array(needs.cases), id_array(needs.enquiries), id_array(needs.confirmations),
               id_array(needs.matches));
    plan.add(select_cases, std::move(ids), [&state](const Rows& rows) {
      for (const Row row : rows) {
        domain::Case record = message::decode_case_state(row.view("state"));
        for (const auto& key : row.texts("records")) {
          state.records_of_case[record.id].push_back(std::stoll(key.value_or("0")));
        }
        const std::string id = record.id;
        state.files[id].record = std::move(record);
      }
    });
  }
  if (!needs.enquiries.empty()) {
    plan.add(select_enquiries, Params(id_array(needs.enquiries)), [&state](const Rows& rows) {
      for (const Row row : rows) {
        state.case_of_enquiry[row.text("id")] = row.text("case_id");
        state.files[row.text("case_id")].enquiries.push_back(message::decode_enquiry_state(row.view("state")));
      }
    });
  }
  if (!needs.confirmations.empty()) {
    plan.add(select_confirmations, Params(needs.confirmations), [&state](const Rows& rows) {
      for (const Row row : rows) state.case_of_confirmation[row.text("id")] = row.text("case_id");
    });
  }
}

void plan_rules(Plan& plan, const Needs& needs, int year, World::Loaded& state) {
  if (!needs.upns.empty() || !needs.same_child.empty()) {
    auto [owners, upns] = columns(needs.upns);
    auto [subjects, authorities] = columns(needs.same_child);
    plan.add(select_open_cases, Params(owners, upns, subjects, authorities), [&state](const Rows& rows) {
      for (const Row row : rows) state.open_cases[{row.text("owner"), row.text("upn")}].insert(row.text("id"));
    });
  }
  if (!needs.chains_of.empty()) {
    plan.add(select_chains, Params(needs.chains_of), [&state](const Rows& rows) {
      for (const Row row : rows) state.open_in_chain[row.text("chain")].insert(row.text("id"));
    });
  }
  if (!needs.openers.empty()) {
    plan.add(select_numbers, Params(needs.openers, year), [&state, year](const Rows& rows) {
      for (const Row row : rows) state.numbers[{row.text("owner"), year}] = static_cast<int>(row.integer("last"));
    });
  }
}

void plan_matching(Plan& plan, const Needs& needs, World::Loaded& state) {
  if (!needs.matches.empty()) {
    plan.add(select_matches, Params(needs.matches), [&state](const Rows& rows) {
      for (const Row row : rows) {
        domain::Match match = message::decode_match_state(row.view("state"));
        const std::string id = match.id;
        state.matches[id] = std::move(match);
      }
    });
  }
  if (!needs.uploads.empty()) {
    plan.add(select_uploads, Params(needs.uploads), [&state](const Rows& rows) {
      for (const Row row : rows) state.uploads[row.text("id")] = upload_of(row);
    });
  }
  if (!needs.record_digests.empty()) {
    std::vector<postgres::Bytes> digests;
    for (const std::string& digest : needs.record_digests) digests.push_back({digest});
    plan.add(select_digests, Params(digests), [&state](const Rows& rows) {
      for (const Row row : rows) state.digests.insert(row.bytes("digest"));
    });
  }
  if (!needs.pairs.empty()) {
    auto [a, b] = columns(needs.pairs);
    plan.add(select_pairs, Params(a, b), [&state](const Rows& rows) {
      for (const Row row : rows) state.announced.insert({row.integer("a"), row.integer("b")});
    });
  }
  if (!needs.records.empty()) {
    plan.add(select_held, Params(needs.records), [&state](const Rows& rows) {
      for (const Row row : rows) state.held[row.integer("key")] = row.boolean("is_held");
    });
  }
  if (!needs.receipts.empty()) {
    plan.add(select_receipts, Params(id_array(needs.receipts)), [&state](const Rows& rows) {
      for (const Row row : rows) {
        state.receipts.insert({row.text("message_id"), row.text("kind")});
        if (!row.is_null("leased_until")) state.deliveries[row.text("message_id")] = delivery_in(row, 1);
      }
    });
    plan.add(select_redeliveries, Params(id_array(needs.receipts)), [&state](const Rows& rows) {
      for (const Row row : rows) state.deliveries[row.text("message_id")] = delivery_in(row, row.integer("number"));
    });
  }
}

void plan_limits(Plan& plan, const Needs& needs, World::Loaded& state) {
  if (needs.query_makers.empty()) return;
  std::vector<std::string> authorities, officers;
  std::vector<base::Time> since;
  for (const QueryMaker& maker : needs.query_makers) {
    authorities.push_back(maker.authority);
    officers.push_back(maker.officer);
    since.push_back(maker.since);
  }
  plan.add(select_queries_made, Params(authorities, officers, since), [&state](const Rows& rows) {
    for (const Row row : rows) {
      state.queries[{row.text("authority"), row.text("officer")}] = {row.integer("made"), row.time("first")};
    }
  });
}

void plan_webhooks(Plan& plan, const Needs& needs, World::Loaded& state) {
  if (needs.webhooks.empty()) return;
  std::vector<std::string> owners, names;
  for (const message::WebhookKey& key : needs.webhooks) {
    owners.push_back(key.owner);
    names.push_back(key.name);
  }
  plan.add(select_webhooks, Params(owners, names), [&state](const Rows& rows) {
    for (message::WebhookRow& row : webhooks_of(rows)) {
      const message::WebhookKey key = row.key;
      state.webhooks[key] = std::move(row);
    }
  });
}

void plan_clocks(Plan& plan, const Needs& needs, World::Loaded& state) {
  if (!needs.settings.empty()) {
    plan.add(select_settings, Params(text_array(needs.settings)), [&state](const Rows& rows) {
      for (const Row row : rows) {
        state.settings[row.text("authority")] = message::decode_settings_state(row.view("state"));
      }
    });
  }
  if (needs.deadlines.empty()) return;
  std::vector<std::string> kinds, subjects;
  for (const DeadlineKey& key : needs.deadlines) {
    kinds.push_back(key.kind);
    subjects.push_back(key.subject);
  }
  plan.add(select_deadlines, Params(kinds, subjects), [&state](const Rows& rows) {
    for (const Row row : rows) {
      const DeadlineKey key{row.text("kind"), row.text("subject")};
      state.deadlines[key] = {key, row.text("case_id"), row.time("due"), row.text("detail")};
    }
  });
}

void plan_transfers(Plan& plan, const Needs& needs, World::Loaded& state) {
  if (!needs.transfers.empty()) {
    plan.add(select_transfers, Params(needs.transfers), [&state](const Rows& rows) {
      for (const Row row : rows) state.transfers[row.text("id")] = transfer_of(row);
    });
  }
  if (!needs.transfer_digests.empty()) {
    std::vector<std::string> authorities;
    std::vector<postgres::Bytes> digests;
    for (const auto& [authority, digest] : needs.transfer_digests) {
      authorities.push_back(authority);
      digests.push_back({digest});
    }
    plan.add(select_known_files, Params(authorities, digests), [&state](const Rows& rows) {
      for (const Row row : rows) state.sent.insert({row.text("authority"), row.bytes("digest")});
    });
  }
}

}  // namespace

boost::asio::awaitable<LoadedBatch> begin_and_load(postgres::Connection& connection, Needs needs,
                                                   std::vector<std::pair<std::string, std::string>> keys, int year) {
  LoadedBatch batch;
  Plan plan;
  plan.add(begin, {}, nullptr);
  plan.add(lock, {}, nullptr);
  plan.add(heads, {}, [&batch](const Rows& rows) {
    batch.heads = {rows.front().integer("audit"), rows.front().integer("message")};
    batch.state.next_record_key = rows.front().integer("record");
  });
  if (!keys.empty()) {
    auto [callers, names] = columns(keys);
    plan.add(select_kept, Params(text_array(callers), text_array(names)), [&batch](const Rows& rows) {
      for (const Row row : rows) {
        Answer answer{static_cast<int>(row.integer("status")), message::decode_headers(row.view("headers")),
                      row.text("body"), true};
        batch.kept.push_back(
            {{row.text("caller"), row.text("key"), row.text("route"), row.bytes("body_hash")}, std::move(answer)});
      }
    });
  }
  plan_cases(plan, needs, batch.state);
  plan_rules(plan, needs, year, batch.state);
  plan_matching(plan, needs, batch.state);
  plan_limits(plan, needs, batch.state);
  plan_clocks(plan, needs, batch.state);
  plan_transfers(plan, needs, batch.state);
  plan_webhooks(plan, needs, batch.state);
  auto results = co_await connection.pipeline(plan.queries());
  plan.take(results);
  co_return batch;
}

}  // namespace broker::store
