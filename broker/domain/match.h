// A scored pair of pupil records of which at least one side is looked for, and the holder's decision on it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/base/result.h"
#include "broker/domain/enquiry.h"

namespace broker::domain {

// Why a pupil record is held: somebody looks for the child (lost, case, query), a child has come (arrival), or one has
// set out and its family is expected somewhere (expected), which whoever sent the notice looks for until it is there.
enum class RecordKind { lost, arrival, case_child, query, expected };
inline bool is_looked_for(RecordKind kind) {
  return kind != RecordKind::arrival;
}

enum class MatchStatus { pending, accepted, rejected, superseded };
enum class MatchBand { match, review };

struct MatchSide {
  std::string authority;
  std::string school;  // LAESTAB of the school that uploaded it, empty otherwise
  RecordKind kind = RecordKind::lost;
  int64_t record_key = 0;  // of the held pupil record; 0 for a query
  std::string case_id;
  std::string upload_id;
  int64_t row = 0;
  bool operator==(const MatchSide&) const = default;
};

// One field's say in the weight. `agreement` is exact, close, different or missing; `words` hold no value of a record.
struct Evidence {
  std::string field;
  std::string agreement;
  double weight = 0;  // bits
  std::string words;
  bool operator==(const Evidence&) const = default;
};

struct MatchDecision {
  bool is_accepted = false;
  std::string reason;
  Actor by;
  base::Time time;
  bool operator==(const MatchDecision&) const = default;
};

struct Match {
  std::string id;
  MatchStatus status = MatchStatus::pending;
  MatchSide seeker;
  MatchSide holder;
  double probability = 0;
  double weight = 0;  // bits
  MatchBand band = MatchBand::review;
  std::vector<Evidence> evidence;
  std::string model;  // the model that scored it
  base::Time found;
  // The first officer's acceptance where it takes two. While the match is pending it is told to nobody else, so that
  // the second looks with fresh eyes.
  std::optional<MatchDecision> first_view;
  bool is_disagreed = false;  // the second officer rejected what the first had accepted, and nothing was decided since
  std::optional<MatchDecision> decision;
  int64_t version = 1;
  bool operator==(const Match&) const = default;
};

// The field whose difference speaks so strongly against one child that two officers have to accept the match: a number
// that one child alone has, or the date of birth. Empty when none differs.
std::string strong_difference(const Match& match);

// Whether two held records may be announced to their authorities: one of them is looked for, and an authority is not
// told of its own two searches. An arrival in the authority that lost the child counts.
bool may_be_announced(const MatchSide& a, const MatchSide& b);

// The seeker is the side that is looked for; between two of these, the one that came second asks the first.
// `second` is the later record.
bool is_first_the_holder(const MatchSide& first, const MatchSide& second);

// The holder decides, once. With a strong difference the first acceptance only waits for another officer: the second
// acceptance decides; a rejection by the second decides nothing, and the two begin again.
base::Result<Match> decide_match(Match match, const Actor& by, bool is_accepted, const std::string& reason,
                                 base::Time now);

template <>
struct Names<RecordKind> {
  static constexpr NameTable<RecordKind, 5> table = {{{RecordKind::lost, "lost"},
                                                      {RecordKind::arrival, "arrival"},
                                                      {RecordKind::case_child, "case"},
                                                      {RecordKind::query, "query"},
                                                      {RecordKind::expected, "expected"}}};
};
template <>
struct Names<MatchStatus> {
  static constexpr NameTable<MatchStatus, 4> table = {{{MatchStatus::pending, "pending"},
                                                       {MatchStatus::accepted, "accepted"},
                                                       {MatchStatus::rejected, "rejected"},
                                                       {MatchStatus::superseded, "superseded"}}};
};
template <>
struct Names<MatchBand> {
  static constexpr NameTable<MatchBand, 2> table = {{{MatchBand::match, "match"}, {MatchBand::review, "review"}}};
};

}  // namespace broker::domain
