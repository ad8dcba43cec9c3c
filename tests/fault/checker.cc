#include "tests/fault/checker.h"

#include <map>
#include <set>
#include <thread>
#include <tuple>

#include "broker/base/text.h"
#include "broker/client/json.h"
#include "broker/client/log_verifier.h"

namespace fault {
namespace {

using broker::client::parse_json;
using broker::client::text_at;
using broker::postgres::Params;
using broker::postgres::Row;
using broker::postgres::Rows;
using broker::postgres::Statement;

constexpr std::chrono::seconds connect_time{30};
constexpr std::chrono::seconds query_time{60};
constexpr size_t faults_shown = 30;

constexpr Statement kept_answers{"fault_kept",
                                 "select key, status, body from idempotency where key = any ($1::text[])"};

std::string named(const Command& command) {
  return command.target + " of " + command.caller + " (key " + command.key + ")";
}

}  // namespace

Checker::Checker(const std::string& conninfo)
    : connection_(loop_.run(broker::postgres::Connection::connect(loop_.executor(), conninfo,
                                                                  broker::postgres::deadline_in(connect_time)))) {
  connection_->set_timeout(query_time);
}

Rows Checker::ask(const char* name, const char* sql, Params params) {
  const Statement statement{name, sql};
  return loop_.run(connection_->execute(statement, std::move(params)));
}

Marks Checker::marks() {
  const Rows rows = ask("fault_marks",
                        "select (select coalesce(max(position) + 1, 0) from audit_entry), "
                        "(select coalesce(max(position), 0) from message)");
  return {rows.front().integer(0), rows.front().integer(1)};
}

bool Checker::await_matching(std::chrono::milliseconds time) {
  ask("fault_end_leases", "update match_task set claimed_until = '-infinity' where claimed_until > '-infinity'");
  const auto give_up = std::chrono::steady_clock::now() + time;
  while (ask("fault_tasks", "select count(*) from match_task").front().integer(0) > 0) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}

void Checker::fault(std::string what) {
  if (faults_.size() < faults_shown) faults_.push_back(std::move(what));
}

void Checker::none(const char* name, const char* sql, const std::string& what) {
  const Rows rows = ask(name, sql);
  for (const Row row : rows) fault(what + ": " + row.text(0));
}

std::vector<std::string> Checker::check(const History& history, const Marks& before) {
  faults_.clear();
  for (const std::string& surprise : history.surprises()) fault("a client met: " + surprise);
  check_answers(history);
  check_log_entries(history, before);
  check_messages(history, before);
  check_order(history, before);
  check_cases();
  check_pairs(history);
  check_deadlines();
  return faults_;
}

// No acknowledged command is lost: its answer is kept as it was given. What was refused left nothing.
void Checker::check_answers(const History& history) {
  std::vector<std::string> keys;
  for (const Command& command : history.commands()) keys.push_back(command.key);
  const Rows rows = ask(kept_answers.name, kept_answers.sql, Params(keys));
  std::map<std::string, std::pair<int64_t, std::string>> kept;
  for (const Row row : rows) kept[row.text("key")] = {row.integer("status"), row.text("body")};
  for (const Command& command : history.commands()) {
    const auto found = kept.find(command.key);
    if (command.status == 0) continue;
    if (!command.is_granted()) {
      if (found != kept.end()) fault("refused, and yet kept: " + named(command));
    } else if (found == kept.end()) {
      fault("acknowledged and lost: " + named(command));
    } else if (found->second.first != command.status || found->second.second != command.answer) {
      fault("kept with another answer than was given: " + named(command));
    }
  }
}

// Each acknowledged command has its entry in the log, and exactly one, so it was not applied twice; one in doubt has
// one at most.
void Checker::check_log_entries(const History& history, const Marks& before) {
  std::map<std::tuple<std::string, std::string, std::string>, int> entries;  // action, subject or "", hash
  const Rows rows =
      ask("fault_entries", "select entry from audit_entry where position >= $1::bigint", Params(before.audit));
  for (const Row row : rows) {
    const auto entry = parse_json(row.text(0));
    const std::string action = text_at(entry, "/action");
    const std::string hash = text_at(entry, "/sha256");
    ++entries[{action, text_at(entry, "/subject"), hash}];
    ++entries[{action, "", hash}];
  }
  for (const Command& command : history.commands()) {
    const std::string hash = broker::base::to_hex(broker::base::sha256(command.logged));
    const auto found = entries.find({command.action, command.subject, hash});
    const int count = found == entries.end() ? 0 : found->second;
    const int least = command.is_granted() ? 1 : 0;
    const int most = command.is_granted() || command.status == 0 ? 1 : 0;
    if (count < least) fault("not in the log: " + named(command));
    if (count > most) fault("applied " + std::to_string(count) + " times: " + named(command));
  }
  none("fault_log_gap",
       "select position::text from audit_entry a where position > 0 and not exists "
       "(select from audit_entry b where b.position = a.position - 1)",
       "the log has a gap before");
}

// Every message that is in the database came to its recipient, and is acknowledged there as the client was told.
void Checker::check_messages(const History& history, const Marks& before) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Delivery& delivery : history.deliveries()) {
    for (const ReceivedMessage& message : delivery.messages) seen.insert({delivery.caller, message.id});
  }
  std::map<std::string, bool> is_acknowledged;
  const Rows rows =
      ask("fault_messages",
          "select m.id::text, m.recipient, m.type, exists (select from receipt r where r.message_id = m.id "
          "and r.kind = 'acknowledged') from message m where m.position > $1::bigint "
          "and m.recipient in ('314', '315', '318', '319')",
          Params(before.message));
  for (const Row row : rows) {
    const std::string what = row.text(2) + " " + row.text(0) + " to " + row.text(1);
    is_acknowledged[row.text(0)] = row.boolean(3);
    if (!row.boolean(3)) fault("never acknowledged although its inbox was read to the end: " + what);
    if (!seen.contains({row.text(1), row.text(0)})) fault("acknowledged although it never came: " + what);
  }
  for (const auto& [caller, id] : history.acknowledgements()) {
    const auto found = is_acknowledged.find(id);
    if (found == is_acknowledged.end()) continue;  // of an earlier history
    if (!found->second) fault("an acknowledgement was lost: message " + id + " of " + caller);
  }
  for (const auto& [caller, id] : seen) {
    const auto there =
        ask("fault_message", "select 1 from message where id = $1::uuid and recipient = $2", Params(id, caller));
    if (there.empty()) fault("came to " + caller + " and is nowhere: message " + id);
  }
}

// When a message of a case comes, the earlier ones of that case have come before or come with it.
void Checker::check_order(const History& history, const Marks& before) {
  std::map<std::pair<std::string, std::string>, std::vector<std::pair<int64_t, std::string>>> in_order;
  const Rows rows = ask("fault_order",
                        "select recipient, case_id::text, position, id::text from message "
                        "where position > $1::bigint and case_id is not null order by position",
                        Params(before.message));
  for (const Row row : rows) in_order[{row.text(0), row.text(1)}].emplace_back(row.integer(2), row.text(3));
  std::set<std::string> come;
  for (const Delivery& delivery : history.deliveries()) {
    for (const ReceivedMessage& message : delivery.messages) {
      for (const auto& [position, id] : in_order[{delivery.caller, message.case_id}]) {
        if (position < message.sequence && !come.contains(id)) {
          fault("message " + message.id + " overtook " + id + " of its case, to " + delivery.caller);
        }
      }
      come.insert(message.id);
    }
  }
}

void Checker::check_cases() {
  none("fault_closed",
       "select s.id::text from case_state s where s.status = 'closed' and not exists (select from event e "
       "where e.case_id = s.id and e.authority <> s.owner and e.type in ('location.confirmed', 'handover.accepted'))",
       "closed without another authority's word");
  none("fault_chain",
       "select chain::text from case_state where status in ('open', 'located') group by chain having count(*) > 1",
       "two cases of one chain are open");
  none("fault_sequence",
       "select case_id::text from event group by case_id having count(*) <> max(sequence) or min(sequence) <> 1",
       "the events of a case have a gap");
  none("fault_reference",
       "select owner || ' ' || year from case_reference group by owner, year having count(*) <> max(number)",
       "the references of an owner have a gap");
  none("fault_doubled",
       "select case_id::text || ' ' || recipient || ' ' || type from message "
       "where type in ('case.closed', 'location.confirmed') and case_id is not null "
       "group by case_id, recipient, type having count(*) > 1",
       "told twice");
}

void Checker::check_pairs(const History& history) {
  for (const Pair& pair : history.pairs()) {
    const auto rows = ask("fault_pair",
                          "select count(*) from match_state where (seeker_upload = $1::uuid and holder_upload = "
                          "$2::uuid) or (seeker_upload = $2::uuid and holder_upload = $1::uuid)",
                          Params(pair.seeker_upload, pair.holder_upload));
    const int64_t count = rows.front().integer(0);
    if (count == 1) continue;
    fault("the pair of uploads " + pair.seeker_upload + " and " + pair.holder_upload + " was announced " +
          std::to_string(count) + " times");
  }
  none("fault_told",
       "with told as (select body::jsonb -> 'data' ->> 'id' as id, recipient, count(*) as times from message "
       "where type = 'match.found' group by 1, 2) "
       "select m.id::text || ' ' || a.authority from match_state m "
       "cross join lateral (values (m.seeker), (m.holder)) as a (authority) "
       "left join told t on t.id = m.id::text and t.recipient = a.authority "
       "where m.query_id is null and coalesce(t.times, 0) <> 1",
       "not told once of the match");
}

// Reminders, escalations and reports of non-delivery say what they are about: each once.
void Checker::check_deadlines() {
  none("fault_deadlines",
       "select type || ' ' || recipient || ' ' || coalesce(case_id::text, '') from message "
       "where type in ('enquiry.reminder', 'enquiry.escalated', 'removal.reminder', 'message.expired') "
       "group by type, recipient, case_id, body::jsonb -> 'data' having count(*) > 1",
       "a deadline fired more than once");
}

std::string fault_in_log(broker::client::Access access, const std::filesystem::path& witness) {
  broker::client::Api api(std::move(access));
  return broker::client::verify_log(api, {.public_key = "", .witness = witness, .against = {}}).fault;
}

}  // namespace fault
