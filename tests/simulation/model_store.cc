#include <algorithm>

#include "tests/simulation/model.h"
#include "tests/support/store_node.h"

namespace simulation {

using namespace broker;
using boost::asio::awaitable;
using store::Answer;
using store::World;

namespace {

base::Problem away() {
  return base::problem(base::ProblemType::store_unavailable, "The database is away.");
}

// As much of an envelope as a reader of the simulation looks at.
std::string envelope_of(const Model::Message& message, int64_t position) {
  return "{\"id\":\"" + message.id + "\",\"sequence\":" + std::to_string(position) + "}";
}

}  // namespace

ModelStore::ModelStore(Model& model, VirtualTime& time, base::Random& random, base::IdMaker& ids)
    : model_(model), time_(time), timers_(time), random_(random), ids_(ids) {}

bool ModelStore::happens(double chance) {
  return chance > 0 && static_cast<double>(random_.next() % 1'000'000) < chance * 1e6;
}

void ModelStore::bury() {
  is_buried_ = true;
  for (base::Alarm* alarm : travelling_) alarm->ring();
}

awaitable<void> ModelStore::travel() {
  const auto delay_max = static_cast<uint64_t>(faults_.delay_max.count());
  const auto delay = std::chrono::milliseconds(delay_max == 0 ? 0 : random_.next() % delay_max);
  const std::unique_ptr<base::Alarm> alarm = timers_.make_alarm();
  travelling_.insert(alarm.get());
  const base::Instant arrival = is_dead_ ? base::Instant::max() : time_.now() + delay;
  if (!is_buried_) co_await alarm->wait_until(arrival);
  // It may have died on the way.
  if (is_dead_ && !is_buried_) co_await alarm->wait_until(base::Instant::max());
  travelling_.erase(alarm.get());
  if (is_buried_) throw postgres::Unavailable("this broker is dead");
}

awaitable<base::Result<Answer>> ModelStore::submit(store::Write write) {
  try {
    co_await travel();
  } catch (const postgres::Unavailable&) {
    co_return base::refuse(away());
  }
  if (happens(faults_.refusal)) co_return base::refuse(away());
  base::Result<Answer> answer = carry_out(write);
  const bool is_lost = happens(faults_.lost_answer);
  try {
    co_await travel();
  } catch (const postgres::Unavailable&) {
    co_return base::refuse(away());
  }
  if (is_lost) co_return base::refuse(away());
  co_return answer;
}

base::Result<Answer> ModelStore::carry_out(const store::Write& write) {
  if (write.idempotency) {
    const auto kept = model_.kept.find({write.idempotency->caller, write.idempotency->key});
    if (kept != model_.kept.end()) {
      const store::Idempotency& first = kept->second.made_by;
      if (first.route != write.idempotency->route || first.body_hash != write.idempotency->body_hash) {
        return base::refuse(base::problem(base::ProblemType::idempotency_key_reused, "Another request."));
      }
      Answer answer = kept->second.answer;
      answer.is_replay = true;
      return answer;
    }
  }
  domain::Context surroundings = support::surroundings();
  surroundings.now = time_.clock().now();
  surroundings.today = base::date_in_england(surroundings.now);
  World world(surroundings, ids_);
  world.loaded = model_.load(write.needs);
  base::Result<Answer> answer = write.decide(world);
  if (!answer) return answer;
  const size_t before = model_.messages.size();
  model_.commit(world, [this] { return ids_.next(); });
  if (write.idempotency) {
    model_.kept[{write.idempotency->caller, write.idempotency->key}] = {*write.idempotency, *answer};
  }
  store::Committed committed;
  for (const message::Outgoing& message : world.changes.messages) committed.recipients.insert(message.recipient);
  for (size_t i = before; i < model_.messages.size(); ++i) {
    const Model::Message& one = model_.messages[i];
    const auto position = static_cast<int64_t>(i) + 1;
    committed.messages.push_back({{position, one.id, one.what.case_id, one.what.is_immediate},
                                  one.what.recipient,
                                  std::make_shared<const std::string>(envelope_of(one, position))});
  }
  committed.has_records = !world.changes.records.empty() || !world.changes.held.empty();
  // In the order of the commits, as the writer does.
  if (tell_) tell_(committed);
  return answer;
}

awaitable<std::vector<store::WaitingMessage>> ModelStore::waiting_after(store::Viewer viewer, int64_t position,
                                                                        int64_t limit) {
  co_await travel();
  if (happens(faults_.refusal)) throw postgres::Unavailable("simulated");
  std::vector<store::WaitingMessage> waiting;
  for (size_t i = static_cast<size_t>(position); i < model_.messages.size(); ++i) {
    const Model::Message& message = model_.messages[i];
    if (message.what.recipient != viewer.inbox() || model_.receipts.contains({message.id, "acknowledged"})) continue;
    if (static_cast<int64_t>(waiting.size()) == limit) break;
    waiting.push_back({static_cast<int64_t>(i) + 1, message.id, message.what.case_id, message.what.is_immediate});
  }
  co_await travel();
  co_return waiting;
}

awaitable<std::vector<std::string>> ModelStore::envelopes(store::Viewer viewer, std::vector<std::string> ids) {
  co_await travel();
  if (happens(faults_.refusal)) throw postgres::Unavailable("simulated");
  std::vector<std::string> texts;
  for (const std::string& id : ids) {
    const Model::Message* message = model_.message(id);
    if (message == nullptr || message->what.recipient != viewer.inbox()) continue;
    texts.push_back(envelope_of(*message, message - model_.messages.data() + 1));
  }
  co_await travel();
  co_return texts;
}

awaitable<int64_t> ModelStore::last_change() {
  co_await travel();
  const auto last = static_cast<int64_t>(model_.changes.size());
  co_await travel();
  co_return last;
}

awaitable<store::FeedChunk> ModelStore::read_feed(store::FeedMarks after, int64_t limit) {
  co_await travel();
  if (happens(faults_.refusal)) throw postgres::Unavailable("simulated");
  store::FeedChunk chunk;
  const auto first_record = static_cast<size_t>(after.record_key);
  const auto first_change = static_cast<size_t>(after.change);
  const auto count = static_cast<size_t>(limit);
  for (size_t i = first_record; i < std::min(model_.records.size(), first_record + count); ++i) {
    chunk.records.push_back(model_.records[i]);
    chunk.records.back().is_held = model_.is_held(chunk.records.back().key);
  }
  for (size_t i = first_change; i < std::min(model_.changes.size(), first_change + count); ++i) {
    chunk.changes.push_back({static_cast<int64_t>(i) + 1, model_.changes[i].key, model_.changes[i].is_held});
  }
  chunk.has_more = model_.records.size() > first_record + count || model_.changes.size() > first_change + count;
  co_await travel();
  co_return chunk;
}

awaitable<std::string> ModelStore::mark_at(store::FeedMarks marks) {
  co_await travel();
  std::string mark = "model";
  const auto record = static_cast<size_t>(marks.record_key);
  const auto change = static_cast<size_t>(marks.change);
  mark += record > 0 && record <= model_.records.size() ? " " + model_.records[record - 1].digest : " -";
  mark += change > 0 && change <= model_.changes.size() ? " " + std::to_string(model_.changes[change - 1].key) : " -";
  co_await travel();
  co_return mark;
}

awaitable<std::vector<store::HeldRecord>> ModelStore::read_records(std::vector<int64_t> keys) {
  co_await travel();
  if (happens(faults_.refusal)) throw postgres::Unavailable("simulated");
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::vector<store::HeldRecord> records;
  for (const int64_t key : keys) {
    if (key < 1 || key > static_cast<int64_t>(model_.records.size())) continue;
    records.push_back(model_.records[static_cast<size_t>(key) - 1]);
    records.back().is_held = model_.is_held(key);
  }
  co_await travel();
  co_return records;
}

awaitable<std::vector<store::MatchTask>> ModelStore::claim_match_tasks(int64_t limit, int64_t lease_seconds) {
  co_await travel();
  if (happens(faults_.refusal)) throw postgres::Unavailable("simulated");
  const base::Time now = time_.clock().now();
  std::vector<store::MatchTask> claimed;
  for (auto& [key, until] : model_.tasks) {
    if (static_cast<int64_t>(claimed.size()) == limit) break;
    if (until >= now) continue;
    until = now + std::chrono::seconds(lease_seconds);
    claimed.push_back({key, until});
  }
  co_await travel();
  co_return claimed;
}

}  // namespace simulation
