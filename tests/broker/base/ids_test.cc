#include "broker/base/ids.h"

#include <gtest/gtest.h>

namespace broker::base {

TEST(IdMaker, MakesVersionSevenIdsThatAscendWhileTheClockStandsStill) {
  const ManualClock clock(*parse_time("2026-11-13T09:30:00Z"));
  SeededRandom random(7);
  IdMaker ids(clock, random);
  std::string last = ids.next();
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = ids.next();
    ASSERT_TRUE(is_id(id)) << id;
    ASSERT_EQ(id[14], '7');
    ASSERT_NE(std::string("89ab").find(id[19]), std::string::npos);
    ASSERT_LT(last, id);
    last = id;
  }
}

TEST(IdMaker, CarriesTheTimeInItsFirst48Bits) {
  const ManualClock clock(*parse_time("2026-11-13T09:30:00.250Z"));
  SeededRandom random(7);
  const std::string id = IdMaker(clock, random).next();
  const auto millis = std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16);
  EXPECT_EQ(millis, clock.now().time_since_epoch().count() / 1000);
}

TEST(IsId, RefusesEverythingThatIsNoCanonicalUuid) {
  EXPECT_FALSE(is_id(""));
  EXPECT_FALSE(is_id("019a7c6e-0000-7000-8000-00000000000"));
  EXPECT_FALSE(is_id("019A7C6E-0000-7000-8000-000000000000"));
  EXPECT_FALSE(is_id("019a7c6e00000-7000-8000-000000000000"));
  EXPECT_FALSE(is_id("019a7c6e-0000-7000-8000-00000000000g"));
}

}  // namespace broker::base
