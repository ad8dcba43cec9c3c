#include "tests/simulation/model.h"

#include <algorithm>

#include "broker/base/ensure.h"
#include "broker/base/text.h"

namespace simulation {

using namespace broker;
using base::ensure;
using store::Needs;
using store::World;

namespace {

std::pair<int64_t, int64_t> ordered(int64_t a, int64_t b) {
  return {std::min(a, b), std::max(a, b)};
}

std::set<std::string> cases_named(const Model& model, const Needs& needs) {
  std::set<std::string> ids(needs.cases.begin(), needs.cases.end());
  for (const std::string& id : needs.enquiries) {
    if (const auto found = model.enquiries.find(id); found != model.enquiries.end()) ids.insert(found->second.case_id);
  }
  for (const std::string& id : needs.confirmations) {
    if (const auto found = model.confirmations.find(id); found != model.confirmations.end()) ids.insert(found->second);
  }
  for (const std::string& id : needs.matches) {
    if (const auto found = model.matches.find(id); found != model.matches.end())
      ids.insert(found->second.seeker.case_id);
  }
  return ids;
}

void load_cases(const Model& model, const Needs& needs, World::Loaded& loaded) {
  for (const std::string& id : cases_named(model, needs)) {
    const auto found = model.cases.find(id);
    if (found == model.cases.end()) continue;
    loaded.files[id].record = found->second;
    for (const store::HeldRecord& record : model.records) {
      if (record.side.case_id == id) loaded.records_of_case[id].push_back(record.key);
    }
  }
  for (const std::string& id : needs.enquiries) {
    const auto found = model.enquiries.find(id);
    if (found == model.enquiries.end()) continue;
    loaded.case_of_enquiry[id] = found->second.case_id;
    loaded.files[found->second.case_id].enquiries.push_back(found->second);
  }
  for (const std::string& id : needs.confirmations) {
    const auto found = model.confirmations.find(id);
    if (found != model.confirmations.end()) loaded.case_of_confirmation[id] = found->second;
  }
}

void load_rules(const Model& model, const Needs& needs, World::Loaded& loaded) {
  std::set<std::pair<std::string, std::string>> wanted(needs.upns.begin(), needs.upns.end());
  for (const auto& [subject, authority] : needs.same_child) {
    const auto enquiry = model.enquiries.find(subject);
    const auto found = model.cases.find(enquiry == model.enquiries.end() ? subject : enquiry->second.case_id);
    if (found != model.cases.end()) wanted.insert({authority, found->second.child.upn});
  }
  std::set<std::string> chains;
  for (const std::string& id : needs.chains_of) {
    if (const auto found = model.cases.find(id); found != model.cases.end()) chains.insert(found->second.chain);
  }
  for (const auto& [id, record] : model.cases) {
    if (!record.is_open_or_located()) continue;
    const std::pair<std::string, std::string> child{record.owner, record.child.upn};
    if (!child.second.empty() && wanted.contains(child)) loaded.open_cases[child].insert(id);
    if (chains.contains(record.chain)) loaded.open_in_chain[record.chain].insert(id);
  }
  loaded.numbers = model.numbers;
}

}  // namespace

bool Model::is_held(int64_t key) const {
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (change->key == key) return change->is_held;
  }
  return true;
}

const Model::Message* Model::message(const std::string& id) const {
  const auto found = std::find_if(messages.begin(), messages.end(), [&](const Message& one) { return one.id == id; });
  return found == messages.end() ? nullptr : &*found;
}

World::Loaded Model::load(const Needs& needs) const {
  World::Loaded loaded;
  load_cases(*this, needs, loaded);
  load_rules(*this, needs, loaded);
  for (const std::string& id : needs.matches) {
    if (const auto found = matches.find(id); found != matches.end()) loaded.matches[id] = found->second;
  }
  for (const std::string& id : needs.uploads) {
    if (const auto found = uploads.find(id); found != uploads.end()) loaded.uploads[id] = found->second;
  }
  const std::set<std::string> digests(needs.record_digests.begin(), needs.record_digests.end());
  for (const store::HeldRecord& record : records) {
    const bool is_of_file = record.side.kind != domain::RecordKind::case_child;
    if (is_of_file && digests.contains(record.digest)) loaded.digests.insert(record.digest);
  }
  for (const auto& [id, match] : matches) {
    if (match.seeker.record_key == 0) continue;
    const auto pair = ordered(match.seeker.record_key, match.holder.record_key);
    for (const auto& [a, b] : needs.pairs) {
      if (ordered(a, b) == pair) loaded.announced.insert(pair);
    }
  }
  for (const int64_t key : needs.records) loaded.held[key] = is_held(key);
  for (const std::string& id : needs.receipts) {
    for (const char* kind : {"delivered", "acknowledged", "expired"}) {
      if (receipts.contains({id, kind})) loaded.receipts.insert({id, kind});
    }
    if (const auto found = deliveries.find(id); found != deliveries.end()) loaded.deliveries[id] = found->second;
  }
  loaded.next_record_key = static_cast<int64_t>(records.size()) + 1;
  return loaded;
}

void Model::commit(const World& world, const std::function<std::string()>& next_id) {
  const World::Changes& new_rows = world.changes;
  for (const std::string& id : new_rows.cases) cases[id] = world.loaded.files.at(id).record;
  for (const std::string& id : new_rows.enquiries) {
    enquiries[id] = *world.loaded.files.at(world.loaded.case_of_enquiry.at(id)).enquiry(id);
  }
  for (const auto& [id, case_id] : new_rows.confirmations) confirmations[id] = case_id;
  for (const auto& [owner, number] : new_rows.numbers) {
    int& last = numbers[{owner, number.first}];
    ensure(number.second == last + 1);
    last = number.second;
  }
  for (const std::string& id : new_rows.uploads) uploads[id] = world.loaded.uploads.at(id);
  commit_records(world);
  for (const std::string& id : new_rows.matches) {
    const domain::Match& match = world.loaded.matches.at(id);
    for (const auto& [other_id, other] : matches) {
      const bool is_pair = match.seeker.record_key != 0 && other.seeker.record_key != 0 && other_id != id;
      if (is_pair) {
        ensure(ordered(match.seeker.record_key, match.holder.record_key) !=
               ordered(other.seeker.record_key, other.holder.record_key));
      }
    }
    matches[id] = match;
  }
  commit_messages(world, next_id);
  log.insert(log.end(), new_rows.audit.begin(), new_rows.audit.end());
}

void Model::commit_messages(const World& world, const std::function<std::string()>& next_id) {
  for (const message::Outgoing& one : world.changes.messages) messages.push_back({next_id(), one});
  for (const store::ReceiptRow& receipt : world.changes.receipts) {
    ensure(message(receipt.message_id) != nullptr);
    const bool is_new = receipts.insert({receipt.message_id, receipt.kind}).second;
    if (is_new && receipt.delivery) deliveries[receipt.message_id] = *receipt.delivery;
  }
  for (const auto& [id, delivery] : world.changes.redeliveries) {
    ensure(delivery.number == deliveries[id].number + 1);
    deliveries[id] = delivery;
  }
}

void Model::commit_records(const World& world) {
  for (const store::HeldRecord& record : world.changes.records) {
    ensure(record.key == static_cast<int64_t>(records.size()) + 1);
    records.push_back(record);
    tasks[record.key] = base::Time::min();
  }
  for (const store::MatchTask& task : world.changes.finished_tasks) {
    const auto found = tasks.find(task.key);
    if (found != tasks.end() && found->second == task.claimed_until) tasks.erase(found);
  }
  for (const int64_t key : world.changes.rematched) tasks[key] = base::Time::min();
  for (const auto& [key, held] : world.changes.held) changes.push_back({key, held});
}

}  // namespace simulation
