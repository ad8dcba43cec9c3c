#include "matcher/memory_block.h"

#include <new>

#include <sys/mman.h>

namespace matcher {
namespace {

constexpr size_t large_page = size_t{2} << 20;
constexpr size_t large_bytes_min = 2 * large_page;
constexpr size_t cache_line = 64;

size_t rounded_up(size_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

MemoryBlock::MemoryBlock(size_t bytes) {
  const bool is_large = bytes >= large_bytes_min;
  const size_t alignment = is_large ? large_page : cache_line;
  bytes_ = rounded_up(bytes, is_large ? size_t{4096} : cache_line);
  data_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, bytes_)));
  if (!data_) throw std::bad_alloc();
  // Only a wish: without large pages everything works as well, slower.
  if (is_large) static_cast<void>(madvise(data_.get(), bytes_, MADV_HUGEPAGE));
}

}  // namespace matcher
