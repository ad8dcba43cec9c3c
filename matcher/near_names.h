// The distinct names of one use, forenames or surnames, arranged to be scanned for those one slip away from a given
// one: by length, letter sets side by side. One writer, many readers without a lock.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "matcher/column.h"

namespace matcher {

using TokenId = uint32_t;

class NearNames {
 public:
  explicit NearNames(Epochs& epochs) : NearNames(epochs, std::make_index_sequence<lengths>()) {}

  // Each word once.
  void add(TokenId id, size_t length, uint32_t letter_set);

  // Appends the words that may be within so many edits of a word with this length and these letters: all that are, and
  // some that are not.
  void sieve(size_t length, uint32_t letter_set, int edits, std::vector<TokenId>& out) const;

  size_t memory_bytes() const;

 private:
  static constexpr size_t lengths = 32;  // longer words stand with the longest
  struct Group {
    Column<uint32_t> letter_sets;
    Column<TokenId> words;
  };
  static Group empty_group(Epochs& epochs, size_t) { return {Column<uint32_t>(epochs), Column<TokenId>(epochs)}; }
  template <size_t... Numbers>
  NearNames(Epochs& epochs, std::index_sequence<Numbers...>) : groups_{{empty_group(epochs, Numbers)...}} {}

  std::array<Group, lengths> groups_;
};

}  // namespace matcher
