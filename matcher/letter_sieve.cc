#include "matcher/letter_sieve.h"

#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace matcher {
namespace {

void sieve_from(size_t first, std::span<const uint32_t> sets, uint32_t wanted, int letters_max,
                std::vector<uint32_t>& places) {
  for (size_t i = first; i < sets.size(); ++i)
    if (std::popcount(sets[i] ^ wanted) <= letters_max) places.push_back(static_cast<uint32_t>(i));
}

void portable(std::span<const uint32_t> sets, uint32_t wanted, int letters_max, std::vector<uint32_t>& places) {
  sieve_from(0, sets, wanted, letters_max, places);
}

void take(uint32_t found, size_t first, std::vector<uint32_t>& places) {
  for (; found != 0; found &= found - 1)
    places.push_back(static_cast<uint32_t>(first) + static_cast<uint32_t>(std::countr_zero(found)));
}

#if defined(__x86_64__)

// The letters of each half byte are looked up in a table of sixteen, then added up within each 32 bits.
__attribute__((target("avx2"))) void avx2(std::span<const uint32_t> sets, uint32_t wanted, int letters_max,
                                          std::vector<uint32_t>& places) {
  const __m256i low = _mm256_set1_epi8(0x0f);
  const __m256i counts =
      _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i ones = _mm256_set1_epi8(1);
  const __m256i pairs = _mm256_set1_epi16(1);
  const __m256i word = _mm256_set1_epi32(static_cast<int>(wanted));
  const __m256i too_many = _mm256_set1_epi32(letters_max + 1);
  size_t i = 0;
  for (; i + 8 <= sets.size(); i += 8) {
    const __m256i set = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(sets.data() + i));
    const __m256i differing = _mm256_xor_si256(set, word);
    const __m256i of_low = _mm256_shuffle_epi8(counts, _mm256_and_si256(differing, low));
    const __m256i of_high = _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(differing, 4), low));
    const __m256i in_bytes = _mm256_add_epi8(of_low, of_high);
    const __m256i letters = _mm256_madd_epi16(_mm256_maddubs_epi16(in_bytes, ones), pairs);
    const __m256i is_near = _mm256_cmpgt_epi32(too_many, letters);
    take(static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(is_near))), i, places);
  }
  sieve_from(i, sets, wanted, letters_max, places);
}

__attribute__((target("avx512f,avx512vpopcntdq"))) void avx512(std::span<const uint32_t> sets, uint32_t wanted,
                                                               int letters_max, std::vector<uint32_t>& places) {
  const __m512i word = _mm512_set1_epi32(static_cast<int>(wanted));
  const __m512i most = _mm512_set1_epi32(letters_max);
  size_t i = 0;
  for (; i + 16 <= sets.size(); i += 16) {
    const __m512i differing = _mm512_xor_si512(_mm512_loadu_si512(sets.data() + i), word);
    take(_mm512_cmple_epi32_mask(_mm512_popcnt_epi32(differing), most), i, places);
  }
  sieve_from(i, sets, wanted, letters_max, places);
}

#endif

std::vector<NamedSieve> runnable() {
  std::vector<NamedSieve> out = {{"portable", portable}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) out.push_back({"avx2", avx2});
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq")) out.push_back({"avx512", avx512});
#endif
  return out;
}

}  // namespace

std::span<const NamedSieve> letter_sieves() {
  static const std::vector<NamedSieve> all = runnable();
  return all;
}

LetterSieve letter_sieve() {
  static const LetterSieve fastest = letter_sieves().back().sieve;
  return fastest;
}

}  // namespace matcher
