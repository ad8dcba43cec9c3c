// The records held, packed: fixed numbers in one row, words as numbers of the token table in one long array.
// A slot is a record's place; freed slots are used again once no reader can know them. One writer, many readers.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <vector>

#include "matcher/particulars.h"
#include "matcher/posting_table.h"
#include "matcher/token_table.h"

namespace matcher {

struct RecordTag {
  uint64_t key = 0;    // the caller's
  uint32_t owner = 0;  // the caller's: an authority
  uint8_t kind = 0;    // the caller's, 0 to 7: lost pupil, arrival, case
};

class RecordStore {
 public:
  // One element of a record's words: a role above a token, or a wide marker followed by two halves.
  using Element = uint32_t;
  static constexpr int role_shift = 28;
  static constexpr Element token_mask = (1U << role_shift) - 1;
  static Role role_of(Element element) { return static_cast<Role>(element >> role_shift); }
  static TokenId token_of(Element element) { return element & token_mask; }

  explicit RecordStore(Epochs& epochs);

  // Of two records under one key, `find` answers the later one; the earlier is still to be erased.
  Slot insert(const RecordTag& tag, const Particulars& particulars, TokenTable& tokens);
  // What stood in the slot can be read as before by readers that began before.
  void erase(Slot slot);

  std::optional<Slot> find(uint64_t key) const;
  size_t size() const { return size_.load(std::memory_order_relaxed); }

  // For the writer: all slots with the free ones, and whether one of them is in use.
  size_t slots() const { return rows_.size(); }
  bool is_held(Slot slot) const { return rows_[slot].held; }
  const Fixed& fixed(Slot slot) const { return rows_[slot].fixed; }
  RecordTag tag(Slot slot) const { return {keys_[slot], rows_[slot].owner, rows_[slot].kind}; }
  uint32_t owner(Slot slot) const { return rows_[slot].owner; }
  uint8_t kind(Slot slot) const { return rows_[slot].kind; }
  bool is_restricted(Slot slot) const { return rows_[slot].restricted; }
  std::span<const Element> elements(Slot slot) const {
    return {elements_.data() + rows_[slot].elements_at, rows_[slot].elements};
  }
  // The record back in the form that a query is made of.
  Particulars particulars(Slot slot, const TokenTable& tokens) const;

  void prefetch(Slot slot) const {
    __builtin_prefetch(&rows_[slot]);
    __builtin_prefetch(reinterpret_cast<const char*>(&rows_[slot]) + 56);
  }
  void prefetch_elements(Slot slot) const { __builtin_prefetch(elements_.data() + rows_[slot].elements_at); }

  size_t memory_bytes() const;

  void save(SnapshotWriter& out) const;
  bool load(SnapshotReader& in);

 private:
  struct Row {
    Fixed fixed;
    uint32_t elements_at = 0;
    uint32_t owner = 0;
    uint16_t elements = 0;
    uint8_t kind = 0;
    bool restricted = false;
    bool held = false;  // of the writer alone
  };
  static constexpr uint32_t gone = UINT32_MAX;  // a place whose record was erased
  static constexpr size_t run_lengths = 64;     // runs of elements of these lengths are used again

  size_t place_of(const Buckets<uint32_t>::View& places, uint64_t key) const;
  void rebuild_places();
  Slot take_slot();
  uint32_t put_elements(std::span<const Element> elements);

  Epochs& epochs_;
  Column<Row> rows_;
  Column<uint64_t> keys_;
  Column<Element> elements_;
  Buckets<uint32_t> places_;  // key -> slot + 1
  Waiting<Slot> free_;
  std::array<Waiting<uint32_t>, run_lengths> free_runs_;  // where runs of so many elements begin
  std::vector<Element> run_;                              // of the record being inserted
  uint64_t oldest_ = 0;                                   // no reader was in an earlier epoch when last looked
  std::atomic<size_t> size_ = 0;
  size_t places_used_ = 0;  // with those gone
};

}  // namespace matcher
