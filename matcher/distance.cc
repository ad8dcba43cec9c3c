#include "matcher/distance.h"

#include <algorithm>
#include <bit>

namespace matcher {

size_t PreparedWord::symbol_of(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<size_t>(c - 'a');
  if (c >= '0' && c <= '9') return static_cast<size_t>(26 + (c - '0'));
  return symbols - 1;
}

PreparedWord::PreparedWord(std::string_view word) : length_(std::min(word.size(), length_max)) {
  for (size_t i = 0; i < length_; ++i) {
    letters_[i] = word[i];
    places_[symbol_of(word[i])] |= uint64_t{1} << i;
  }
}

// Hyyro's bit vectors: a column of the distance table is held as the places where it rises and falls by one.
int PreparedWord::osa_distance(std::string_view other, int cutoff) const {
  const auto mine = static_cast<int>(length_);
  const auto theirs = static_cast<int>(std::min(other.size(), length_max));
  if (std::abs(mine - theirs) > cutoff) return cutoff + 1;
  if (mine == 0) return std::min(theirs, cutoff + 1);
  uint64_t rises = ~uint64_t{0};
  uint64_t falls = 0;
  uint64_t diagonal = 0;
  uint64_t places_before = 0;
  const uint64_t last = uint64_t{1} << (length_ - 1);
  int distance = mine;
  for (int j = 0; j < theirs; ++j) {
    const uint64_t places = places_[symbol_of(other[static_cast<size_t>(j)])];
    const uint64_t swapped = (((~diagonal) & places) << 1) & places_before;
    diagonal = (((places & rises) + rises) ^ rises) | places | falls | swapped;
    uint64_t rises_along = falls | ~(diagonal | rises);
    uint64_t falls_along = diagonal & rises;
    if ((rises_along & last) != 0) ++distance;
    if ((falls_along & last) != 0) --distance;
    // Each letter still to come can mend at most one edit.
    if (distance - (theirs - j - 1) > cutoff) return cutoff + 1;
    rises_along = (rises_along << 1) | 1U;
    falls_along <<= 1;
    rises = falls_along | ~(diagonal | rises_along);
    falls = rises_along & diagonal;
    places_before = places;
  }
  return std::min(distance, cutoff + 1);
}

double PreparedWord::jaro_winkler(std::string_view other) const {
  const size_t theirs = std::min(other.size(), length_max);
  if (length_ == 0 || theirs == 0) return length_ == theirs ? 1.0 : 0.0;
  const size_t longest = std::max(length_, theirs);
  const size_t window = longest / 2 > 0 ? longest / 2 - 1 : 0;
  uint64_t mine_used = 0;
  std::array<char, length_max> matched{};
  size_t common = 0;
  for (size_t j = 0; j < theirs; ++j) {
    const size_t low = j > window ? j - window : 0;
    if (low >= length_) break;
    const size_t width = std::min(j + window + 1, length_) - low;
    const uint64_t mask = (width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1) << low;
    const uint64_t found = places_[symbol_of(other[j])] & mask & ~mine_used;
    if (found == 0) continue;
    mine_used |= found & (~found + 1);
    matched[common++] = other[j];
  }
  if (common == 0) return 0.0;
  size_t out_of_order = 0;
  size_t k = 0;
  for (uint64_t rest = mine_used; rest != 0; rest &= rest - 1, ++k)
    if (letters_[static_cast<size_t>(std::countr_zero(rest))] != matched[k]) ++out_of_order;
  const auto m = static_cast<double>(common);
  const double jaro = (m / static_cast<double>(length_) + m / static_cast<double>(theirs) +
                       (m - static_cast<double>(out_of_order / 2)) / m) /
                      3.0;
  size_t prefix = 0;
  while (prefix < std::min({size_t{4}, length_, theirs}) && letters_[prefix] == other[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * 0.1 * (1.0 - jaro);
}

}  // namespace matcher
