// Which of many letter sets are nearly that of a given word: the first, cheapest question when one name is held against
// every distinct name there is. Answered eight or sixteen at a time where the processor can, chosen when first asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace matcher {

// Appends the places of the sets that differ from `wanted` in at most `letters_max` letters, in order.
using LetterSieve = void (*)(std::span<const uint32_t> sets, uint32_t wanted, int letters_max,
                             std::vector<uint32_t>& places);

struct NamedSieve {
  std::string_view name;  // portable, avx2, avx512
  LetterSieve sieve;
};

// Those that this processor can run, the slowest first. All answer alike.
std::span<const NamedSieve> letter_sieves();

// The fastest of them.
LetterSieve letter_sieve();

}  // namespace matcher
