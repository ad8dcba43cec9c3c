// Matches and queries as clients write and read them, and as the store keeps them.
#pragma once

#include <optional>
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
std::string encode_query_answer(const std::string& query_id, const std::vector<QueryCandidate>& candidates);

// Data of match.found for one side, of match.decided for the seeker, and of record.found for a holder.
std::string encode_match_decided(const domain::Match& match);
std::string encode_record_found(const std::string& query_id, const std::string& by, const std::string& purpose,
                                const domain::Match& match);

}  // namespace broker::message
