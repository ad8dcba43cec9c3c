#include "broker/domain/reference/table.h"

#include <array>

#include <gtest/gtest.h>

namespace broker::domain::reference {
namespace {

constexpr std::array<std::string_view, 2> columns = {"a", "b"};

TEST(ReferenceTable, ReadsPlainAndQuotedValuesWithTheirLines) {
  const auto rows = read_table("t", "a,b\n1,\n\"x, \"\"y\"\"\",2\n", columns);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).values, (std::vector<std::string>{"1", ""}));
  EXPECT_EQ(rows->at(1).values, (std::vector<std::string>{"x, \"y\"", "2"}));
  EXPECT_EQ(rows->at(1).line, 3U);
}

TEST(ReferenceTable, RefusesEachBreakNamingTableAndLine) {
  const auto refusal = [](std::string_view text) { return read_table("t", text, columns).error().detail; };
  EXPECT_EQ(refusal(""), "t line 1: the last line has no end");
  EXPECT_EQ(refusal("a,b\n1,2"), "t line 1: the last line has no end");
  EXPECT_EQ(refusal("a,c\n1,2\n"), "t line 1: other columns expected");
  EXPECT_EQ(refusal("a,b\n1,2\n3\n"), "t line 3: another number of values expected");
  EXPECT_EQ(refusal("a,b\n1,2,3\n"), "t line 2: another number of values expected");
  EXPECT_EQ(refusal("a,b\n\"1,2\n"), "t line 2: the quotes don't match");
  EXPECT_EQ(refusal("a,b\n\"1\"x,2\n"), "t line 2: the quotes don't match");
  EXPECT_EQ(refusal("a,b\n1,\xff\n"), "t line 1: the table is not UTF-8");
  EXPECT_EQ(refusal("a,b\n"), "t line 1: the table has no row");
}

}  // namespace
}  // namespace broker::domain::reference
