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

std::string strong_difference(const Match& match) {
  for (const Evidence& one : match.evidence) {
    const bool is_strong = one.field == "upn" || one.field == "uln" || one.field == "dob";
    if (is_strong && one.agreement == "different") return one.field;
  }
  return {};
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
  const bool is_second = match.first_view && match.first_view->by.officer != by.officer;
  if (is_accepted && match.first_view && !is_second) {
    return base::refuse(base::problem(base::ProblemType::second_officer_required,
                                      "You have accepted this match; now another officer has to decide."));
  }
  ++match.version;
  const bool takes_two = !strong_difference(match).empty();
  if (is_accepted && takes_two && !is_second) {
    match.first_view = MatchDecision{true, reason, by, now};
    match.is_disagreed = false;
    return match;
  }
  if (!is_accepted && is_second) {
    match.first_view.reset();
    match.is_disagreed = true;
    return match;
  }
  if (!is_accepted) match.first_view.reset();
  match.is_disagreed = false;
  match.status = is_accepted ? MatchStatus::accepted : MatchStatus::rejected;
  match.decision = MatchDecision{is_accepted, reason, by, now};
  return match;
}

}  // namespace broker::domain
