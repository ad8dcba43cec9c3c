#include "matcher/near_names.h"

#include <algorithm>
#include <bit>

#include "matcher/letter_sieve.h"

namespace matcher {
namespace {

constexpr int letter_bits = 8;
constexpr int slip_letters = 2;  // a letter changed is one less and one more; a swap changes none

// Where the lowest bit that is set stands, in letters.
int first_letter(PackedWord bits) {
  const auto low = static_cast<uint64_t>(bits);
  const int at = low != 0 ? std::countr_zero(low) : 64 + std::countr_zero(static_cast<uint64_t>(bits >> 64));
  return at / letter_bits;
}

uint8_t letter_at(PackedWord word, int place) {
  return static_cast<uint8_t>(word >> (letter_bits * place));
}

}  // namespace

PackedWord packed_word(std::string_view word) {
  PackedWord out = 0;
  for (size_t i = std::min(word.size(), packed_letters_max); i > 0; --i)
    out = (out << letter_bits) | static_cast<uint8_t>(word[i - 1]);
  return out;
}

bool is_one_slip(PackedWord a, size_t a_length, PackedWord b, size_t b_length) {
  const PackedWord differing = a ^ b;
  if (differing == 0) return false;
  const int first = first_letter(differing);
  if (a_length == b_length) {
    const PackedWord behind = differing >> (letter_bits * first) >> letter_bits;
    if (behind == 0) return true;
    return behind >> letter_bits == 0 && letter_at(a, first) == letter_at(b, first + 1) &&
           letter_at(a, first + 1) == letter_at(b, first);
  }
  if (a_length > b_length) return is_one_slip(b, b_length, a, a_length);
  // The longer word without its letter at the first difference is the shorter one.
  return b_length == a_length + 1 && ((b >> letter_bits) ^ a) >> (letter_bits * first) == 0;
}

void NearNames::add(TokenId id, std::string_view word, uint32_t letter_set) {
  if (word.empty() || word.size() > packed_letters_max) return;
  Group& group = groups_[word.size()];
  group.words.push_back(id);
  group.letters.push_back(packed_word(word));
  // Readers see the word once its letter set is there.
  group.letter_sets.push_back(letter_set);
}

void NearNames::near(std::string_view word, uint32_t letter_set, std::vector<TokenId>& out) const {
  if (word.empty() || word.size() > packed_letters_max) return;
  const PackedWord packed = packed_word(word);
  thread_local std::vector<uint32_t> places;
  for (size_t length = std::max<size_t>(1, word.size() - 1); length <= std::min(word.size() + 1, lengths - 1);
       ++length) {
    const Group& group = groups_[length];
    const size_t count = group.letter_sets.size();
    places.clear();
    letter_sieve()({group.letter_sets.data(), count}, letter_set, slip_letters, places);
    const PackedWord* letters = group.letters.data();
    const TokenId* words = group.words.data();
    for (const uint32_t place : places)
      if (is_one_slip(packed, word.size(), letters[place], length)) out.push_back(words[place]);
  }
}

size_t NearNames::memory_bytes() const {
  size_t out = 0;
  for (const Group& group : groups_) out += group.letter_sets.bytes() + group.letters.bytes() + group.words.bytes();
  return out;
}

}  // namespace matcher
