// From a 64-bit key to the records that bear it. Most keys have one record and cost eight bytes; longer lists live in
// blocks that double. Keys with the same lower 32 bits share a list, so whoever finds a record there checks it.
// One writer at a time; readers hold an Epochs::Reading and need no lock, since what they see of a list stays as it is.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/column.h"

namespace matcher {

using Slot = uint32_t;
class SnapshotReader;
class SnapshotWriter;

class PostingTable {
 public:
  explicit PostingTable(Epochs& epochs);

  void insert(uint64_t key, Slot slot);
  void erase(uint64_t key, Slot slot);

  // The records of the key, in no order. A single record is answered from `one`, which must live as long as the span.
  std::span<const Slot> find(uint64_t key, Slot& one) const;

  void prefetch(uint64_t key) const {
    const auto view = entries_.view();
    __builtin_prefetch(view.entries + (tag_of(key) & view.mask));
  }

  size_t memory_bytes() const;

  void save(SnapshotWriter& out) const;
  bool load(SnapshotReader& in);

 private:
  // The lower half is the key's tag, never 0; the upper one a slot, or block_bit and the place of a block.
  using Entry = uint64_t;
  static constexpr uint32_t block_bit = 1U << 31;
  static constexpr uint32_t erased = block_bit - 1;  // a single that is gone
  static constexpr size_t size_classes = 31;
  static constexpr uint32_t size_at = 0;  // a block: its size class, its count, its slots
  static constexpr uint32_t count_at = 1;
  static constexpr uint32_t slots_at = 2;

  static uint32_t tag_of(uint64_t key) {
    const auto tag = static_cast<uint32_t>(key);
    return tag == 0 ? 1 : tag;
  }
  static uint32_t value_of(Entry entry) { return static_cast<uint32_t>(entry >> 32); }
  static Entry entry_of(uint32_t tag, uint32_t value) { return tag | (Entry{value} << 32); }
  static size_t located(const Buckets<Entry>::View& view, uint32_t tag);

  void grow();
  // A block with these slots and room for `count` of them.
  uint32_t new_block(std::span<const Slot> slots, size_t count);
  void free_block(uint32_t block);
  std::span<const Slot> slots_of(uint32_t block) const;

  Epochs& epochs_;
  Buckets<Entry> entries_;
  Column<uint32_t> blocks_;
  std::array<Waiting<uint32_t>, size_classes> free_;
  uint64_t oldest_ = 0;   // no reader was in an earlier epoch when last looked
  size_t not_ready_ = 0;  // how often a block could not be used again since
  size_t used_ = 0;       // entries that are not 0
};

}  // namespace matcher
