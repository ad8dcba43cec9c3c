#include "matcher/posting_table.h"

#include <algorithm>
#include <bit>

#include "matcher/snapshot_file.h"

namespace matcher {
namespace {

constexpr size_t first_entries = 256;
constexpr size_t looked_again_every = 64;  // blocks wanted, before the readers are looked at again

uint32_t size_class_for(size_t count) {
  return std::max(1U, static_cast<uint32_t>(std::bit_width(count - 1)));
}

}  // namespace

PostingTable::PostingTable(Epochs& epochs) : epochs_(epochs), entries_(epochs, first_entries), blocks_(epochs) {
  blocks_.push_back(0);  // so that no block has the number 0
}

size_t PostingTable::located(const Buckets<Entry>::View& view, uint32_t tag) {
  size_t place = tag & view.mask;
  for (Entry entry = view.at(place); entry != 0 && static_cast<uint32_t>(entry) != tag; entry = view.at(place))
    place = (place + 1) & view.mask;
  return place;
}

std::span<const Slot> PostingTable::slots_of(uint32_t block) const {
  const uint32_t* at = blocks_.data() + block;
  return {at + slots_at, __atomic_load_n(at + count_at, __ATOMIC_ACQUIRE)};
}

uint32_t PostingTable::new_block(std::span<const Slot> slots, size_t count) {
  const uint32_t size_class = size_class_for(count);
  auto& waiting = free_[size_class];
  if (waiting.size() > 0 && !waiting.has_ready(oldest_) && ++not_ready_ % looked_again_every == 0)
    oldest_ = epochs_.advance();
  uint32_t block = 0;
  if (waiting.has_ready(oldest_)) {
    block = waiting.take();
  } else {
    block = static_cast<uint32_t>(blocks_.size());
    blocks_.append_zeroed(slots_at + (size_t{1} << size_class));
  }
  uint32_t* at = &blocks_.writable(block);
  at[size_at] = size_class;
  at[count_at] = static_cast<uint32_t>(slots.size());
  std::ranges::copy(slots, at + slots_at);
  return block;
}

void PostingTable::free_block(uint32_t block) {
  free_[blocks_[block + size_at]].add(epochs_.now(), block);
}

void PostingTable::insert(uint64_t key, Slot slot) {
  const uint32_t tag = tag_of(key);
  size_t place = located(entries_.view(), tag);
  const Entry entry = entries_.view().at(place);
  if (entry == 0) {
    if ((used_ + 1) * 10 > entries_.places() * 7) {
      grow();
      place = located(entries_.view(), tag);
    }
    entries_.set(place, entry_of(tag, slot));
    ++used_;
    return;
  }
  const uint32_t value = value_of(entry);
  if (value == erased) {
    entries_.set(place, entry_of(tag, slot));
    return;
  }
  if ((value & block_bit) == 0) {
    const std::array<Slot, 2> both = {value, slot};
    entries_.set(place, entry_of(tag, new_block(both, 2) | block_bit));
    return;
  }
  const uint32_t block = value & ~block_bit;
  const std::span<const Slot> slots = slots_of(block);
  if (slots.size() < size_t{1} << blocks_[block + size_at]) {
    // Readers see the slot once the count says so.
    blocks_.writable(block + slots_at + slots.size()) = slot;
    __atomic_store_n(&blocks_.writable(block + count_at), static_cast<uint32_t>(slots.size() + 1), __ATOMIC_RELEASE);
    return;
  }
  // The old memory of `slots` may be retired by the new block but is not freed before the next epoch.
  const uint32_t count = static_cast<uint32_t>(slots.size());
  const uint32_t larger = new_block({}, count + 1);
  std::copy_n(blocks_.data() + block + slots_at, count, &blocks_.writable(larger + slots_at));
  blocks_.writable(larger + slots_at + count) = slot;
  blocks_.writable(larger + count_at) = count + 1;
  entries_.set(place, entry_of(tag, larger | block_bit));
  free_block(block);
}

// A list that readers may be walking is never changed but replaced.
void PostingTable::erase(uint64_t key, Slot slot) {
  const uint32_t tag = tag_of(key);
  const size_t place = located(entries_.view(), tag);
  const Entry entry = entries_.view().at(place);
  if (entry == 0) return;
  const uint32_t value = value_of(entry);
  if ((value & block_bit) == 0) {
    if (value == slot) entries_.set(place, entry_of(tag, erased));
    return;
  }
  const uint32_t block = value & ~block_bit;
  const std::span<const Slot> before = slots_of(block);
  std::vector<Slot> kept(before.begin(), before.end());
  if (std::erase(kept, slot) == 0) return;
  uint32_t now = erased;
  if (kept.size() == 1) now = kept[0];
  if (kept.size() > 1) now = new_block(kept, kept.size()) | block_bit;
  entries_.set(place, entry_of(tag, now));
  free_block(block);
}

std::span<const Slot> PostingTable::find(uint64_t key, Slot& one) const {
  const auto view = entries_.view();
  const Entry entry = view.at(located(view, tag_of(key)));
  if (entry == 0) return {};
  const uint32_t value = value_of(entry);
  if (value == erased) return {};
  if ((value & block_bit) != 0) return slots_of(value & ~block_bit);
  one = value;
  return {&one, 1};
}

void PostingTable::grow() {
  const auto before = entries_.view();
  used_ = 0;
  entries_.replace((before.mask + 1) * 2, [&](Entry* entries, size_t mask) {
    for (size_t i = 0; i <= before.mask; ++i) {
      const Entry entry = before.at(i);
      if (entry == 0 || value_of(entry) == erased) continue;
      size_t place = static_cast<uint32_t>(entry) & mask;
      while (entries[place] != 0) place = (place + 1) & mask;
      entries[place] = entry;
      ++used_;
    }
  });
}

size_t PostingTable::memory_bytes() const {
  size_t out = entries_.bytes() + blocks_.bytes();
  for (const auto& waiting : free_) out += waiting.bytes();
  return out;
}

// Blocks that nobody uses are not written down: after a load their room is lost until the next build.
void PostingTable::save(SnapshotWriter& out) const {
  out.section(entries_.image());
  out.column(blocks_);
  const std::array<uint64_t, 1> counts = {used_};
  out.values(std::span<const uint64_t>(counts));
}

bool PostingTable::load(SnapshotReader& in) {
  std::span<uint64_t> counts;
  if (!entries_.adopt(in.section()) || !in.column(blocks_) || !in.values(counts) || counts.size() != 1) return false;
  used_ = counts[0];
  return true;
}

}  // namespace matcher
