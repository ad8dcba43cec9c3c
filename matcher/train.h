// Learns a model from the data themselves, without hand labels: which levels pairs of one child agree at, how many
// children and siblings are met, and what a probability has to be stretched by to mean what it says.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "matcher/index.h"

namespace matcher {

struct TrainingOptions {
  size_t queries_max = 6000;  // taken evenly from those given
  size_t queries_min = 300;   // fewer teach nothing: the model stays as it is
  size_t iterations = 12;
  double prior_pairs = 120;    // how many pairs the model's present belief counts for, in each field
  size_t labelled_max = 2500;  // pairs known by their UPN that calibration uses
  size_t labelled_min = 150;   // fewer do not calibrate
  double precision = 0.995;    // wanted of a match; the promised 99 % and some reserve
  size_t threads = 1;
  // Known pairs: place of the query, key of the record. An officer's decisions, or a file of labels.
  std::vector<std::pair<size_t, uint64_t>> labels;
};

struct TrainingReport {
  size_t queries = 0;
  size_t labelled = 0;  // pairs known by UPN or by label that calibration used
  double found_share = 0;
  double calibration_error = 0;  // expected error of the probability on the labelled pairs, after calibration
};

// Fits the index's model to what the queries meet in it. With too few queries the model stays as it is.
void fit(Index& index, std::span<const PupilRecord> queries, const TrainingOptions& options = {},
         TrainingReport* report = nullptr);

// The records held are asked of each other, as when doubles are looked for.
void fit_held(Index& index, std::span<const uint64_t> keys, const TrainingOptions& options = {},
              TrainingReport* report = nullptr);

}  // namespace matcher
