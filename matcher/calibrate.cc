#include "matcher/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace matcher {
namespace {

constexpr double log_odds_max = 14;  // beyond, a probability says no more
constexpr double prior_weight = 10;
constexpr int steps_max = 25;
constexpr double label_noise = 0.0005;
constexpr double absent_share_min = 0.02;
constexpr double absent_share_max = 0.98;
constexpr double unlabelled_slope_max = 1.0;  // without a label nothing shows that the model is not sure enough
constexpr int unlabelled_steps_max = 100;
constexpr size_t absent_min = 20;
constexpr double cell_prior = 0.2;
constexpr int share_steps = 300;

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

namespace {

// Log-odds cut into bands, for those of one household and for the others.
constexpr std::array<double, 12> edges = {-8.5, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6};
constexpr size_t cells = 2 * (edges.size() + 1);
using Histogram = std::array<double, cells>;

size_t cell_of(const Best& best) {
  const auto band = std::ranges::upper_bound(edges, best.log_odds) - edges.begin();
  return static_cast<size_t>(band) * 2 + (best.is_of_household ? 1 : 0);
}

Histogram counted(const std::vector<Best>& from) {
  Histogram out{};
  for (const Best& best : from) out[cell_of(best)] += best.weight;
  return out;
}

}  // namespace

// Expectation maximisation of the weights of three known distributions.
Shares estimated_shares(const std::vector<Best>& held, const std::vector<Best>& taken, const std::vector<Best>& all) {
  const Histogram asked = counted(all);
  std::array<Histogram, 3> kinds{};
  kinds[0] = counted(held);
  const Histogram absent = counted(taken);
  for (size_t cell = 0; cell < cells; ++cell) kinds[1 + cell % 2][cell] = absent[cell];
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    double total = 0;
    for (size_t cell = 0; cell < cells; ++cell) {
      if (kind == 0 || cell % 2 == kind - 1) kinds[kind][cell] += cell_prior;
      total += kinds[kind][cell];
    }
    for (double& share : kinds[kind]) share /= total;
  }
  std::array<double, 3> weights = {0.6, 0.2, 0.2};
  for (int step = 0; step < share_steps; ++step) {
    std::array<double, 3> next{};
    double total = 0;
    for (size_t cell = 0; cell < cells; ++cell) {
      double sum = 0;
      for (size_t kind = 0; kind < kinds.size(); ++kind) sum += weights[kind] * kinds[kind][cell];
      for (size_t kind = 0; kind < kinds.size() && sum > 0; ++kind)
        next[kind] += asked[cell] * weights[kind] * kinds[kind][cell] / sum;
      total += asked[cell];
    }
    for (size_t kind = 0; kind < kinds.size() && total > 0; ++kind) weights[kind] = next[kind] / total;
  }
  return {weights[0], {weights[1], weights[2]}};
}

// Convex: every question counts as right, and the absent ones, as many as there must be, take back what they added.
Calibration::Curve fitted_to_absence(const std::vector<Best>& all, const std::vector<Best>& taken) {
  Calibration::Curve curve;
  if (all.empty() || taken.empty()) return curve;
  double absent_sum = 0;
  double absent_weight = 0;
  for (const bool is_of_household : {false, true}) {
    std::vector<Best> absent;
    double absent_total = 0;
    double asked_total = 0;
    for (const Best& best : taken)
      if (best.is_of_household == is_of_household) absent.push_back(best);
    for (const Best& best : absent) absent_total += best.weight;
    for (const Best& best : all) asked_total += best.is_of_household == is_of_household ? 1 : 0;
    if (absent.size() < absent_min || asked_total == 0) continue;
    std::ranges::sort(absent, {}, &Best::log_odds);
    double below = 0;
    double median = 0;
    for (const Best& best : absent) {
      if (below > absent_total / 2) break;
      below += best.weight;
      median = best.log_odds;
    }
    double absent_low = 0;
    double asked_low = 0;
    for (const Best& best : absent) absent_low += best.log_odds <= median ? best.weight : 0;
    for (const Best& best : all)
      asked_low += best.is_of_household == is_of_household && best.log_odds <= median ? 1 : 0;
    const double wrong = std::clamp(asked_low / absent_low * absent_total, absent_share_min * asked_total,
                                    absent_share_max * asked_total);
    for (const Best& best : absent) absent_sum += wrong * best.weight / absent_total * best.log_odds;
    absent_weight += wrong;
  }
  bool is_bounded = false;
  for (int step = 0; step < unlabelled_steps_max; ++step) {
    double gradient_slope = prior_weight * (1 - curve.slope) - absent_sum;
    double gradient_shift = prior_weight * -curve.shift - absent_weight;
    double slope_slope = prior_weight;
    double shift_shift = prior_weight;
    double slope_shift = 0;
    for (const Best& best : all) {
      const double x = best.log_odds;
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
    // At its bound the slope stays, and the shift is fitted alone.
    is_bounded = is_bounded || curve.slope + slope_step > unlabelled_slope_max;
    const double next_slope = std::clamp(curve.slope + std::clamp(slope_step, -0.5, 0.5), 0.2, unlabelled_slope_max);
    const double next_shift = is_bounded && curve.slope == next_slope ? gradient_shift / shift_shift : shift_step;
    const double moved = std::abs(next_slope - curve.slope) + std::abs(next_shift);
    curve.slope = next_slope;
    curve.shift = std::clamp(curve.shift + std::clamp(next_shift, -1.0, 1.0), -5.0, 5.0);
    if (moved < 1e-7) break;
  }
  return curve;
}

}  // namespace matcher
