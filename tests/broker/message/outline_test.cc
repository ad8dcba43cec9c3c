// JSON of ours as a person is led through it.
#include "broker/message/outline.h"

#include <gtest/gtest.h>

namespace broker::message {
namespace {

TEST(Outline, KeepsEveryValueInItsOrderUnderItsName) {
  const Outline all = outline_of(R"({"b":"text","a":{"list":[1,2.5,true,{"c":"deep"}],"none":[]}})");
  ASSERT_EQ(all.parts.size(), 2U);
  EXPECT_EQ(all.parts[0].name, "b");
  EXPECT_TRUE(all.parts[0].is_value);
  const Outline& list = all.at("a").at("list");
  ASSERT_EQ(list.parts.size(), 4U);
  EXPECT_EQ(list.parts[0].text, "1");
  EXPECT_EQ(list.parts[1].text, "2.5");
  EXPECT_EQ(list.parts[2].text, "yes");
  EXPECT_EQ(list.parts[3].at("c").text, "deep");
  EXPECT_EQ(list.parts[3].text, R"({"c":"deep"})");
  EXPECT_FALSE(all.at("a").at("none").is_value);
  EXPECT_TRUE(all.at("a").at("none").parts.empty());
}

TEST(Outline, HasNothingWhereThereIsNothing) {
  const Outline all = outline_of(R"({"a":""})");
  EXPECT_TRUE(all.at("a").is_value);
  EXPECT_FALSE(all.at("b").is_value);
  EXPECT_TRUE(all.at("b").at("c").parts.empty());
}

}  // namespace
}  // namespace broker::message
