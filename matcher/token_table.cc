#include "matcher/token_table.h"

#include <algorithm>
#include <cstring>

#include "matcher/snapshot_file.h"

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

TokenTable::TokenTable(Epochs& epochs)
    : rows_(epochs), letters_(epochs), places_(epochs, first_places), forenames_(epochs), surnames_(epochs) {
  for (auto& counts : class_counts_) counts.resize(name_class_count(), 0);
}

size_t TokenTable::place_of(const Buckets<uint32_t>::View& places, std::string_view word) const {
  size_t place = hash_text(word) & places.mask;
  for (uint32_t found = places.at(place); found != 0 && text(found - 1) != word; found = places.at(place))
    place = (place + 1) & places.mask;
  return place;
}

std::optional<TokenId> TokenTable::find(std::string_view text) const {
  const auto places = places_.view();
  const uint32_t found = places.at(place_of(places, text.substr(0, token_bytes_max)));
  if (found == 0) return std::nullopt;
  return found - 1;
}

TokenId TokenTable::intern(std::string_view given) {
  const std::string_view word = given.substr(0, token_bytes_max);
  const size_t place = place_of(places_.view(), word);
  if (const uint32_t found = places_.view().at(place); found != 0) return found - 1;
  Row row;
  row.skeleton = skeleton_of(word);
  row.classes = classes_of(word);
  row.letter_set = letter_set_of(word);
  row.letters_at = static_cast<uint32_t>(letters_.size());
  row.length = static_cast<uint8_t>(word.size());
  letters_.append(word);
  rows_.push_back(row);
  const auto id = static_cast<TokenId>(rows_.size() - 1);
  // Readers find the word from here on.
  places_.set(place, id + 1);
  if (rows_.size() * 2 > places_.places()) grow();
  return id;
}

void TokenTable::grow() {
  places_.replace(places_.places() * 2, [&](uint32_t* places, size_t mask) {
    for (size_t id = 0; id < rows_.size(); ++id) {
      size_t place = hash_text(text(static_cast<TokenId>(id))) & mask;
      while (places[place] != 0) place = (place + 1) & mask;
      places[place] = static_cast<uint32_t>(id + 1);
    }
  });
}

void TokenTable::count(TokenId id, Usage usage, int change) {
  const auto use = static_cast<size_t>(usage);
  Row& row = rows_.writable(id);
  add(row.counts[use], change);
  add(totals_[use], change);
  if (usage != Usage::forename && usage != Usage::surname) return;
  for (const NameClass name_class : row.classes)
    if (name_class != 0) add(class_counts_[use][name_class], change);
  if ((row.listed >> use & 1U) != 0) return;
  row.listed = static_cast<uint8_t>(row.listed | 1U << use);
  list(id, usage);
}

void TokenTable::list(TokenId id, Usage usage) {
  (usage == Usage::forename ? forenames_ : surnames_).add(id, text(id), letter_set(id));
}

void TokenTable::near(std::string_view word, Usage usage, std::vector<TokenId>& out) const {
  (usage == Usage::forename ? forenames_ : surnames_).near(word, letter_set_of(word), out);
}

size_t TokenTable::memory_bytes() const {
  size_t out =
      rows_.bytes() + letters_.bytes() + places_.bytes() + forenames_.memory_bytes() + surnames_.memory_bytes();
  for (const auto& counts : class_counts_) out += counts.capacity() * sizeof(uint64_t);
  return out;
}

void TokenTable::save(SnapshotWriter& out) const {
  out.column(rows_);
  out.column(letters_);
  out.section(places_.image());
  for (const auto& counts : class_counts_) out.values(std::span<const uint64_t>(counts));
  out.values(std::span<const uint64_t>(totals_));
}

bool TokenTable::load(SnapshotReader& in) {
  if (!in.column(rows_) || !in.column(letters_) || !places_.adopt(in.section())) return false;
  std::span<uint64_t> found;
  for (auto& counts : class_counts_) {
    if (!in.values(found) || found.size() != counts.size()) return false;
    std::ranges::copy(found, counts.begin());
  }
  if (!in.values(found) || found.size() != totals_.size()) return false;
  std::ranges::copy(found, totals_.begin());
  for (TokenId id = 0; id < rows_.size(); ++id)
    for (const Usage usage : {Usage::forename, Usage::surname})
      if ((rows_[id].listed >> static_cast<size_t>(usage) & 1U) != 0) list(id, usage);
  return true;
}

}  // namespace matcher
