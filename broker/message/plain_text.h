// How much of a text stands in a JSON string as it is. Most of a message is one long text of plain characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace broker::message {

// The place from `from` on at which eight bytes begin among which one is no ASCII, a control character, a quotation
// mark or a backslash, or at which fewer than eight are left. Everything before it is plain.
inline size_t skip_plain(std::string_view text, size_t from) {
  constexpr uint64_t ones = 0x0101010101010101U;
  constexpr uint64_t tops = 0x8080808080808080U;
  // A byte that is nought borrows, and so does its neighbour at times: then they are looked at one by one.
  const auto has_nought = [](uint64_t eight) { return (eight - ones) & ~eight & tops; };
  for (uint64_t eight = 0; text.size() - from >= sizeof(eight); from += sizeof(eight)) {
    std::memcpy(&eight, text.data() + from, sizeof(eight));
    const uint64_t below_blank = (eight - ones * 0x20) & ~eight;
    const uint64_t marks = has_nought(eight ^ ones * '"') | has_nought(eight ^ ones * '\\');
    if (((eight | below_blank | marks) & tops) != 0) break;
  }
  return from;
}

}  // namespace broker::message
