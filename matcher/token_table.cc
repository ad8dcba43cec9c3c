#include "matcher/token_table.h"

#include <algorithm>
#include <cstring>

namespace matcher {
namespace {

constexpr size_t first_places = 1024;
constexpr size_t token_bytes_max = 255;

}  // namespace

uint64_t hash_text(std::string_view text) {
  uint64_t h = 0x9e3779b97f4a7c15ULL ^ (text.size() * 0xff51afd7ed558ccdULL);
  while (text.size() >= 8) {
    uint64_t part = 0;
    std::memcpy(&part, text.data(), 8);
    h = mix(h ^ part);
    text.remove_prefix(8);
  }
  uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return mix(h ^ rest);
}

uint32_t letter_set_of(std::string_view text) {
  uint32_t out = 0;
  for (const char c : text) out |= c >= 'a' && c <= 'z' ? 1U << (c - 'a') : 1U << 26;
  return out;
}

TokenTable::TokenTable() : places_(first_places, 0) {
  for (auto& counts : class_counts_) counts.resize(name_class_count(), 0);
}

size_t TokenTable::place_of(std::string_view word) const {
  const size_t mask = places_.size() - 1;
  size_t place = hash_text(word) & mask;
  while (places_[place] != 0 && text(places_[place] - 1) != word) place = (place + 1) & mask;
  return place;
}

std::optional<TokenId> TokenTable::find(std::string_view text) const {
  const uint32_t found = places_[place_of(text.substr(0, token_bytes_max))];
  if (found == 0) return std::nullopt;
  return found - 1;
}

TokenId TokenTable::intern(std::string_view given) {
  const std::string_view word = given.substr(0, token_bytes_max);
  const size_t place = place_of(word);
  if (places_[place] != 0) return places_[place] - 1;
  Row row;
  row.skeleton = skeleton_of(word);
  row.classes = classes_of(word);
  row.letter_set = letter_set_of(word);
  row.letters_at = static_cast<uint32_t>(letters_.size());
  row.length = static_cast<uint8_t>(word.size());
  letters_.insert(letters_.end(), word.begin(), word.end());
  rows_.push_back(row);
  places_[place] = static_cast<uint32_t>(rows_.size());
  const auto id = static_cast<TokenId>(rows_.size() - 1);
  if (rows_.size() * 2 > places_.size()) grow();
  return id;
}

void TokenTable::grow() {
  places_.assign(places_.size() * 2, 0);
  const size_t mask = places_.size() - 1;
  for (size_t id = 0; id < rows_.size(); ++id) {
    size_t place = hash_text(text(static_cast<TokenId>(id))) & mask;
    while (places_[place] != 0) place = (place + 1) & mask;
    places_[place] = static_cast<uint32_t>(id + 1);
  }
}

void TokenTable::count(TokenId id, Usage usage, int change) {
  const auto use = static_cast<size_t>(usage);
  Row& row = rows_[id];
  if (row.counts[use] == 0 && change > 0) ++distinct_[use];
  row.counts[use] += static_cast<uint32_t>(change);
  if (row.counts[use] == 0 && change < 0) --distinct_[use];
  totals_[use] += static_cast<uint64_t>(static_cast<int64_t>(change));
  if (usage != Usage::forename && usage != Usage::surname) return;
  for (const NameClass name_class : row.classes)
    if (name_class != 0) class_counts_[use][name_class] += static_cast<uint64_t>(static_cast<int64_t>(change));
}

size_t TokenTable::memory_bytes() const {
  return rows_.capacity() * sizeof(Row) + letters_.capacity() + places_.capacity() * sizeof(uint32_t);
}

}  // namespace matcher
