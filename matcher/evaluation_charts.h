// An evaluation as pictures and tables: precision against recall, calibration, the groups side by side, and what each
// level of agreement weighs. None holds a value of a record. Written by `waymark match evaluate --charts`.
#pragma once

#include <string>
#include <vector>

#include "matcher/evaluation.h"
#include "matcher/model.h"

namespace matcher {

using GroupLines = std::vector<std::pair<std::string, Evaluation>>;

// A picture as a standalone SVG document with a title, and the figures in it as CSV with a header.
struct Chart {
  std::string name;  // of its files, without an ending
  std::string svg;
  std::string csv;
};

Chart precision_recall_chart(const std::vector<Outcome>& outcomes);
Chart calibration_chart(const std::vector<Outcome>& outcomes);
// Recall at 99 % precision and recall of what was called a match; groups without a child held are left out.
Chart groups_chart(const GroupLines& lines);
// In bits, for one child or against; a level whose chance follows from the very value has none of its own.
Chart weights_chart(const Model& model);

}  // namespace matcher
