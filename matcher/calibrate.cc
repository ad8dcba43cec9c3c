#include "matcher/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace matcher {
namespace {

constexpr double log_odds_max = 14;  // beyond, a probability says no more
constexpr double prior_weight = 10;
constexpr int steps_max = 25;

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

}  // namespace

double threshold_for(double precision, std::vector<double> probabilities) {
  std::ranges::sort(probabilities, std::greater<>());
  double sum = 0;
  double lowest = 1;
  for (size_t i = 0; i < probabilities.size(); ++i) {
    sum += probabilities[i];
    if (sum / static_cast<double>(i + 1) >= precision) lowest = probabilities[i];
  }
  return lowest;
}

void Calibration::add(double probability, bool is_match, double weight) {
  const double bounded = std::clamp(probability, 1e-9, 1 - 1e-9);
  const double log_odds = std::log(bounded) - std::log1p(-bounded);
  samples_.push_back({std::clamp(log_odds, -log_odds_max, log_odds_max), weight, is_match});
}

void Calibration::add(const Calibration& other) {
  samples_.insert(samples_.end(), other.samples_.begin(), other.samples_.end());
}

Calibration::Curve Calibration::fitted() const {
  Curve curve;
  for (int step = 0; step < steps_max; ++step) {
    double gradient_slope = prior_weight * (1 - curve.slope);
    double gradient_shift = prior_weight * -curve.shift;
    double slope_slope = prior_weight;
    double shift_shift = prior_weight;
    double slope_shift = 0;
    for (const Sample& sample : samples_) {
      const double p = sigmoid(curve.slope * sample.log_odds + curve.shift);
      const double error = sample.weight * ((sample.is_match ? 1 : 0) - p);
      const double curvature = sample.weight * p * (1 - p);
      gradient_slope += error * sample.log_odds;
      gradient_shift += error;
      slope_slope += curvature * sample.log_odds * sample.log_odds;
      slope_shift += curvature * sample.log_odds;
      shift_shift += curvature;
    }
    const double determinant = slope_slope * shift_shift - slope_shift * slope_shift;
    const double slope_step = (gradient_slope * shift_shift - gradient_shift * slope_shift) / determinant;
    const double shift_step = (gradient_shift * slope_slope - gradient_slope * slope_shift) / determinant;
    curve.slope = std::clamp(curve.slope + slope_step, 0.2, 3.0);
    curve.shift = std::clamp(curve.shift + shift_step, -5.0, 5.0);
    if (std::abs(slope_step) + std::abs(shift_step) < 1e-7) break;
  }
  return curve;
}

double Calibration::expected_error(const Curve& curve) const {
  struct Band {
    double weight = 0;
    double probability = 0;
    double matches = 0;
  };
  std::array<Band, 10> bands;
  double total = 0;
  for (const Sample& sample : samples_) {
    const double p = sigmoid(curve.slope * sample.log_odds + curve.shift);
    Band& band = bands[std::min<size_t>(9, static_cast<size_t>(p * 10))];
    band.weight += sample.weight;
    band.probability += sample.weight * p;
    band.matches += sample.is_match ? sample.weight : 0;
    total += sample.weight;
  }
  double error = 0;
  for (const Band& band : bands) error += std::abs(band.probability - band.matches);
  return total > 0 ? error / total : 0;
}

}  // namespace matcher
