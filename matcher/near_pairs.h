// The keys of names near those asked for: one typing slip away among all names held, or another form of the name. For
// children whose date of birth is unknown or wrong besides, whom no other key meets.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/query.h"
#include "matcher/token_table.h"

namespace matcher {

// Of forename with surname, without those of the very names; each once.
std::vector<uint64_t> near_pair_keys(const Query& query, const TokenTable& tokens);

}  // namespace matcher
