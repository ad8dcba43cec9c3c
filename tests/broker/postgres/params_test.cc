#include "broker/postgres/params.h"

#include <gtest/gtest.h>

#include "broker/postgres/errors.h"

namespace broker::postgres {

TEST(Params, CountsItsValuesAndTheirBytes) {
  const Params params("abc", 12, true, std::nullopt, Bytes{std::string(5, '\0')}, std::optional<std::string>());
  EXPECT_EQ(params.size(), 6U);
  EXPECT_EQ(params.bytes(), 3U + 2 + 1 + 0 + 5 + 0);
}

TEST(Params, RefusesTextWithNulWithoutQuotingIt) {
  try {
    const Params params(std::string("secret\0", 7));
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.sqlstate(), "22021");
    EXPECT_TRUE(error.is_bad_input());
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
  const std::vector<std::string> texts = {"fine", std::string("\0", 1)};
  EXPECT_THROW(Params(1, texts), DatabaseError);
}

}  // namespace broker::postgres
