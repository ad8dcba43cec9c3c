// The distinct names of one use, forenames or surnames, arranged to be scanned for those one slip away from a given
// one: by length, letter sets side by side, and the letters themselves packed beside them. One writer, many readers
// without a lock.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "matcher/column.h"

namespace matcher {

using TokenId = uint32_t;

// Up to fifteen letters, the first one lowest, zeros behind.
__extension__ typedef unsigned __int128 PackedWord;
constexpr size_t packed_letters_max = 15;
PackedWord packed_word(std::string_view word);

// True when the words differ by one letter changed, added or dropped, or by two neighbours swapped; not when they are
// equal.
bool is_one_slip(PackedWord a, size_t a_length, PackedWord b, size_t b_length);

class NearNames {
 public:
  explicit NearNames(Epochs& epochs) : NearNames(epochs, std::make_index_sequence<lengths>()) {}

  // Each word once. Words too long to be packed are left out: slips in them are found by their sound.
  void add(TokenId id, std::string_view word, uint32_t letter_set);

  // Appends the words one slip away.
  void near(std::string_view word, uint32_t letter_set, std::vector<TokenId>& out) const;

  size_t memory_bytes() const;

 private:
  static constexpr size_t lengths = packed_letters_max + 1;
  struct Group {
    Column<uint32_t> letter_sets;
    Column<PackedWord> letters;
    Column<TokenId> words;
  };
  static Group empty_group(Epochs& epochs, size_t) {
    return {Column<uint32_t>(epochs), Column<PackedWord>(epochs), Column<TokenId>(epochs)};
  }
  template <size_t... Numbers>
  NearNames(Epochs& epochs, std::index_sequence<Numbers...>) : groups_{{empty_group(epochs, Numbers)...}} {}

  std::array<Group, lengths> groups_;
};

}  // namespace matcher
