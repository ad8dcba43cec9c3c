// The texts of data/name_variants.txt and data/nicknames.txt, compiled in; read by name_classes.cc; a snapshot
// is of the tables it was written with.
#pragma once

#include <string_view>

namespace matcher {

extern const std::string_view name_variants_text;
extern const std::string_view nicknames_text;

}  // namespace matcher
