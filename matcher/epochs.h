// Lets many readers look, without a lock, at what one writer changes: a reader says when it began, and what the writer
// took away is freed or used again only when no reader is left who began before that.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "matcher/memory_block.h"

namespace matcher {

// What was taken away, in the order of taking, each with the epoch in which readers could still see it.
template <typename T>
class Waiting {
 public:
  void add(uint64_t epoch, T item) { items_.push_back({epoch, std::move(item)}); }
  // Whether the first is out of sight of every reader.
  bool has_ready(uint64_t oldest) const { return first_ < items_.size() && items_[first_].epoch < oldest; }
  // The first; only when it is ready.
  T take() {
    T out = std::move(items_[first_].item);
    if (++first_ * 2 > items_.size()) {
      items_.erase(items_.begin(), items_.begin() + static_cast<ptrdiff_t>(first_));
      first_ = 0;
    }
    return out;
  }
  size_t size() const { return items_.size() - first_; }
  const T& at(size_t place) const { return items_[first_ + place].item; }
  size_t bytes() const { return items_.capacity() * sizeof(Item); }

 private:
  struct Item {
    uint64_t epoch = 0;
    T item;
  };
  std::vector<Item> items_;
  size_t first_ = 0;
};

class Epochs {
 public:
  // Held by a reader for as long as it looks. Readers on other threads that end before it may share it.
  class Reading {
   public:
    explicit Reading(std::atomic<uint64_t>& place) : place_(&place) {}
    Reading(Reading&& other) noexcept : place_(std::exchange(other.place_, nullptr)) {}
    Reading& operator=(Reading&&) = delete;
    ~Reading() {
      if (place_ != nullptr) place_->store(0, std::memory_order_release);
    }

   private:
    std::atomic<uint64_t>* place_;
  };

  // Never waits for a writer; waits for another reader only when more read at once than there are places.
  Reading read() const;

  // The rest is for the writer. What is taken away now may be seen by readers of this epoch and earlier ones.
  uint64_t now() const { return now_.load(std::memory_order_relaxed); }
  // Begins a new epoch and answers the oldest one in which a reader may still be.
  uint64_t advance();

  // Frees the memory when no reader can see it any more. Threads of one bulk load may call it at once.
  void retire(MemoryBlock block);
  // Memory that waits for readers to end.
  size_t retired_bytes() const;

 private:
  static constexpr size_t readers_max = 128;
  struct alignas(64) Place {
    std::atomic<uint64_t> began = 0;  // 0: nobody reads here
  };
  uint64_t oldest() const;

  mutable std::array<Place, readers_max> places_;
  std::atomic<uint64_t> now_ = 1;
  mutable std::mutex retired_mutex_;  // of writers alone
  Waiting<MemoryBlock> retired_;
};

}  // namespace matcher
