#include "matcher/record_store.h"

#include <algorithm>
#include <stdexcept>

#include "matcher/snapshot_file.h"

namespace matcher {
namespace {

constexpr size_t first_places = 1024;
constexpr size_t records_max = size_t{1} << 30;
constexpr size_t elements_max = UINT32_MAX;

}  // namespace

RecordStore::RecordStore(Epochs& epochs)
    : epochs_(epochs), rows_(epochs), keys_(epochs), elements_(epochs), places_(epochs, first_places) {}

size_t RecordStore::place_of(const Buckets<uint32_t>::View& places, uint64_t key) const {
  size_t place = mix(key + 1) & places.mask;
  for (uint32_t found = places.at(place); found != 0; found = places.at(place)) {
    if (found != gone && keys_[found - 1] == key) break;
    place = (place + 1) & places.mask;
  }
  return place;
}

std::optional<Slot> RecordStore::find(uint64_t key) const {
  const auto places = places_.view();
  const uint32_t found = places.at(place_of(places, key));
  if (found == 0) return std::nullopt;
  return found - 1;
}

Slot RecordStore::take_slot() {
  if (free_.size() > 0 && !free_.has_ready(oldest_)) oldest_ = epochs_.advance();
  if (free_.has_ready(oldest_)) return free_.take();
  rows_.append_zeroed(1);
  keys_.push_back(0);
  return static_cast<Slot>(rows_.size() - 1);
}

uint32_t RecordStore::put_elements(std::span<const Element> elements) {
  if (elements.size() < run_lengths) {
    auto& runs = free_runs_[elements.size()];
    if (runs.has_ready(oldest_)) {
      const uint32_t at = runs.take();
      std::ranges::copy(elements, &elements_.writable(at));
      return at;
    }
  }
  const size_t at = elements_.size();
  elements_.append(elements);
  return static_cast<uint32_t>(at);
}

Slot RecordStore::insert(const RecordTag& tag, const Particulars& particulars, TokenTable& tokens) {
  if (rows_.size() >= records_max || elements_.size() + UINT16_MAX > elements_max)
    throw std::length_error("the matcher's index is full");
  run_.clear();
  for (const Word& word : particulars.words)
    run_.push_back((static_cast<Element>(word.role) << role_shift) | tokens.intern(word.text));
  for (const Wide& wide : particulars.wides) {
    run_.push_back((static_cast<Element>(Role::wide) << role_shift) | static_cast<Element>(wide.kind));
    run_.push_back(static_cast<Element>(wide.value >> 32));
    run_.push_back(static_cast<Element>(wide.value));
  }
  const Slot slot = take_slot();
  Row row;
  row.fixed = particulars.fixed;
  row.owner = tag.owner;
  row.kind = tag.kind;
  row.restricted = particulars.restricted;
  row.held = true;
  row.elements_at = put_elements(run_);
  row.elements = static_cast<uint16_t>(run_.size());
  rows_.writable(slot) = row;
  keys_.writable(slot) = tag.key;
  size_.fetch_add(1, std::memory_order_relaxed);
  const auto places = places_.view();
  const size_t place = place_of(places, tag.key);
  if (places.at(place) == 0) ++places_used_;
  places_.set(place, slot + 1);
  if (places_used_ * 2 > places_.places()) rebuild_places();
  return slot;
}

void RecordStore::erase(Slot slot) {
  const auto places = places_.view();
  const size_t place = place_of(places, keys_[slot]);
  if (places.at(place) == slot + 1) places_.set(place, gone);
  Row& row = rows_.writable(slot);
  row.held = false;
  if (row.elements > 0 && row.elements < run_lengths) free_runs_[row.elements].add(epochs_.now(), row.elements_at);
  free_.add(epochs_.now(), slot);
  size_.fetch_sub(1, std::memory_order_relaxed);
}

void RecordStore::rebuild_places() {
  size_t places = first_places;
  while (places < size() * 3) places *= 2;
  // Of two records under one key the one to be found is where the key leads now.
  const auto before = places_.view();
  places_used_ = 0;
  places_.replace(places, [&](uint32_t* entries, size_t mask) {
    for (size_t i = 0; i <= before.mask; ++i) {
      const uint32_t found = before.at(i);
      if (found == 0 || found == gone) continue;
      size_t place = mix(keys_[found - 1] + 1) & mask;
      while (entries[place] != 0) place = (place + 1) & mask;
      entries[place] = found;
      ++places_used_;
    }
  });
}

Particulars RecordStore::particulars(Slot slot, const TokenTable& tokens) const {
  Particulars out;
  out.fixed = rows_[slot].fixed;
  out.restricted = rows_[slot].restricted;
  const auto words = elements(slot);
  for (size_t i = 0; i < words.size(); ++i) {
    const Role role = role_of(words[i]);
    if (role == Role::wide) {
      out.wides.push_back({static_cast<WideKind>(token_of(words[i])), (uint64_t{words[i + 1]} << 32) | words[i + 2]});
      i += 2;
    } else {
      out.words.push_back({role, std::string(tokens.text(token_of(words[i])))});
    }
  }
  return out;
}

size_t RecordStore::memory_bytes() const {
  size_t out = rows_.bytes() + keys_.bytes() + elements_.bytes() + places_.bytes() + free_.bytes() +
               run_.capacity() * sizeof(Element);
  for (const auto& runs : free_runs_) out += runs.bytes();
  return out;
}

// Free runs are not written down: after a load their room is lost until the next build.
void RecordStore::save(SnapshotWriter& out) const {
  out.column(rows_);
  out.column(keys_);
  out.column(elements_);
  out.section(places_.image());
  std::vector<Slot> free;
  for (size_t i = 0; i < free_.size(); ++i) free.push_back(free_.at(i));
  out.values(std::span<const Slot>(free));
  const std::array<uint64_t, 2> counts = {size(), places_used_};
  out.values(std::span<const uint64_t>(counts));
}

bool RecordStore::load(SnapshotReader& in) {
  std::span<Slot> free;
  std::span<uint64_t> counts;
  if (!in.column(rows_) || !in.column(keys_) || !in.column(elements_) || !places_.adopt(in.section())) return false;
  if (!in.values(free) || !in.values(counts) || counts.size() != 2 || rows_.size() != keys_.size()) return false;
  for (const Slot slot : free) free_.add(0, slot);
  oldest_ = 1;
  size_ = counts[0];
  places_used_ = counts[1];
  return true;
}

}  // namespace matcher
