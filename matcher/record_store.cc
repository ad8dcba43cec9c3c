#include "matcher/record_store.h"

#include <algorithm>
#include <stdexcept>

namespace matcher {
namespace {

constexpr size_t first_places = 1024;
constexpr size_t records_max = size_t{1} << 30;
constexpr size_t elements_max = UINT32_MAX;
constexpr size_t elements_dead_min = size_t{1} << 20;  // less is not worth compacting

}  // namespace

RecordStore::RecordStore() : places_(first_places, 0) {}

size_t RecordStore::place_of(uint64_t key) const {
  const size_t mask = places_.size() - 1;
  size_t place = mix(key + 1) & mask;
  while (places_[place] != 0 && keys_[places_[place] - 1] != key) place = (place + 1) & mask;
  return place;
}

std::optional<Slot> RecordStore::find(uint64_t key) const {
  const uint32_t found = places_[place_of(key)];
  if (found == 0) return std::nullopt;
  return found - 1;
}

Slot RecordStore::insert(const RecordTag& tag, const Particulars& particulars, TokenTable& tokens) {
  if (rows_.size() >= records_max || elements_.size() + 256 > elements_max)
    throw std::length_error("the matcher's index is full");
  Slot slot = 0;
  if (free_.empty()) {
    slot = static_cast<Slot>(rows_.size());
    rows_.emplace_back();
    keys_.push_back(0);
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Row& row = rows_[slot];
  row = Row{};
  row.fixed = particulars.fixed;
  row.owner = tag.owner;
  row.kind = tag.kind;
  row.held = true;
  row.restricted = particulars.restricted;
  row.elements_at = static_cast<uint32_t>(elements_.size());
  for (const Word& word : particulars.words)
    elements_.push_back((static_cast<Element>(word.role) << role_shift) | tokens.intern(word.text));
  for (const Wide& wide : particulars.wides) {
    elements_.push_back((static_cast<Element>(Role::wide) << role_shift) | static_cast<Element>(wide.kind));
    elements_.push_back(static_cast<Element>(wide.value >> 32));
    elements_.push_back(static_cast<Element>(wide.value));
  }
  row.elements = static_cast<uint16_t>(elements_.size() - row.elements_at);
  keys_[slot] = tag.key;
  ++size_;
  if (size_ * 2 > places_.size()) grow_places();
  places_[place_of(tag.key)] = slot + 1;
  return slot;
}

void RecordStore::erase(Slot slot) {
  // Open addressing without tombstones: what follows the hole is placed again.
  const size_t mask = places_.size() - 1;
  size_t place = place_of(keys_[slot]);
  places_[place] = 0;
  for (place = (place + 1) & mask; places_[place] != 0; place = (place + 1) & mask) {
    const uint32_t moved = places_[place];
    places_[place] = 0;
    places_[place_of(keys_[moved - 1])] = moved;
  }
  elements_dead_ += rows_[slot].elements;
  rows_[slot] = Row{};
  free_.push_back(slot);
  --size_;
  if (elements_dead_ > elements_dead_min && elements_dead_ * 2 > elements_.size()) compact_elements();
}

void RecordStore::grow_places() {
  places_.assign(places_.size() * 2, 0);
  for (size_t slot = 0; slot < rows_.size(); ++slot)
    if (rows_[slot].held) places_[place_of(keys_[slot])] = static_cast<uint32_t>(slot + 1);
}

void RecordStore::compact_elements() {
  std::vector<Element> kept;
  kept.reserve(elements_.size() - elements_dead_);
  for (Row& row : rows_) {
    if (!row.held) continue;
    const auto first = elements_.begin() + row.elements_at;
    row.elements_at = static_cast<uint32_t>(kept.size());
    kept.insert(kept.end(), first, first + row.elements);
  }
  elements_ = std::move(kept);
  elements_dead_ = 0;
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
  return rows_.capacity() * sizeof(Row) + keys_.capacity() * sizeof(uint64_t) + elements_.capacity() * sizeof(Element) +
         free_.capacity() * sizeof(Slot) + places_.capacity() * sizeof(uint32_t);
}

}  // namespace matcher
