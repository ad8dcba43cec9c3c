// Limits of requests and the watch on fan-out, by a clock of the test's own.
#include "broker/api/limits.h"

#include <gtest/gtest.h>

namespace broker::api {
namespace {

using namespace std::chrono_literals;

const Instant start{};

}  // namespace

TEST(RequestLimit, TakesTenSecondsWorthAtOnceAndThenTheRate) {
  RequestLimit limit(5);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(limit.take("authority:314", start), 0) << i;
  EXPECT_EQ(limit.take("authority:314", start), 1);
  EXPECT_EQ(limit.take("authority:319", start), 0) << "others are not slower for it";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(limit.take("authority:314", start + 1s), 0);
  EXPECT_GT(limit.take("authority:314", start + 1s), 0);
}

TEST(RequestLimit, OfNoughtIsNone) {
  RequestLimit limit(0);
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(limit.take("authority:314", start), 0);
}

TEST(FanOutWatch, TellsOnceAnHour) {
  FanOutWatch watch(100);
  EXPECT_FALSE(watch.note("authority:314", 100, start));
  EXPECT_TRUE(watch.note("authority:314", 1, start + 1min));
  EXPECT_FALSE(watch.note("authority:314", 150, start + 2min));
  EXPECT_FALSE(watch.note("authority:319", 100, start + 2min));
  EXPECT_FALSE(watch.note("authority:314", 100, start + 61min));
  EXPECT_TRUE(watch.note("authority:314", 150, start + 62min));
}

}  // namespace broker::api
