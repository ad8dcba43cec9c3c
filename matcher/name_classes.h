// Which names are one name: nicknames and spellings carried over from other alphabets. Compiled-in tables.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "matcher/skeleton.h"

namespace matcher {

using NameClass = uint16_t;  // 0 is no class
constexpr size_t classes_per_name_max = 8;
using NameClasses = std::array<NameClass, classes_per_name_max>;  // sorted downwards, zeros last

// The classes that a folded word belongs to.
NameClasses classes_of(std::string_view word);

// One more than the largest class.
size_t name_class_count();

// The sounds of the names of a class, each once.
std::span<const Skeleton> sounds_of_class(NameClass name_class);

// A class that both have, or 0.
inline NameClass shared_class(const NameClasses& a, const NameClasses& b) {
  for (size_t i = 0, j = 0; i < classes_per_name_max && j < classes_per_name_max && a[i] != 0 && b[j] != 0;) {
    if (a[i] == b[j]) return a[i];
    if (a[i] > b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return 0;
}

}  // namespace matcher
