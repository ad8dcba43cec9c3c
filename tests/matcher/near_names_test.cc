#include "matcher/near_names.h"

#include <algorithm>
#include <bit>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "matcher/distance.h"
#include "matcher/letter_sieve.h"
#include "matcher/name_classes.h"
#include "matcher/near_pairs.h"
#include "matcher/token_table.h"
#include "tests/matcher/town.h"

namespace matcher {
namespace {

// Few letters, so that words are often near each other.
rc::Gen<std::string> words() {
  return rc::gen::resize(15, rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcd"))));
}

// A word and what one or two slips make of it.
std::string with_slips(std::string word, int slips) {
  for (int i = 0; i < slips && !word.empty(); ++i) {
    const size_t at = *rc::gen::inRange<size_t>(0, word.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0: word[at] = *rc::gen::elementOf(std::string("abcd")); break;
      case 1: word.insert(at, 1, *rc::gen::elementOf(std::string("abcd"))); break;
      case 2: word.erase(at, 1); break;
      default: std::swap(word[at], word[(at + 1) % word.size()]);
    }
  }
  return word.substr(0, packed_letters_max);
}

bool slow_one_slip(const std::string& a, const std::string& b) {
  return PreparedWord(a).osa_distance(b, 2) == 1;
}

TEST(OneSlip, IsADistanceOfOne) {
  EXPECT_TRUE(rc::check([] {
    const std::string a = (*words()).substr(0, packed_letters_max);
    const std::string b = with_slips(a, *rc::gen::inRange(0, 3));
    RC_ASSERT(is_one_slip(packed_word(a), a.size(), packed_word(b), b.size()) == slow_one_slip(a, b));
  }));
}

TEST(LetterSieve, EveryPathAnswersAsTheSlowTwin) {
  ASSERT_FALSE(letter_sieves().empty());
  EXPECT_TRUE(rc::check([] {
    const auto sets = *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(0, 1U << 27));
    const auto wanted = *rc::gen::inRange<uint32_t>(0, 1U << 27);
    const int letters_max = *rc::gen::inRange(0, 20);
    std::vector<uint32_t> expected = {77};  // what was there stays
    for (size_t i = 0; i < sets.size(); ++i)
      if (std::popcount(sets[i] ^ wanted) <= letters_max) expected.push_back(static_cast<uint32_t>(i));
    for (const NamedSieve& one : letter_sieves()) {
      std::vector<uint32_t> found = {77};
      one.sieve(sets, wanted, letters_max, found);
      RC_ASSERT(found == expected);
    }
  }));
}

TEST(NearNames, AreAllWordsOneSlipAway) {
  EXPECT_TRUE(rc::check([] {
    Epochs epochs;
    NearNames names(epochs);
    const std::string wanted = *words();
    std::set<std::string> distinct;
    for (const std::string& word : *rc::gen::container<std::vector<std::string>>(words())) distinct.insert(word);
    for (int i = 0; i < 20; ++i) distinct.insert(with_slips(wanted, *rc::gen::inRange(0, 3)));
    const std::vector<std::string> held(distinct.begin(), distinct.end());
    for (TokenId id = 0; id < held.size(); ++id) names.add(id, held[id], letter_set_of(held[id]));
    std::vector<TokenId> found;
    names.near(wanted, letter_set_of(wanted), found);
    std::vector<TokenId> expected;
    for (TokenId id = 0; id < held.size(); ++id)
      if (!held[id].empty() && held[id].size() <= packed_letters_max && wanted.size() <= packed_letters_max &&
          !wanted.empty() && slow_one_slip(wanted, held[id]))
        expected.push_back(id);
    std::ranges::sort(found);
    RC_ASSERT(found == expected);
  }));
}

// Children whose date is unknown and one of whose names is written wrong: no other key meets them.
TEST(NearNames, FindAChildWithoutADateThroughASlipOrANickname) {
  Index index;
  const auto others = testing::invented_children(600, 3);
  for (size_t i = 0; i < others.size(); ++i) index.insert(100 + i, 315, 0, others[i]);
  index.insert(7, 318, 1, testing::child("Fatima", "Pateling", "2013-08-21"));
  const auto is_found = [&](const PupilRecord& query) {
    const auto found = index.search(query);
    return std::ranges::any_of(found, [](const Candidate& candidate) { return candidate.key == 7; });
  };
  EXPECT_TRUE(is_found(testing::child("Fatima", "Ptaeling", "")));
  EXPECT_TRUE(is_found(testing::child("Fatina", "Pateling", "")));
  EXPECT_TRUE(is_found(testing::child("Fadumo", "Pateling", "")));
  EXPECT_TRUE(is_found(testing::child("Fatina", "Ptaeling", "")));
  EXPECT_TRUE(is_found(testing::child("Pateling", "Fatina", "")));
  EXPECT_TRUE(is_found(testing::child("Fatina", "Pateling", "2013-01-01")));
}

}  // namespace
}  // namespace matcher
