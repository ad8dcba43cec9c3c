// The distinct names of one use, forenames or surnames, arranged to be looked through for those one slip away from a
// given one. A slip leaves the first two letters or the last two as they were, so only the names that share these are
// looked at: letter sets side by side, and the letters themselves packed beside them. One writer, many readers without
// a lock.
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
  explicit NearNames(Epochs& epochs) : NearNames(epochs, std::make_index_sequence<groups>()) {}

  // Each word once. Words too long to be packed are left out: slips in them are found by their sound.
  void add(TokenId id, std::string_view word, uint32_t letter_set);

  // Appends the words one slip away.
  void near(std::string_view word, uint32_t letter_set, std::vector<TokenId>& out) const;

  size_t memory_bytes() const;

 private:
  // Of names so short that a slip may touch both ends, a group for each length; then groups by beginning and by end.
  static constexpr size_t short_letters_max = 4;
  static constexpr size_t ends = 64;
  static constexpr size_t beginnings_at = short_letters_max + 1;
  static constexpr size_t endings_at = beginnings_at + ends;
  static constexpr size_t groups = endings_at + ends;

  struct Group {
    Column<uint32_t> letter_sets;
    Column<PackedWord> letters;
    Column<TokenId> words;
  };
  struct Wanted;

  static size_t beginning_of(PackedWord word);
  static size_t ending_of(PackedWord word, size_t length);
  static void add_to(Group& group, TokenId id, PackedWord letters, uint32_t letter_set);
  void look_through(size_t group, const Wanted& wanted, std::vector<TokenId>& out) const;

  static Group empty_group(Epochs& epochs, size_t) {
    return {Column<uint32_t>(epochs), Column<PackedWord>(epochs), Column<TokenId>(epochs)};
  }
  template <size_t... Numbers>
  NearNames(Epochs& epochs, std::index_sequence<Numbers...>) : groups_{{empty_group(epochs, Numbers)...}} {}

  std::array<Group, groups> groups_;
};

}  // namespace matcher
