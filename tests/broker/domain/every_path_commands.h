// Every command worth trying against a world of cases, by right and by wrong callers, complete and incomplete.
// Used by the walk over every path alone.
#pragma once

#include <vector>

#include "tests/broker/domain/world.h"

namespace broker::domain::testing {

struct Step {
  size_t index = 0;  // of the case
  Actor by;
  Command command;
};

// Limits that keep the walk finite; none of them takes away a kind of step.
inline constexpr size_t cases_max = 3;
inline constexpr size_t enquiries_max = 2;
inline constexpr size_t confirmations_max = 2;

std::vector<Step> steps_from(const World& world);

// Where a world stands, without times and ids: two worlds with one key answer every command alike.
std::string key_of(const World& world);

}  // namespace broker::domain::testing
