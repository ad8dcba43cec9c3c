// A piece of memory that the index owns, large ones in large pages: a look-up touches many places far apart, and with
// small pages finding a page costs as much as reading it.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace matcher {

class MemoryBlock {
 public:
  MemoryBlock() = default;
  // Throws std::bad_alloc.
  explicit MemoryBlock(size_t bytes);

  std::byte* data() const { return data_.get(); }
  // As asked of the allocator.
  size_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> data_;
  size_t bytes_ = 0;
};

}  // namespace matcher
