// One-to-one linking: of all scored pairs the set that uses no record twice and weighs most.
#pragma once

#include <cstdint>
#include <vector>

namespace matcher {

struct Link {
  uint64_t left = 0;
  uint64_t right = 0;
  double probability = 0;
  double weight = 0;
};

// Left and right keys are apart: a left 7 is not a right 7. The sum of the log-odds above `probability_min` is the
// largest possible in every connected component of up to a few hundred records; larger ones are paired greedily.
std::vector<Link> one_to_one(std::vector<Link> links, double probability_min);

// Doubles of one record set: a pair is as probable as the best way from one to the other over one more record, so that
// two bad copies of one good record are found too. Left and right are keys of the same set, each pair once.
std::vector<Link> supported(std::vector<Link> links);

}  // namespace matcher
