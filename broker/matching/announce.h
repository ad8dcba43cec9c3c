// What is written when a pair of records is found: the match, the news for both sides, and the party's right to
// confirm.
#pragma once

#include <optional>
#include <string>

#include "broker/matching/live_index.h"
#include "broker/store/world.h"

namespace broker::matching {

// The match between two held records, or nothing when it is not to be announced: one of them is no more of interest,
// the pair is known, or it concerns nobody. `asked` is the record whose task this is, `other` the one that was found.
std::optional<domain::Match> new_match(store::World& world, const domain::MatchSide& asked, const Found& other,
                                       const std::string& model);

// Records the match and tells both authorities: the holder sees the seeker's child beside its own, the seeker who holds
// a record and what agrees, and no value.
void announce_match(store::World& world, const domain::Match& match, const matcher::PupilRecord& seeker_child,
                    const matcher::PupilRecord& holder_child);

// The cases on either side.
std::vector<std::string> cases_of(const domain::MatchSide& a, const domain::MatchSide& b);

}  // namespace broker::matching
