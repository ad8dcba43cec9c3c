// Two words of any bytes: the fast comparators answer as the whole table of distances, both ways round.
#include <algorithm>
#include <string>
#include <vector>

#include "broker/base/ensure.h"
#include "matcher/distance.h"
#include "matcher/letter_sieve.h"
#include "matcher/near_names.h"
#include "matcher/token_table.h"
#include "tests/fuzz/fuzz.h"

using broker::base::ensure;

namespace {

constexpr size_t letters_max = 64;

int slow_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> table(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) table[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) table[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const int change = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

// The letters that normalised words are made of.
std::string letters_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes.substr(0, letters_max))
    out.push_back(static_cast<char>('a' + static_cast<uint8_t>(c) % 26));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const size_t cut = std::min(text.find('\n'), text.size());
  const std::string a = letters_of(text.substr(0, cut));
  const std::string b = letters_of(text.substr(std::min(cut + 1, text.size())));
  const int distance = slow_distance(a, b);
  for (int cutoff = 0; cutoff < 6; ++cutoff) {
    ensure(matcher::PreparedWord(a).osa_distance(b, cutoff) == std::min(distance, cutoff + 1));
    ensure(matcher::PreparedWord(b).osa_distance(a, cutoff) == std::min(distance, cutoff + 1));
  }
  const double likeness = matcher::PreparedWord(a).jaro_winkler(b);
  ensure(likeness >= 0 && likeness <= 1 + 1e-12 && (a != b || likeness == 1));
  if (std::max(a.size(), b.size()) <= matcher::packed_letters_max)
    ensure(matcher::is_one_slip(matcher::packed_word(a), a.size(), matcher::packed_word(b), b.size()) ==
           (distance == 1));
  const std::vector<uint32_t> sets(19, matcher::letter_set_of(b));
  std::vector<uint32_t> expected;
  matcher::letter_sieves().front().sieve(sets, matcher::letter_set_of(a), 2, expected);
  for (const matcher::NamedSieve& one : matcher::letter_sieves()) {
    std::vector<uint32_t> found;
    one.sieve(sets, matcher::letter_set_of(a), 2, found);
    ensure(found == expected);
  }
  // What the sieve throws away is no slip.
  if (distance == 1) ensure(!expected.empty());
  return 0;
}
