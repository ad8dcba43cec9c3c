#include "matcher/near_names.h"

#include <algorithm>
#include <bit>

#include "matcher/letter_sieve.h"
#include "matcher/token_table.h"

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

size_t length_of(PackedWord word) {
  const auto high = static_cast<uint64_t>(word >> 64);
  const int bits = high != 0 ? 128 - std::countl_zero(high) : 64 - std::countl_zero(static_cast<uint64_t>(word));
  return static_cast<size_t>((bits + letter_bits - 1) / letter_bits);
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

struct NearNames::Wanted {
  PackedWord letters;
  size_t length;
  uint32_t letter_set;
};

size_t NearNames::beginning_of(PackedWord word) {
  return beginnings_at + mix(static_cast<uint16_t>(word)) % ends;
}

size_t NearNames::ending_of(PackedWord word, size_t length) {
  return endings_at + mix(static_cast<uint16_t>(word >> (letter_bits * (length - 2)))) % ends;
}

void NearNames::add_to(Group& group, TokenId id, PackedWord letters, uint32_t letter_set) {
  group.words.push_back(id);
  group.letters.push_back(letters);
  // Readers see the word once its letter set is there.
  group.letter_sets.push_back(letter_set);
}

void NearNames::add(TokenId id, std::string_view word, uint32_t letter_set) {
  if (word.empty() || word.size() > packed_letters_max) return;
  const PackedWord letters = packed_word(word);
  if (word.size() <= short_letters_max) {
    add_to(groups_[word.size()], id, letters, letter_set);
    return;
  }
  add_to(groups_[beginning_of(letters)], id, letters, letter_set);
  add_to(groups_[ending_of(letters, word.size())], id, letters, letter_set);
}

void NearNames::look_through(size_t number, const Wanted& wanted, std::vector<TokenId>& out) const {
  const Group& group = groups_[number];
  const size_t count = group.letter_sets.size();
  thread_local std::vector<uint32_t> places;
  places.clear();
  letter_sieve()({group.letter_sets.data(), count}, wanted.letter_set, slip_letters, places);
  const PackedWord* letters = group.letters.data();
  const TokenId* words = group.words.data();
  for (const uint32_t place : places) {
    if (!is_one_slip(wanted.letters, wanted.length, letters[place], length_of(letters[place]))) continue;
    // One that shares the beginning too was met there.
    if (number >= endings_at && beginning_of(letters[place]) == beginning_of(wanted.letters)) continue;
    out.push_back(words[place]);
  }
}

void NearNames::near(std::string_view word, uint32_t letter_set, std::vector<TokenId>& out) const {
  if (word.empty() || word.size() > packed_letters_max) return;
  const Wanted wanted{packed_word(word), word.size(), letter_set};
  for (size_t length = std::max<size_t>(1, word.size() - 1); length <= std::min(word.size() + 1, short_letters_max);
       ++length)
    look_through(length, wanted, out);
  if (word.size() < short_letters_max) return;
  look_through(beginning_of(wanted.letters), wanted, out);
  look_through(ending_of(wanted.letters, wanted.length), wanted, out);
}

size_t NearNames::memory_bytes() const {
  size_t out = 0;
  for (const Group& group : groups_) out += group.letter_sets.bytes() + group.letters.bytes() + group.words.bytes();
  return out;
}

}  // namespace matcher
