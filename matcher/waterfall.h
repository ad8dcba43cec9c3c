// The evidence for one pair as people read it: a table for a terminal, a picture for a page or a report.
// Neither holds a value of the records.
#pragma once

#include <string>

#include "matcher/index.h"

namespace matcher {

std::string waterfall_table(const Comparison& comparison);

// A standalone SVG 1.1 document with a title and a description for screen readers.
std::string waterfall_svg(const Comparison& comparison, const std::string& title);

}  // namespace matcher
