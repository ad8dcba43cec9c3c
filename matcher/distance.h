// How far two words are apart: edits with swaps of neighbours (bit-parallel), and Jaro-Winkler likeness.
// Words are lower-case ASCII of at most 64 letters, as normalise.h gives them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace matcher {

// One word made ready to be compared with many: for each letter the places where it stands.
class PreparedWord {
 public:
  explicit PreparedWord(std::string_view word);

  // Optimal string alignment distance: insert, delete, change, swap neighbours, each one edit and no part edited twice.
  // Anything above `cutoff` is answered as cutoff + 1, and found out early.
  int osa_distance(std::string_view other, int cutoff) const;

  // Jaro likeness with Winkler's bonus for a common beginning of up to four letters, 0 to 1.
  double jaro_winkler(std::string_view other) const;

  std::string_view word() const { return {letters_.data(), length_}; }

 private:
  static constexpr size_t length_max = 64;
  static constexpr size_t symbols = 37;  // a-z, 0-9 and the rest

  static size_t symbol_of(char c);

  std::array<uint64_t, symbols> places_{};
  std::array<char, length_max> letters_{};
  size_t length_ = 0;
};

}  // namespace matcher
