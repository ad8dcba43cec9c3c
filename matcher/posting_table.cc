#include "matcher/posting_table.h"

#include <algorithm>

namespace matcher {
namespace {

constexpr size_t first_entries = 256;
constexpr uint32_t no_block = 0;

}  // namespace

PostingTable::PostingTable() : entries_(first_entries), mask_(first_entries - 1) {
  blocks_.push_back(0);  // so that no block has the number 0
}

size_t PostingTable::locate(uint64_t key) const {
  const uint32_t tag = tag_of(key);
  size_t place = place_for(key);
  while (entries_[place].tag != 0 && entries_[place].tag != tag) place = (place + 1) & mask_;
  return place;
}

uint32_t PostingTable::new_block(uint32_t size_class) {
  uint32_t& head = free_[size_class];
  if (head != no_block) {
    const uint32_t block = head;
    head = blocks_[block + 1];
    blocks_[block + 1] = 0;
    return block;
  }
  const auto block = static_cast<uint32_t>(blocks_.size());
  blocks_.resize(blocks_.size() + 2 + (size_t{1} << size_class));
  blocks_[block] = size_class;
  blocks_[block + 1] = 0;
  return block;
}

void PostingTable::insert(uint64_t key, Slot slot) {
  size_t place = locate(key);
  if (entries_[place].tag == 0) {
    if ((used_ + 1) * 10 > entries_.size() * 7) {
      grow();
      place = locate(key);
    }
    entries_[place] = {tag_of(key), slot};
    ++used_;
    return;
  }
  Entry& entry = entries_[place];
  if (entry.value == erased) {
    entry.value = slot;
    return;
  }
  if ((entry.value & block_bit) == 0) {
    const uint32_t block = new_block(1);
    blocks_[block + 1] = 2;
    blocks_[block + 2] = entry.value;
    blocks_[block + 3] = slot;
    entry.value = block | block_bit;
    return;
  }
  uint32_t block = entry.value & ~block_bit;
  const uint32_t size_class = blocks_[block];
  const uint32_t count = blocks_[block + 1];
  if (count == (1U << size_class)) {
    const uint32_t larger = new_block(size_class + 1);
    std::copy_n(blocks_.begin() + block + 2, count, blocks_.begin() + larger + 2);
    blocks_[block + 1] = free_[size_class];
    free_[size_class] = block;
    block = larger;
    entry.value = block | block_bit;
  }
  blocks_[block + 2 + count] = slot;
  blocks_[block + 1] = count + 1;
}

void PostingTable::erase(uint64_t key, Slot slot) {
  Entry& entry = entries_[locate(key)];
  if (entry.tag == 0) return;
  if ((entry.value & block_bit) == 0) {
    if (entry.value == slot) entry.value = erased;
    return;
  }
  const uint32_t block = entry.value & ~block_bit;
  uint32_t& count = blocks_[block + 1];
  const auto first = blocks_.begin() + block + 2;
  const auto found = std::find(first, first + count, slot);
  if (found == first + count) return;
  *found = *(first + (count - 1));
  if (--count > 0) return;
  const uint32_t size_class = blocks_[block];
  blocks_[block + 1] = free_[size_class];
  free_[size_class] = block;
  entry.value = erased;
}

std::span<const Slot> PostingTable::find(uint64_t key, Slot& one) const {
  const Entry& entry = entries_[locate(key)];
  if (entry.tag == 0 || entry.value == erased) return {};
  if ((entry.value & block_bit) == 0) {
    one = entry.value;
    return {&one, 1};
  }
  const uint32_t block = entry.value & ~block_bit;
  return {blocks_.data() + block + 2, blocks_[block + 1]};
}

void PostingTable::grow() {
  std::vector<Entry> before(entries_.size() * 2);
  before.swap(entries_);
  mask_ = entries_.size() - 1;
  for (const Entry& entry : before) {
    if (entry.tag == 0) continue;
    size_t place = entry.tag & mask_;
    while (entries_[place].tag != 0) place = (place + 1) & mask_;
    entries_[place] = entry;
  }
}

size_t PostingTable::memory_bytes() const {
  return entries_.capacity() * sizeof(Entry) + blocks_.capacity() * sizeof(uint32_t);
}

}  // namespace matcher
