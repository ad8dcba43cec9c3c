#include "matcher/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace matcher {
namespace {

constexpr double log_odds_max = 14;  // beyond, a probability says no more
constexpr double prior_weight = 10;
constexpr int steps_max = 25;
constexpr double label_noise = 0.003;
constexpr double absent_share_min = 0.02;
constexpr double absent_share_max = 0.98;

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
      // Of labels that contradict a sure pair some are wrong themselves, so they count for less.
      const double likely = sample.is_match ? p : 1 - p;
      const double trust = (1 - label_noise) * likely / ((1 - label_noise) * likely + label_noise * (1 - likely));
      const double weight = sample.weight * trust;
      const double error = weight * ((sample.is_match ? 1 : 0) - p);
      const double curvature = weight * p * (1 - p);
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

// Convex: every question counts as right, and the absent ones, as many as there must be, take back what they added.
Calibration::Curve fitted_to_absence(const std::vector<double>& best, std::vector<double> absent) {
  Calibration::Curve curve;
  if (best.empty() || absent.empty()) return curve;
  std::ranges::sort(absent);
  const double median = absent[absent.size() / 2];
  const auto low = [&](const std::vector<double>& of) {
    return static_cast<double>(std::ranges::count_if(of, [&](double x) { return x <= median; })) /
           static_cast<double>(of.size());
  };
  const double wrong = std::clamp(low(best) / low(absent), absent_share_min, absent_share_max);
  const double each = wrong * static_cast<double>(best.size()) / static_cast<double>(absent.size());
  double absent_sum = 0;
  for (const double x : absent) absent_sum += each * x;
  const double absent_weight = wrong * static_cast<double>(best.size());
  for (int step = 0; step < steps_max; ++step) {
    double gradient_slope = prior_weight * (1 - curve.slope) - absent_sum;
    double gradient_shift = prior_weight * -curve.shift - absent_weight;
    double slope_slope = prior_weight;
    double shift_shift = prior_weight;
    double slope_shift = 0;
    for (const double x : best) {
      const double p = sigmoid(curve.slope * x + curve.shift);
      gradient_slope += (1 - p) * x;
      gradient_shift += 1 - p;
      slope_slope += p * (1 - p) * x * x;
      slope_shift += p * (1 - p) * x;
      shift_shift += p * (1 - p);
    }
    const double determinant = slope_slope * shift_shift - slope_shift * slope_shift;
    const double slope_step = (gradient_slope * shift_shift - gradient_shift * slope_shift) / determinant;
    const double shift_step = (gradient_shift * slope_slope - gradient_slope * slope_shift) / determinant;
    curve.slope = std::clamp(curve.slope + std::clamp(slope_step, -0.5, 0.5), 0.2, 3.0);
    curve.shift = std::clamp(curve.shift + std::clamp(shift_step, -1.0, 1.0), -5.0, 5.0);
    if (std::abs(slope_step) + std::abs(shift_step) < 1e-7) break;
  }
  return curve;
}

}  // namespace matcher
