#include "matcher/distance.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace matcher {
namespace {

// The slow, obvious twin: the whole table of optimal string alignment.
int slow_osa(const std::string& a, const std::string& b) {
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

// Few letters, so that words are often near each other.
rc::Gen<std::string> words(int length_max) {
  return rc::gen::resize(length_max, rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcd"))));
}

TEST(OsaDistance, IsThatOfItsSlowTwinUpToTheCutoff) {
  EXPECT_TRUE(rc::check([] {
    const std::string a = *words(20);
    const std::string b = *words(20);
    const int cutoff = *rc::gen::inRange(0, 8);
    RC_ASSERT(PreparedWord(a).osa_distance(b, cutoff) == std::min(slow_osa(a, b), cutoff + 1));
  }));
}

TEST(OsaDistance, HoldsForWordsThatFillTheMachineWord) {
  EXPECT_TRUE(rc::check([] {
    const std::string a = *rc::gen::container<std::string>(64, rc::gen::elementOf(std::string("ab")));
    const std::string b = *rc::gen::container<std::string>(64, rc::gen::elementOf(std::string("ab")));
    RC_ASSERT(PreparedWord(a).osa_distance(b, 100) == slow_osa(a, b));
  }));
}

TEST(OsaDistance, CountsASwapOfNeighboursOnce) {
  EXPECT_EQ(PreparedWord("mohammed").osa_distance("mohamemd", 3), 1);
  EXPECT_EQ(PreparedWord("").osa_distance("abc", 5), 3);
  EXPECT_EQ(PreparedWord("abc").osa_distance("", 1), 2);
}

TEST(JaroWinkler, KnowsTheTextbookExamples) {
  EXPECT_NEAR(PreparedWord("martha").jaro_winkler("marhta"), 0.9611, 1e-4);
  EXPECT_NEAR(PreparedWord("dwayne").jaro_winkler("duane"), 0.84, 1e-4);
  EXPECT_NEAR(PreparedWord("dixon").jaro_winkler("dicksonx"), 0.8133, 1e-4);
  EXPECT_EQ(PreparedWord("abc").jaro_winkler("xyz"), 0.0);
}

TEST(JaroWinkler, IsSymmetricAndOneOnlyForEqualWords) {
  EXPECT_TRUE(rc::check([] {
    const std::string a = *words(16);
    const std::string b = *words(16);
    const double one = PreparedWord(a).jaro_winkler(b);
    RC_ASSERT(one >= 0.0 && one <= 1.0 + 1e-12);
    RC_ASSERT((a != b) || one == 1.0);
    if (!a.empty() && a.size() == b.size() && a != b) RC_ASSERT(one < 1.0);
  }));
}

}  // namespace
}  // namespace matcher
