// Which records of one set are one child, from pairs that are: chains are cut where they would join two children of one
// household.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "matcher/assign.h"

namespace matcher {

// For every key of a link of at least `probability_min` the number of its cluster. The surest links join first, and two
// clusters are joined only when no record of the one is `apart` from a record of the other, other than the two linked.
std::unordered_map<uint64_t, size_t> clustered(std::vector<Link> links, double probability_min,
                                               const std::function<bool(uint64_t, uint64_t)>& are_apart);

}  // namespace matcher
