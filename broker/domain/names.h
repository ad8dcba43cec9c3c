// The words of the domain that stand in JSON and in the database, each beside its enumerator.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "broker/base/ensure.h"

namespace broker::domain {

// Specialised for each enumeration: `table` pairs every enumerator with its word.
template <typename Enum>
struct Names;

template <typename Enum>
std::string_view text_of(Enum value) {
  for (const auto& [known, text] : Names<Enum>::table) {
    if (known == value) return text;
  }
  base::stop_at(std::source_location::current());
}

template <typename Enum>
std::optional<Enum> parse_name(std::string_view text) {
  for (const auto& [known, name] : Names<Enum>::table) {
    if (name == text) return known;
  }
  return std::nullopt;
}

// `a, b or c`, for an error text that lists what would have been right.
template <typename Enum>
std::string all_names() {
  std::string list;
  for (size_t i = 0; i < Names<Enum>::table.size(); ++i) {
    if (i > 0) list += i + 1 == Names<Enum>::table.size() ? " or " : ", ";
    list += Names<Enum>::table.at(i).second;
  }
  return list;
}

template <typename Enum, size_t N>
using NameTable = std::array<std::pair<Enum, std::string_view>, N>;

}  // namespace broker::domain
