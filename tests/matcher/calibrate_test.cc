// What is learnt of absent children without a label.
#include "matcher/calibrate.h"

#include <cmath>

#include <gtest/gtest.h>

#include "matcher/token_table.h"

namespace matcher {
namespace {

class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed) {}
  double uniform() { return static_cast<double>(mix(++state_) >> 11) * 0x1p-53; }
  // Twelve uniform numbers make a normal one.
  double normal(double mean, double deviation) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return mean + deviation * sum;
  }

 private:
  uint64_t state_;
};

Best held(Numbers& numbers) {
  return {.log_odds = numbers.normal(5, 3), .is_of_household = numbers.uniform() < 0.5, .is_right = true};
}
Best brother_of_absent(Numbers& numbers) {
  return {.log_odds = numbers.normal(0, 2), .is_of_household = true};
}
Best stranger(Numbers& numbers) {
  return {.log_odds = numbers.normal(-5, 2), .is_of_household = false};
}

// Absent children of whom many more have a brother or sister held than those taken away have.
TEST(Calibrate, EstimatesHowManyAreAbsentAndHowManyOfThemHaveAHousehold) {
  Numbers numbers(7);
  std::vector<Best> known;
  std::vector<Best> taken;
  std::vector<Best> all;
  for (int i = 0; i < 2000; ++i) {
    known.push_back(held(numbers));
    taken.push_back(i % 4 == 0 ? brother_of_absent(numbers) : stranger(numbers));
  }
  for (int i = 0; i < 5000; ++i)
    all.push_back(i % 10 < 5 ? held(numbers) : i % 10 < 9 ? brother_of_absent(numbers) : stranger(numbers));
  const Shares shares = estimated_shares(known, taken, all);
  EXPECT_NEAR(shares.held, 0.5, 0.05);
  EXPECT_NEAR(shares.absent[1], 0.4, 0.05);
  EXPECT_NEAR(shares.absent[0], 0.1, 0.05);
}

TEST(Calibrate, FitsACurveWithoutLabelsThatIsRightAsOftenAsItSays) {
  Numbers numbers(8);
  std::vector<Best> taken;
  std::vector<Best> all;
  for (int i = 0; i < 2000; ++i) taken.push_back(i % 2 == 0 ? brother_of_absent(numbers) : stranger(numbers));
  for (int i = 0; i < 6000; ++i)
    all.push_back(i % 3 != 0 ? held(numbers) : i % 2 == 0 ? brother_of_absent(numbers) : stranger(numbers));
  const Calibration::Curve curve = fitted_to_absence(all, taken);
  double sure = 0;
  double right = 0;
  double believed = 0;
  for (const Best& best : all) {
    const double probability = 1 / (1 + std::exp(-(curve.slope * best.log_odds + curve.shift)));
    if (probability < 0.8) continue;
    ++sure;
    right += best.is_right ? 1 : 0;
    believed += probability;
  }
  ASSERT_GT(sure, 1000);
  EXPECT_NEAR(believed / sure, right / sure, 0.02);
}

}  // namespace
}  // namespace matcher
