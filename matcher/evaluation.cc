#include "matcher/evaluation.h"

#include <algorithm>
#include <cmath>

namespace matcher {
namespace {

constexpr size_t bands = 10;

double share(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void find_thresholds(std::vector<Outcome> outcomes, Evaluation& out) {
  std::ranges::sort(outcomes, [](const Outcome& a, const Outcome& b) { return a.probability > b.probability; });
  size_t right = 0;
  for (size_t i = 0; i < outcomes.size() && outcomes[i].probability > 0; ++i) {
    right += outcomes[i].is_right ? 1 : 0;
    // A threshold cannot cut between equal probabilities.
    if (i + 1 < outcomes.size() && outcomes[i + 1].probability == outcomes[i].probability) continue;
    const double f1 = 2 * static_cast<double>(right) / static_cast<double>(i + 1 + out.held);
    if (f1 > out.f1) {
      out.f1 = f1;
      out.threshold = outcomes[i].probability;
    }
    if (share(right, i + 1) >= 0.99) out.recall_at_99 = share(right, out.held);
  }
}

}  // namespace

std::vector<Band> calibration_bands(const std::vector<Outcome>& outcomes) {
  std::vector<Band> out(bands);
  for (const Outcome& outcome : outcomes) {
    Band& band = out[std::min(bands - 1, static_cast<size_t>(outcome.probability * bands))];
    ++band.count;
    band.probability += outcome.probability;
    band.right += outcome.is_right ? 1 : 0;
  }
  for (Band& band : out) {
    if (band.count == 0) continue;
    band.probability /= static_cast<double>(band.count);
    band.right /= static_cast<double>(band.count);
  }
  return out;
}

Evaluation evaluated(const std::vector<Outcome>& outcomes) {
  Evaluation out;
  size_t found = 0;
  size_t matches = 0;
  size_t right_matches = 0;
  size_t absent_matches = 0;
  for (const Outcome& outcome : outcomes) {
    ++out.queries;
    out.held += outcome.is_held ? 1 : 0;
    found += outcome.is_held && outcome.is_found ? 1 : 0;
    matches += outcome.is_match ? 1 : 0;
    right_matches += outcome.is_match && outcome.is_right ? 1 : 0;
    absent_matches += outcome.is_match && !outcome.is_held ? 1 : 0;
  }
  out.candidate_recall = share(found, out.held);
  out.match_precision = share(right_matches, matches);
  out.match_recall = share(right_matches, out.held);
  out.absent_matched = share(absent_matches, out.queries - out.held);
  for (const Band& band : calibration_bands(outcomes))
    out.calibration_error += share(band.count, out.queries) * std::abs(band.probability - band.right);
  find_thresholds(outcomes, out);
  return out;
}

std::map<std::string, Evaluation> evaluated_by_group(const std::vector<Outcome>& outcomes) {
  std::map<std::string, std::vector<Outcome>> groups;
  for (const Outcome& outcome : outcomes) groups[outcome.group].push_back(outcome);
  std::map<std::string, Evaluation> out;
  for (const auto& [name, members] : groups) out.emplace(name, evaluated(members));
  return out;
}

}  // namespace matcher
