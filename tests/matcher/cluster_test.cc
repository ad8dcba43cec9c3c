#include "matcher/cluster.h"

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "matcher/index.h"
#include "tests/matcher/town.h"

namespace matcher {
namespace {

using Pairs = std::set<std::pair<uint64_t, uint64_t>>;

std::vector<Link> random_links() {
  std::map<std::pair<uint64_t, uint64_t>, Link> distinct;
  const int count = *rc::gen::inRange(0, 25);
  for (int i = 0; i < count; ++i) {
    const auto a = *rc::gen::inRange<uint64_t>(0, 12);
    const auto b = *rc::gen::inRange<uint64_t>(0, 12);
    if (a != b) distinct[std::minmax(a, b)] = {std::min(a, b), std::max(a, b), *rc::gen::inRange(0, 100) / 100.0, 0};
  }
  std::vector<Link> out;
  for (const auto& [pair, link] : distinct) out.push_back(link);
  return out;
}

TEST(Clusters, HoldNobodyApartAndJoinAllElse) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<Link> links = random_links();
    Pairs apart;
    for (const auto& [a, b] : *rc::gen::container<std::vector<std::pair<uint8_t, uint8_t>>>(
             rc::gen::pair(rc::gen::inRange<uint8_t>(0, 12), rc::gen::inRange<uint8_t>(0, 12))))
      apart.emplace(std::min(a, b), std::max(a, b));
    const bool is_free = *rc::gen::arbitrary<bool>();
    if (is_free) apart.clear();
    Pairs linked;
    const auto clusters =
        clustered(links, 0.5, [&](uint64_t a, uint64_t b) { return apart.contains({std::min(a, b), std::max(a, b)}); });
    for (const Link& link : links)
      if (link.probability >= 0.5) linked.emplace(link.left, link.right);
    for (const auto& [a, of_a] : clusters) {
      for (const auto& [b, of_b] : clusters) {
        const std::pair pair(std::min(a, b), std::max(a, b));
        if (a != b && of_a == of_b && !linked.contains(pair)) RC_ASSERT(!apart.contains(pair));
      }
    }
    for (const Link& link : links) {
      RC_ASSERT(clusters.contains(link.left) || link.probability < 0.5);
      if (is_free && link.probability >= 0.5) RC_ASSERT(clusters.at(link.left) == clusters.at(link.right));
    }
  }));
}

TEST(Clusters, KnowSiblingsFromCopiesOfOneChild) {
  const auto at_home = [](const char* forename, const char* dob) {
    PupilRecord out = testing::child(forename, "Kowalska", dob);
    out.address.lines = {"14 Mill Lane"};
    out.address.postcode = "KT1 2AB";
    return out;
  };
  Index index;
  index.insert(1, 0, 0, at_home("Zofia", "2012-09-21"));
  index.insert(2, 0, 0, at_home("Zosia", "2012-09-21"));
  index.insert(3, 0, 0, at_home("Hanna", "2012-09-21"));
  index.insert(4, 0, 0, at_home("Z", "2012-09-21"));
  index.insert(5, 0, 0, at_home("Zofia", "2014-02-03"));
  index.insert(6, 0, 0, testing::child("Oliver", "Smith", "2010-01-02"));
  EXPECT_FALSE(index.look_like_siblings(1, 2));
  EXPECT_FALSE(index.look_like_siblings(1, 4));
  EXPECT_TRUE(index.look_like_siblings(1, 3));
  EXPECT_TRUE(index.look_like_siblings(2, 3));
  EXPECT_TRUE(index.look_like_siblings(1, 5));
  EXPECT_FALSE(index.look_like_siblings(1, 6));
  EXPECT_FALSE(index.look_like_siblings(1, 99));
}

}  // namespace
}  // namespace matcher
