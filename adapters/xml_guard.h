// Looks at XML text before a parser does: well formed, without any document type or entity declaration, and within
// limits. Works on decoded text, so that no encoding can hide a declaration; strict where parsers are lenient.
#pragma once

#include <optional>
#include <string_view>

#include "broker/base/problem.h"

namespace adapters {

struct XmlLimits {
  size_t depth_max = 32;
  size_t nodes_max = 1'000'000;  // elements, attributes, comments, CDATA sections and instructions
  size_t attributes_max = 32;    // of one element
  size_t name_bytes_max = 100;
};

// What is wrong, with the line of the file; nothing when a parser may have the text.
std::optional<broker::base::Problem> check_xml(std::string_view text, const XmlLimits& limits = {});

}  // namespace adapters
