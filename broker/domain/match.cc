#include "broker/domain/match.h"

namespace broker::domain {

bool may_be_announced(const MatchSide& a, const MatchSide& b) {
  if (!is_looked_for(a.kind) && !is_looked_for(b.kind)) return false;
  return a.authority != b.authority || !is_looked_for(a.kind) || !is_looked_for(b.kind);
}

bool is_first_the_holder(const MatchSide& first, const MatchSide& second) {
  if (is_looked_for(first.kind) != is_looked_for(second.kind)) return !is_looked_for(first.kind);
  return true;
}

base::Result<Match> decide_match(Match match, const Actor& by, bool is_accepted, const std::string& reason,
                                 base::Time now) {
  const bool is_seeker = by.authority == match.seeker.authority;
  const bool is_holder = by.authority == match.holder.authority;
  if (!by.school.empty() || (!is_seeker && !is_holder)) return base::refuse(base::not_found());
  if (!is_holder) {
    return base::refuse(base::problem(base::ProblemType::not_permitted,
                                      "The authority that holds the record decides; the seeker waits for its answer."));
  }
  if (match.status != MatchStatus::pending) {
    return base::refuse(base::problem(base::ProblemType::match_decided,
                                      "The match is " + std::string(text_of(match.status)) + " already."));
  }
  match.status = is_accepted ? MatchStatus::accepted : MatchStatus::rejected;
  match.decision = MatchDecision{is_accepted, reason, by, now};
  ++match.version;
  return match;
}

}  // namespace broker::domain
