// How good a result is against the truth: precision, recall and calibration, for all and by kind of query.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace matcher {

// The best candidate of one query.
struct Outcome {
  double probability = 0;  // 0 when there is none
  bool is_right = false;
  bool is_held = false;   // the child is in the registry
  bool is_found = false;  // the child is among the candidates, best or not
  bool is_match = false;  // decided as a match
  std::string group;      // what to report by; may be empty
};

struct Evaluation {
  size_t queries = 0;
  size_t held = 0;
  double f1 = 0;            // at the best threshold
  double threshold = 0;     // that threshold
  double recall_at_99 = 0;  // the most recall with a precision of 99 %
  double candidate_recall = 0;
  double calibration_error = 0;  // expected, over ten bands
  double match_precision = 0;
  double match_recall = 0;
  double absent_matched = 0;  // share of the absent children that were given a match
};

Evaluation evaluated(const std::vector<Outcome>& outcomes);

// The same within each group.
std::map<std::string, Evaluation> evaluated_by_group(const std::vector<Outcome>& outcomes);

struct Band {
  size_t count = 0;
  double probability = 0;  // the mean given
  double right = 0;        // the share that was right
};

// Ten bands of probability, for a calibration curve.
std::vector<Band> calibration_bands(const std::vector<Outcome>& outcomes);

}  // namespace matcher
