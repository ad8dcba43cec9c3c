// Probabilities that mean what they say: a line through the log-odds, fitted on pairs whose truth is known.
#pragma once

#include <array>
#include <vector>

namespace matcher {

// The lowest probability from which on the pairs, if their probabilities are true, are right in this share.
double threshold_for(double precision, std::vector<double> probabilities);

class Calibration {
 public:
  struct Curve {
    double slope = 1;
    double shift = 0;
  };

  // A probability given to a pair, whether it was one child, and how much this pair counts for.
  void add(double probability, bool is_match, double weight);
  void add(const Calibration& other);

  // Logistic regression, held to slope 1 and shift 0 as by a few dozen pairs of its own.
  Curve fitted() const;

  // The mean distance of probability and truth over ten bands of probability.
  double expected_error(const Curve& curve) const;

 private:
  struct Sample {
    double log_odds;
    double weight;
    bool is_match;
  };
  std::vector<Sample> samples_;
};

// The best candidate of one question.
struct Best {
  double log_odds = -9;  // as of one where there is none
  bool is_of_household = false;
  bool is_right = false;
  double weight = 1;
};

// Of all questions, what share asks for a child that is held, and for absent ones whose best candidate is of their
// household, as far as one can tell (1), or is not (0).
struct Shares {
  double held = 0;
  std::array<double, 2> absent{};
};

// The shares that make all questions look as they do, from questions whose child is held and from such whose child was
// taken away.
Shares estimated_shares(const std::vector<Best>& held, const std::vector<Best>& taken, const std::vector<Best>& all);

// The curve from the best candidates of all questions, and of questions whose child was taken away. How many questions
// find a wrong best candidate follows from how many find no better one than an absent child does.
Calibration::Curve fitted_to_absence(const std::vector<Best>& all, const std::vector<Best>& taken);

}  // namespace matcher
