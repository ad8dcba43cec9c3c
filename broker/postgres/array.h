// Reads the text form of a one-dimensional PostgreSQL array; used by Row::texts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace broker::postgres {

// Nothing for text that is no array of one dimension. An absent element is NULL.
std::optional<std::vector<std::optional<std::string>>> parse_array(std::string_view text);

}  // namespace broker::postgres
