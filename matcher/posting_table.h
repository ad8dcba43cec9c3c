// From a 64-bit key to the records that bear it. Most keys have one record and cost eight bytes; longer lists live in
// blocks that double. Keys with the same lower 32 bits share a list, so whoever finds a record there checks it.
// Insert and erase at any time; not safe for a writer beside readers (the index sees to that).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace matcher {

using Slot = uint32_t;

class PostingTable {
 public:
  PostingTable();

  void insert(uint64_t key, Slot slot);
  void erase(uint64_t key, Slot slot);

  // The records of the key, in no order. The span holds until the next insert or erase; a single record is answered
  // from `one`, which must live as long.
  std::span<const Slot> find(uint64_t key, Slot& one) const;

  void prefetch(uint64_t key) const { __builtin_prefetch(&entries_[place_for(key)]); }

  size_t keys() const { return used_; }
  size_t memory_bytes() const;

 private:
  struct Entry {
    uint32_t tag = 0;  // 0: never used
    uint32_t value = 0;
  };
  static constexpr uint32_t block_bit = 1U << 31;
  static constexpr uint32_t erased = block_bit - 1;  // a single that is gone
  static constexpr size_t size_classes = 31;

  static uint32_t tag_of(uint64_t key) {
    const auto tag = static_cast<uint32_t>(key);
    return tag == 0 ? 1 : tag;
  }
  size_t place_for(uint64_t key) const { return tag_of(key) & mask_; }
  size_t locate(uint64_t key) const;
  void grow();
  uint32_t new_block(uint32_t size_class);

  std::vector<Entry> entries_;
  std::vector<uint32_t> blocks_;  // size class, count, slots...
  std::array<uint32_t, size_classes> free_{};
  size_t mask_ = 0;
  size_t used_ = 0;
};

}  // namespace matcher
