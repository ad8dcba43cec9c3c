#include "matcher/epochs.h"

#include <algorithm>
#include <thread>

namespace matcher {

Epochs::Reading Epochs::read() const {
  // Each thread begins its search at a place of its own, so that threads do not fight for one.
  static std::atomic<size_t> threads = 0;
  thread_local const size_t first = threads++;
  for (size_t i = 0;; ++i) {
    if (i == readers_max) {
      i = 0;
      std::this_thread::yield();
    }
    std::atomic<uint64_t>& began = places_[(first + i) % readers_max].began;
    uint64_t nobody = 0;
    if (began.load(std::memory_order_relaxed) != 0) continue;
    if (!began.compare_exchange_strong(nobody, now_.load(std::memory_order_acquire), std::memory_order_seq_cst))
      continue;
    // What is read from here on is read after every writer could see that somebody reads.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return Reading(began);
  }
}

uint64_t Epochs::oldest() const {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  uint64_t out = now();
  for (const Place& place : places_) {
    const uint64_t began = place.began.load(std::memory_order_acquire);
    if (began != 0) out = std::min(out, began);
  }
  return out;
}

uint64_t Epochs::advance() {
  now_.fetch_add(1, std::memory_order_seq_cst);
  const uint64_t first = oldest();
  const std::lock_guard lock(retired_mutex_);
  while (retired_.has_ready(first)) static_cast<void>(retired_.take());
  return first;
}

void Epochs::retire(MemoryBlock block) {
  if (block.bytes() == 0) return;
  const std::lock_guard lock(retired_mutex_);
  retired_.add(now(), std::move(block));
}

size_t Epochs::retired_bytes() const {
  const std::lock_guard lock(retired_mutex_);
  size_t out = retired_.bytes();
  for (size_t i = 0; i < retired_.size(); ++i) out += retired_.at(i).bytes();
  return out;
}

}  // namespace matcher
