// The sound of a name with what differs between alphabets, ears and keyboards taken out: vowels, doubled letters,
// h, and the spellings of one consonant. Names with one skeleton meet in the index and may be one name heard twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace matcher {

// At most twelve sounds of five bits, the first one lowest; 0 for a text without letters.
using Skeleton = uint64_t;

Skeleton skeleton_of(std::string_view token);

// For tests and for people: the sounds as letters.
std::string skeleton_text(Skeleton skeleton);

int skeleton_length(Skeleton skeleton);

}  // namespace matcher
