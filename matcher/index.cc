#include "matcher/index.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "matcher/index_state.h"
#include "matcher/snapshot_file.h"

namespace matcher {
namespace {

constexpr size_t measured_first = 500;     // records from which level chances are measured
constexpr size_t bulk_records_min = 2000;  // fewer are not worth a second thread

}  // namespace

Index::State::State(Model given)
    : tokens(epochs), store(epochs), blocks(epochs), restricted_blocks(epochs), population(epochs) {
  set_model(std::move(given));
}

void Index::State::set_model(Model given) {
  std::unique_ptr<const Model> next = std::make_unique<const Model>(std::move(given));
  current_model.store(next.get(), std::memory_order_release);
  if (owned_model) former_models.add(epochs.now(), std::move(owned_model));
  owned_model = std::move(next);
  const uint64_t oldest = epochs.advance();
  while (former_models.has_ready(oldest)) former_models.take();
}

Slot Index::State::add(const RecordTag& tag, const Particulars& particulars) {
  const Slot slot = store.insert(tag, particulars, tokens);
  if (!particulars.restricted) population.add(store, slot, tokens);
  return slot;
}

void Index::State::remove(Slot slot) {
  std::vector<uint64_t> keys;
  keys_of(store, tokens, slot, keys);
  BlockTable& table = blocks_of(slot);
  for (const uint64_t key : keys) table.erase(key, slot);
  if (!store.is_restricted(slot)) population.remove(store, slot, tokens);
  store.erase(slot);
}

void Index::State::measure() {
  if (population.records() < measured_first) return;
  population.measure_levels(store, model());
  measured_at = population.records();
}

void Index::State::measure_when_grown() {
  if (population.records() >= measured_at * 2) measure();
}

size_t Index::State::memory_bytes() const {
  return sizeof(State) + store.memory_bytes() + tokens.memory_bytes() + blocks.memory_bytes() +
         restricted_blocks.memory_bytes() + population.memory_bytes() + epochs.retired_bytes() + sizeof(Model) +
         (snapshot ? snapshot->mapped_bytes() : 0);
}

Index::Index(Model model) : state_(std::make_unique<State>(std::move(model))) {}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

// A record that replaces another is found under all its keys before the other goes, so that a search beside it finds
// one of the two.
void Index::insert(uint64_t key, uint32_t owner, uint8_t kind, const PupilRecord& record) {
  const Particulars particulars = particulars_of(record);
  const std::lock_guard lock(state_->mutex);
  const auto before = state_->store.find(key);
  const Slot slot = state_->add({key, owner, kind}, particulars);
  std::vector<uint64_t> keys;
  keys_of(state_->store, state_->tokens, slot, keys);
  BlockTable& table = state_->blocks_of(slot);
  for (const uint64_t block_key : keys) table.insert(block_key, slot);
  if (before) state_->remove(*before);
  state_->measure_when_grown();
  state_->epochs.advance();
}

// Normalising and filing are done on all threads; only the token table in between takes one record after the other.
void Index::insert_all(std::span<const Entry> entries, size_t threads) {
  const size_t workers = entries.size() < bulk_records_min ? 1 : std::max<size_t>(1, threads);
  const auto on_all = [&](const auto& work) {
    std::vector<std::jthread> pool;
    for (size_t worker = 1; worker < workers; ++worker) pool.emplace_back([&work, worker] { work(worker); });
    work(size_t{0});
  };
  std::vector<Particulars> particulars(entries.size());
  on_all([&](size_t worker) {
    for (size_t i = worker; i < entries.size(); i += workers) particulars[i] = particulars_of(*entries[i].record);
  });
  const std::lock_guard lock(state_->mutex);
  std::vector<Slot> slots(entries.size());
  std::vector<Slot> replaced;  // by a later entry of one key, or held before
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto before = state_->store.find(entries[i].key);
    slots[i] = state_->add({entries[i].key, entries[i].owner, entries[i].kind}, particulars[i]);
    if (before) replaced.push_back(*before);
    particulars[i] = Particulars();
  }
  struct Filed {
    uint64_t key;
    Slot slot;
  };
  std::vector<std::array<std::vector<Filed>, BlockTable::shards>> filed(workers);
  on_all([&](size_t worker) {
    std::vector<uint64_t> keys;
    for (size_t i = worker; i < entries.size(); i += workers) {
      keys_of(state_->store, state_->tokens, slots[i], keys);
      for (const uint64_t key : keys) filed[worker][BlockTable::shard_of(key)].push_back({key, slots[i]});
    }
  });
  on_all([&](size_t worker) {
    for (size_t shard = worker; shard < BlockTable::shards; shard += workers)
      for (auto& lists : filed)
        for (const Filed& one : lists[shard]) state_->blocks_of(one.slot).shard_at(shard).insert(one.key, one.slot);
  });
  for (const Slot slot : replaced) state_->remove(slot);
  state_->measure_when_grown();
  state_->epochs.advance();
}

bool Index::erase(uint64_t key) {
  const std::lock_guard lock(state_->mutex);
  const auto slot = state_->store.find(key);
  if (slot) state_->remove(*slot);
  state_->epochs.advance();
  return slot.has_value();
}

void Index::measure() {
  const std::lock_guard lock(state_->mutex);
  state_->measure();
  state_->epochs.advance();
}

bool Index::holds(uint64_t key) const {
  const Epochs::Reading reading = state_->epochs.read();
  return state_->store.find(key).has_value();
}

size_t Index::size() const {
  return state_->store.size();
}

size_t Index::memory_bytes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->memory_bytes();
}

const Model& Index::model() const {
  return state_->model();
}

void Index::set_model(Model model) {
  const std::lock_guard lock(state_->mutex);
  state_->set_model(std::move(model));
}

std::vector<Candidate> Index::search(const PupilRecord& query, const SearchOptions& options) const {
  const Particulars particulars = particulars_of(query);
  const Epochs::Reading reading = state_->epochs.read();
  const Query prepared(particulars, state_->tokens);
  return state_->found(prepared, has_address_terms(query), options);
}

std::vector<Candidate> Index::search_held(uint64_t key, const SearchOptions& options) const {
  const Epochs::Reading reading = state_->epochs.read();
  const auto slot = state_->store.find(key);
  if (!slot) return {};
  SearchOptions own = options;
  own.exclude_key = key;
  const Particulars particulars = state_->store.particulars(*slot, state_->tokens);
  const Fixed& fixed = particulars.fixed;
  const bool has_address = fixed.postcode != 0 || fixed.phone != 0 || fixed.uprn != 0 || fixed.school != 0 ||
                           std::ranges::any_of(particulars.words, [](const Word& word) {
                             return word.role == Role::street || word.role == Role::house || word.role == Role::town;
                           });
  const Query prepared(particulars, state_->tokens);
  return state_->found(prepared, has_address, own);
}

std::optional<Comparison> Index::compare(const PupilRecord& query, uint64_t key) const {
  const Particulars particulars = particulars_of(query);
  const Epochs::Reading reading = state_->epochs.read();
  const auto slot = state_->store.find(key);
  if (!slot) return std::nullopt;
  const Query prepared(particulars, state_->tokens);
  std::vector<Ranked> pairs(1);
  pairs[0].slot = *slot;
  pairs[0].score = state_->scorer().score(prepared, *slot);
  state_->weigh(pairs[0]);
  state_->group_and_normalise(pairs);
  SearchOptions options;
  options.probability_min = 0;
  std::vector<Candidate> found = state_->candidates(pairs, options, State::Which::all);
  return Comparison{found[0].probability, found[0].weight, found[0].decision, std::move(found[0].evidence)};
}

bool Index::look_like_siblings(uint64_t a, uint64_t b) const {
  const Epochs::Reading reading = state_->epochs.read();
  const auto first = state_->store.find(a);
  const auto second = state_->store.find(b);
  if (!first || !second) return false;
  const Query query(state_->store.particulars(*first, state_->tokens), state_->tokens);
  return state_->scorer().score(query, *second).looks_like_siblings();
}

Comparison compare(const PupilRecord& a, const PupilRecord& b, const Model& model) {
  Index index(model);
  index.insert(1, 0, 0, b);
  return *index.compare(a, 1);
}

}  // namespace matcher
