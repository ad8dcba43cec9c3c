#include "broker/matching/announce.h"

#include <algorithm>

#include "broker/message/match.h"

namespace broker::matching {
namespace {

using namespace domain;

// The name under which the broker itself acts on a timeline and in the log.
constexpr const char* broker_officer = "waymark";

void tell(store::World& world, const Match& match, const std::string& recipient, const std::string& sender,
          const std::string& data) {
  message::Outgoing message;
  message.type = "match.found";
  message.sender = sender;
  message.recipient = recipient;
  message.case_id = recipient == match.seeker.authority ? match.seeker.case_id : match.holder.case_id;
  message.data = data;
  world.send(std::move(message));
}

// The match stands on the timeline of each case it concerns, and makes the other authority a party to it.
void record_on_case(store::World& world, const Match& match, const MatchSide& own, const MatchSide& other) {
  CaseFile* file = own.case_id.empty() ? nullptr : world.file(own.case_id);
  if (file == nullptr || own.authority == other.authority) return;
  const Actor by{other.authority, broker_officer, ""};
  world.record({Event{own.case_id, by, world.now(), MatchFound{match.id, other.authority}}});
}

}  // namespace

std::vector<std::string> cases_of(const MatchSide& a, const MatchSide& b) {
  std::vector<std::string> cases;
  for (const MatchSide* side : {&a, &b}) {
    if (!side->case_id.empty()) cases.push_back(side->case_id);
  }
  return cases;
}

std::optional<Match> new_match(store::World& world, const MatchSide& asked, const Found& other,
                               const std::string& model) {
  const int64_t a = asked.record_key;
  const int64_t b = other.side.record_key;
  if (!may_be_announced(asked, other.side) || world.is_announced(a, b)) return std::nullopt;
  if (!world.is_held(a) || !world.is_held(b)) return std::nullopt;
  const MatchSide& first = a < b ? asked : other.side;
  const MatchSide& second = a < b ? other.side : asked;
  const bool first_holds = is_first_the_holder(first, second);
  Match match;
  match.id = world.next_id();
  match.seeker = first_holds ? second : first;
  match.holder = first_holds ? first : second;
  match.probability = other.probability;
  match.weight = other.weight;
  match.band = other.band;
  match.evidence = other.evidence;
  match.model = model;
  match.found = world.now();
  return match;
}

void announce_match(store::World& world, const Match& match, const matcher::PupilRecord& seeker_child,
                    const matcher::PupilRecord& holder_child) {
  world.put_match(match);
  const std::string& seeker = match.seeker.authority;
  const std::string& holder = match.holder.authority;
  tell(world, match, holder, seeker, message::encode_match(match, holder, seeker_child, holder_child));
  if (seeker != holder) {
    tell(world, match, seeker, holder, message::encode_match(match, seeker, seeker_child, std::nullopt));
  }
  record_on_case(world, match, match.seeker, match.holder);
  record_on_case(world, match, match.holder, match.seeker);
  world.audit(Actor{holder, broker_officer, ""}, "match.found", match.id, message::encode_match_state(match));
}

}  // namespace broker::matching
