// The texts of data/name_variants.txt and data/nicknames.txt, compiled in; used by name_classes.cc alone.
#pragma once

#include <string_view>

namespace matcher {

extern const std::string_view name_variants_text;
extern const std::string_view nicknames_text;

}  // namespace matcher
