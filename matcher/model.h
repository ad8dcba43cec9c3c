// What the matcher believes: for each field and level how often it is seen of one child, of two children of one
// household, and of two unrelated ones; how many children are found; and from what probability a pair is a match.
#pragma once

#include <array>
#include <string>

#include "matcher/fields.h"

namespace matcher {

struct LevelShare {
  double match = 0;      // share of the pairs of one child that agree at this level, where both records tell
  double unrelated = 0;  // the same of unrelated ones; 0 where it follows from how common the very value is
};

enum class Decision : uint8_t { none, review, match };
std::string_view decision_name(Decision decision);

struct Model {
  std::string name = "default-1";
  std::array<std::array<LevelShare, levels_max>, fields> shares{};
  // Of brothers and sisters, those who share the very thing: their surname, their home, as twins their birthday.
  // What is shared is then written with the same errors as a child's own; what is not is as among strangers.
  std::array<double, fields> shared_by_siblings{};
  double found_share = 0.6;      // of children asked for that are held
  double siblings_each = 0.6;    // held brothers and sisters of one child asked for
  double population_min = 3000;  // so that a small index is not trusted more than a small town
  // Calibration: the log-odds of a probability are stretched and shifted by these.
  double calibration_slope = 1;
  double calibration_shift = 0;
  double match_threshold = 0.93;
  double review_threshold = 0.10;
  double clear_of_second = 0.25;  // how much more probable the best must be than any other child

  const LevelShare& share(Field field, size_t level) const { return shares[static_cast<size_t>(field)][level]; }
  double shared(Field field) const { return shared_by_siblings[static_cast<size_t>(field)]; }
  LevelShare& share(Field field, size_t level) { return shares[static_cast<size_t>(field)][level]; }
};

// The model shipped with the product.
const Model& default_model();

}  // namespace matcher
