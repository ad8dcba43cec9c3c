#include <algorithm>
#include <array>
#include <cmath>

#include "matcher/identifiers.h"
#include "matcher/index_state.h"
#include "matcher/levels.h"
#include "matcher/near_pairs.h"

namespace matcher {
namespace {

// Blocks above these sizes tell too little to be walked: another key refines them.
constexpr size_t number_block_max = 400;
constexpr size_t place_block_max = 400;
constexpr size_t part_block_max = 40;
constexpr size_t address_block_max = 100;
constexpr size_t town_block_max = 100;
constexpr size_t name_block_max = 20'000;
constexpr size_t name_block_unfiltered_max = 100;  // above it, only records with a date not wholly different
constexpr size_t dob_block_max = 6'000;
constexpr size_t dob_name_block_max = 1'000;
constexpr size_t wide_block_max = 8;  // of one name on one of all the days that a partial date may stand for
constexpr size_t small_block = 3;     // so few that each is weighed whatever it shows
constexpr size_t prefetch_rows = 12;
constexpr size_t prefetch_words = 6;
constexpr size_t prefetch_tokens = 3;
constexpr size_t names_prefetched = 3;  // a record's names stand first
constexpr double certain_log_odds = 14;
constexpr double sure_log_odds = 4;
constexpr double log_odds_min = -12.0;  // less is no candidate: six in a million

// The slots met by the search now running on this thread.
class Seen {
 public:
  void clear() {
    if (++epoch_ == 0) {
      std::ranges::fill(places_, Place{});
      epoch_ = 1;
    }
    count_ = 0;
  }
  // False when the slot was met before.
  bool add(Slot slot) {
    if ((count_ + 1) * 2 > places_.size()) grow();
    const size_t mask = places_.size() - 1;
    size_t at = (slot * 0x9e3779b97f4a7c15ULL >> 32) & mask;
    for (; places_[at].epoch == epoch_; at = (at + 1) & mask)
      if (places_[at].slot == slot) return false;
    places_[at] = {slot, epoch_};
    ++count_;
    return true;
  }

 private:
  struct Place {
    Slot slot = 0;
    uint32_t epoch = 0;
  };
  void grow() {
    std::vector<Place> before(places_.size() * 2);
    before.swap(places_);
    const size_t mask = places_.size() - 1;
    for (const Place& place : before) {
      if (place.epoch != epoch_) continue;
      size_t at = (place.slot * 0x9e3779b97f4a7c15ULL >> 32) & mask;
      while (places_[at].epoch == epoch_) at = (at + 1) & mask;
      places_[at] = place;
    }
  }
  std::vector<Place> places_ = std::vector<Place>(4096);
  uint32_t epoch_ = 0;
  size_t count_ = 0;
};

Seen& seen() {
  thread_local Seen instance;
  return instance;
}

}  // namespace

Gatherer::Gatherer(const Index::State& state, const Query& query, const SearchOptions& options)
    : state_(state), query_(query), options_(options), scorer_(state.scorer()) {
  seen().clear();
}

// A record that was erased since the search began is still as it was.
bool Gatherer::is_wanted(Slot slot) const {
  if ((options_.kinds >> state_.store.kind(slot) & 1U) == 0) return false;
  if (options_.exclude_owner && state_.store.owner(slot) == *options_.exclude_owner) return false;
  return !options_.exclude_key || state_.store.tag(slot).key != *options_.exclude_key;
}

// A record met by the very date shows one name besides; one met by a date nearby and one name shows the other too.
bool Gatherer::passes(Filter filter, Slot slot) const {
  if (filter != Filter::names && filter != Filter::both_names) return true;
  const Scorer::Touch touch = scorer_.touched(query_, slot, filter == Filter::names);
  if (filter == Filter::names)
    return touch.forename || touch.surname || (query_.forenames.empty() && query_.surnames.empty());
  return (touch.forename || query_.forenames.empty()) && (touch.surname || query_.surnames.empty());
}

void Gatherer::prefetch_names(Slot slot) const {
  const auto elements = state_.store.elements(slot);
  for (const auto element : elements.first(std::min(elements.size(), names_prefetched)))
    state_.tokens.prefetch(RecordStore::token_of(element));
}

void Gatherer::visit(const BlockTable& blocks, uint64_t key, Filter filter, size_t block_max) {
  Slot one = 0;
  const auto slots = blocks.find(key, one);
  if (slots.size() > block_max) return;
  const bool by_date = filter == Filter::dates && slots.size() > name_block_unfiltered_max;
  for (size_t i = 0; i < slots.size(); ++i) {
    if (i + prefetch_rows < slots.size()) state_.store.prefetch(slots[i + prefetch_rows]);
    if (i + prefetch_words < slots.size()) state_.store.prefetch_elements(slots[i + prefetch_words]);
    if (i + prefetch_tokens < slots.size()) prefetch_names(slots[i + prefetch_tokens]);
    const Slot slot = slots[i];
    if (by_date && date_level(query_.fixed.dob, state_.store.fixed(slot).dob) == DobLevel::different) continue;
    if (!seen().add(slot)) continue;
    const bool is_small = slots.size() <= small_block;
    if (!is_wanted(slot) || (!is_small && !passes(filter, slot))) continue;
    Ranked pair;
    pair.slot = slot;
    pair.score = scorer_.score(query_, slot);
    state_.weigh(pair);
    if (pair.log_odds > log_odds_min) out_.push_back(pair);
  }
}

const QueryWord* Gatherer::longest_street() const {
  const auto longest = std::ranges::max_element(
      query_.streets, [](const QueryWord& a, const QueryWord& b) { return a.text().size() < b.text().size(); });
  return longest == query_.streets.end() ? nullptr : &*longest;
}

void Gatherer::visit_numbers(const BlockTable& blocks) {
  const Fixed& fixed = query_.fixed;
  if (fixed.upn != 0) {
    visit(blocks, upn_key(fixed.upn), Filter::none, number_block_max);
    if ((fixed.upn & upn_wrong_letter) != 0)
      for (const std::string& repaired : upn_repairs(unpacked_upn(fixed.upn)))
        visit(blocks, upn_key(packed_upn(repaired)), Filter::none, number_block_max);
  }
  for (const Wide& wide : query_.wides) {
    if (wide.kind == WideKind::upn) visit(blocks, upn_key(wide.value), Filter::none, number_block_max);
    if (wide.kind == WideKind::uln) visit(blocks, uln_key(wide.value), Filter::none, number_block_max);
    if (wide.kind == WideKind::phone) visit(blocks, phone_key(wide.value), Filter::none, number_block_max);
    if (wide.kind == WideKind::postcode) visit(blocks, postcode_key(wide.value), Filter::names, place_block_max);
  }
  if (fixed.phone != 0) visit(blocks, phone_key(fixed.phone), Filter::none, number_block_max);
  if (fixed.uprn != 0) visit(blocks, uprn_key(fixed.uprn), Filter::none, place_block_max);
  if (fixed.postcode != 0) visit(blocks, postcode_key(fixed.postcode), Filter::none, place_block_max);
  for (const QueryWord& extra : query_.extras) {
    visit(blocks, extra_key(hash_text(extra.text())), Filter::none, number_block_max);
    for (const std::string_view part : extra_parts(extra.text()))
      visit(blocks, extra_key(hash_text(part)), Filter::none, part_block_max);
  }
  if (const QueryWord* street = longest_street())
    for (const QueryWord& house : query_.houses)
      visit(blocks, address_key(street->skeleton(), hash_text(house.text())), Filter::names, address_block_max);
}

void Gatherer::visit_names(const BlockTable& blocks) {
  const auto each = [](const auto& primary, const auto& other, const auto& use) {
    for (const QueryWord& word : primary) use(word);
    for (const QueryWord& word : other) use(word);
  };
  const auto pair = [&](const QueryWord& a, const QueryWord& b) {
    visit(blocks, name_pair_key(a.skeleton(), b.skeleton()), Filter::dates, name_block_max);
  };
  each(query_.forenames, query_.forenames_alt, [&](const QueryWord& forename) {
    each(query_.surnames, query_.surnames_alt, [&](const QueryWord& surname) {
      pair(forename, surname);
      pair(surname, forename);
    });
  });
  for (const QueryWord& middle : query_.middles)
    for (const QueryWord& surname : query_.surnames) pair(middle, surname);
  for (size_t i = 0; i < query_.guardian_surnames.size(); ++i)
    if (query_.guardian_forenames[i].skeleton() != 0)
      visit(blocks, guardian_key(query_.guardian_forenames[i].skeleton(), query_.guardian_surnames[i].skeleton()),
            Filter::dates, place_block_max);
  std::vector<Skeleton> places;
  for (const QueryWord& town : query_.towns) places.push_back(town.skeleton());
  if (const QueryWord* street = longest_street()) places.push_back(street->skeleton());
  for (const Skeleton place : places)
    for (const auto* list : {&query_.forenames, &query_.surnames})
      for (const QueryWord& word : *list)
        visit(blocks, place_name_key(place, word.skeleton()), Filter::none, town_block_max);
  if (query_.fixed.school != 0 && !query_.forenames.empty())
    visit(blocks, school_name_key(query_.fixed.school, query_.forenames[0].skeleton()), Filter::dates, place_block_max);
}

void Gatherer::visit_all(const BlockTable& blocks, const std::vector<uint64_t>& keys, Filter filter, size_t block_max) {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (i + prefetch_rows < keys.size()) blocks.prefetch(keys[i + prefetch_rows]);
    visit(blocks, keys[i], filter, block_max);
  }
}

// The names with these dates.
void Gatherer::visit_dated_names(const BlockTable& blocks, std::span<const uint32_t> dates, Filter filter,
                                 size_t block_max) {
  std::vector<uint64_t> keys;
  for (const auto* list : {&query_.forenames, &query_.surnames, &query_.forenames_alt, &query_.surnames_alt})
    for (const QueryWord& word : *list)
      for (const uint32_t date : dates) keys.push_back(dob_name_key(date, word.skeleton()));
  visit_all(blocks, keys, filter, block_max);
}

void Gatherer::visit_dates(const BlockTable& blocks) {
  const uint32_t dob = query_.fixed.dob;
  if (dob == 0) return;
  visit(blocks, dob_key(dob), Filter::names, dob_block_max);
  Slot one = 0;
  const bool is_crowded = blocks.find(dob_key(dob), one).size() > dob_block_max;
  visit_dated_names(blocks, dates_near(dob), is_crowded ? Filter::names : Filter::both_names, dob_name_block_max);
  visit_dated_names(blocks, dates_within(dob), Filter::both_names, wide_block_max);
}

// What meets under an exact number or under both names comes first; where that is sure, nothing that a slip has made is
// looked for.
void Gatherer::gather(const BlockTable& blocks) {
  visit_numbers(blocks);
  visit_names(blocks);
  const std::array<uint32_t, 1> dob = {query_.fixed.dob};
  if (dob[0] != 0) visit_dated_names(blocks, dob, Filter::names, dob_name_block_max);
  if (!is_sure(certain_log_odds)) visit_dates(blocks);
}

bool Gatherer::is_sure(double log_odds) const {
  return std::ranges::any_of(out_, [&](const Ranked& pair) { return pair.log_odds > log_odds; });
}

void Gatherer::gather_near(const BlockTable& blocks) {
  if (is_sure(sure_log_odds)) return;
  visit_all(blocks, near_pair_keys(query_, state_.tokens), Filter::dates, name_block_max);
}

}  // namespace matcher
