// A model as one JSON file: its shares by the names of fields and levels, its thresholds, and what it was accepted on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "matcher/model.h"

namespace matcher {

std::string model_json(const Model& model);

// Nothing when the text is not JSON, or when a share is no number from 0 to 1. What the text leaves out is as in the
// default model; members it does not know are refused, so that a misspelt one cannot be lost.
std::optional<Model> parse_model_json(std::string_view text);

}  // namespace matcher
