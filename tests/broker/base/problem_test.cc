#include "broker/base/problem.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace broker::base {

TEST(Problem, EveryTypeStandsOnceInTheTable) {
  std::set<std::string_view> names;
  int expected = 0;
  for (const ProblemKind& kind : problem_kinds()) {
    EXPECT_EQ(static_cast<int>(kind.type), expected++) << kind.name;
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_GE(kind.status, 400);
    EXPECT_FALSE(kind.title.empty());
  }
  EXPECT_EQ(expected, static_cast<int>(ProblemType::internal) + 1);
}

}  // namespace broker::base
