// Matches and queries as clients write and read them, and as the store keeps them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/domain/match.h"
#include "matcher/pupil_record.h"

namespace broker::message {

std::string encode_match_state(const domain::Match& match);
domain::Match decode_match_state(std::string_view text);

// The match as this authority may see it: the holder sees both children, the seeker its own and no value of the other.
std::string encode_match(const domain::Match& match, const std::string& viewer,
                         const std::optional<matcher::PupilRecord>& seeker_child,
                         const std::optional<matcher::PupilRecord>& holder_child);

struct DecisionRequest {
  bool is_accepted = false;
  std::string reason;
};
base::Result<DecisionRequest> decode_decision(std::string_view body);

struct QueryRequest {
  matcher::PupilRecord child;
  std::string purpose;
};
// Refused as query-too-broad without a UPN or a name and a date of birth.
base::Result<QueryRequest> decode_query(std::string_view body);

struct QueryCandidate {
  std::string authority;
  double probability = 0;
  domain::MatchBand band = domain::MatchBand::review;
  std::vector<domain::Evidence> evidence;
  std::string match_id;
};
struct QueryAnswer {
  std::string id;
  std::vector<QueryCandidate> candidates;
  std::set<std::string> contact_us;  // authorities that hold something of which no more is said
};
std::string encode_query_answer(const QueryAnswer& answer);
// Of such an answer.
std::set<std::string> decode_contact_us(std::string_view answer);

// Data of match.decided for the seeker.
std::string encode_match_decided(const domain::Match& match);

// Data of record.found for the holder. A match without an id stands for a restricted record, of which the seeker knows
// only that it may ask the holder; so the holder learns which officer will.
std::string encode_record_found(const domain::Match& match, const std::string& purpose, const std::string& officer);

}  // namespace broker::message
