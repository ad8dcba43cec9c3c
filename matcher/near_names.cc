#include "matcher/near_names.h"

#include <algorithm>

#include "matcher/letter_sieve.h"

namespace matcher {

void NearNames::add(TokenId id, size_t length, uint32_t letter_set) {
  Group& group = groups_[std::min(length, lengths - 1)];
  group.words.push_back(id);
  // Readers see the word once its letters are there.
  group.letter_sets.push_back(letter_set);
}

void NearNames::sieve(size_t length, uint32_t letter_set, int edits, std::vector<TokenId>& out) const {
  const auto reach = static_cast<size_t>(edits);
  const size_t first = length > reach ? length - reach : 1;
  const size_t last = std::min(length + reach, lengths - 1);
  thread_local std::vector<uint32_t> places;
  for (size_t at = std::min(first, lengths - 1); at <= last; ++at) {
    const Group& group = groups_[at];
    const size_t count = group.letter_sets.size();
    places.clear();
    // An edit adds, drops or exchanges one letter; a swap of neighbours none.
    letter_sieve()({group.letter_sets.data(), count}, letter_set, 2 * edits, places);
    const TokenId* words = group.words.data();
    for (const uint32_t place : places) out.push_back(words[place]);
  }
}

size_t NearNames::memory_bytes() const {
  size_t out = 0;
  for (const Group& group : groups_) out += group.letter_sets.bytes() + group.words.bytes();
  return out;
}

}  // namespace matcher
