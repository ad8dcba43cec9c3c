// A growing array and a growing hash array that many readers look at while one writer adds to them. What is in place
// stays in place; when the array has to grow, readers go on with the old one, which is freed when they have ended.
// Either may begin as a part of a mapped file. Readers hold an Epochs::Reading.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "matcher/epochs.h"

namespace matcher {

template <typename T>
class Column {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit Column(Epochs& epochs) : epochs_(&epochs) {}

  const T* data() const { return data_.load(std::memory_order_acquire); }
  const T& operator[](size_t place) const { return data()[place]; }
  size_t size() const { return size_.load(std::memory_order_acquire); }
  size_t bytes() const { return owned_.bytes(); }

  // For the writer. An element that readers know is only changed by atomic stores.
  T& writable(size_t place) { return data_.load(std::memory_order_relaxed)[place]; }
  void push_back(const T& value) { append({&value, 1}); }
  void append(std::span<const T> values) {
    T* first = extend(values.size());
    std::copy(values.begin(), values.end(), first);
    size_.store(used_, std::memory_order_release);
  }
  // That many zeroed elements more, the first of them answered.
  T* append_zeroed(size_t count) {
    T* first = extend(count);
    std::memset(static_cast<void*>(first), 0, count * sizeof(T));
    size_.store(used_, std::memory_order_release);
    return first;
  }
  // Memory that is not the column's own and outlives it.
  void adopt(std::span<T> borrowed) {
    epochs_->retire(std::move(owned_));
    owned_ = MemoryBlock();
    data_.store(borrowed.data(), std::memory_order_release);
    capacity_ = used_ = borrowed.size();
    size_.store(used_, std::memory_order_release);
  }

 private:
  static constexpr size_t first_elements = 16;
  static constexpr size_t doubled_bytes_max = size_t{32} << 20;  // larger ones grow by a quarter

  T* extend(size_t count) {
    if (used_ + count > capacity_) grow(used_ + count);
    T* first = data_.load(std::memory_order_relaxed) + used_;
    used_ += count;
    return first;
  }
  void grow(size_t wanted) {
    const size_t usual = capacity_ * sizeof(T) < doubled_bytes_max ? capacity_ * 2 : capacity_ + capacity_ / 4;
    const size_t capacity = std::max({wanted, usual, first_elements});
    MemoryBlock larger(capacity * sizeof(T));
    T* data = reinterpret_cast<T*>(larger.data());
    if (used_ > 0) std::memcpy(static_cast<void*>(data), data_.load(std::memory_order_relaxed), used_ * sizeof(T));
    data_.store(data, std::memory_order_release);
    epochs_->retire(std::move(owned_));
    owned_ = std::move(larger);
    capacity_ = capacity;
  }

  Epochs* epochs_;
  MemoryBlock owned_;
  std::atomic<T*> data_ = nullptr;
  std::atomic<size_t> size_ = 0;
  size_t used_ = 0;
  size_t capacity_ = 0;
};

// A power of two of entries, 0 where nothing is, with the mask that belongs to them.
template <typename Entry>
class Buckets {
 public:
  struct View {
    const Entry* entries;
    size_t mask;
    Entry at(size_t place) const { return __atomic_load_n(entries + place, __ATOMIC_ACQUIRE); }
  };

  Buckets(Epochs& epochs, size_t places) : epochs_(&epochs) {
    replace(places, [](Entry*, size_t) {});
  }

  View view() const {
    std::byte* base = base_.load(std::memory_order_acquire);
    return {entries_of(base), mask_of(base)};
  }
  size_t places() const { return view().mask + 1; }
  size_t bytes() const { return owned_.bytes(); }

  // For the writer.
  void set(size_t place, Entry entry) {
    __atomic_store_n(entries_of(base_.load(std::memory_order_relaxed)) + place, entry, __ATOMIC_RELEASE);
  }
  // Another array in the place of this one, filled by `fill(entries, mask)` before anybody sees it.
  template <typename Fill>
  void replace(size_t places, const Fill& fill) {
    MemoryBlock block(header_bytes + places * sizeof(Entry));
    std::memset(block.data(), 0, block.bytes());
    const uint64_t mask = places - 1;
    std::memcpy(block.data(), &mask, sizeof(mask));
    fill(entries_of(block.data()), places - 1);
    base_.store(block.data(), std::memory_order_release);
    epochs_->retire(std::move(owned_));
    owned_ = std::move(block);
  }

  // The array with its header, as a file keeps it.
  std::span<const std::byte> image() const {
    return {base_.load(std::memory_order_acquire), header_bytes + places() * sizeof(Entry)};
  }
  // False when this is no image of such an array. The memory is not the array's own and outlives it.
  bool adopt(std::span<std::byte> image) {
    if (image.size() < header_bytes + sizeof(Entry)) return false;
    const size_t places = (image.size() - header_bytes) / sizeof(Entry);
    if (mask_of(image.data()) != places - 1 || (places & (places - 1)) != 0) return false;
    base_.store(image.data(), std::memory_order_release);
    epochs_->retire(std::move(owned_));
    owned_ = MemoryBlock();
    return true;
  }

 private:
  static constexpr size_t header_bytes = 64;  // a cache line, so that the entries begin one
  static Entry* entries_of(std::byte* base) { return reinterpret_cast<Entry*>(base + header_bytes); }
  static size_t mask_of(const std::byte* base) {
    uint64_t mask = 0;
    std::memcpy(&mask, base, sizeof(mask));
    return mask;
  }

  Epochs* epochs_;
  MemoryBlock owned_;
  std::atomic<std::byte*> base_ = nullptr;
};

}  // namespace matcher
