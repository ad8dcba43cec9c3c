#include "broker/postgres/array.h"

#include <gtest/gtest.h>

namespace broker::postgres {

using Elements = std::vector<std::optional<std::string>>;

TEST(ParseArray, ReadsPlainQuotedAndAbsentElements) {
  EXPECT_EQ(parse_array("{}"), Elements());
  EXPECT_EQ(parse_array("{a,NULL,\"NULL\",\"\"}"), (Elements{"a", std::nullopt, "NULL", ""}));
  EXPECT_EQ(parse_array(R"({"a,b","c\"d","e\\f","{g}"})"), (Elements{"a,b", "c\"d", "e\\f", "{g}"}));
}

TEST(ParseArray, RefusesWhatIsNoArrayOfOneDimension) {
  for (const char* const text :
       {"", "a", "{", "{a", "{a,", "{,}", "{a}b", "{\"a}", "{\"a\\", "{{a},{b}}", "{\"a\"b}"}) {
    EXPECT_EQ(parse_array(text), std::nullopt) << text;
  }
}

}  // namespace broker::postgres
