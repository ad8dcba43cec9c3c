// What is wrong with a request, in the words that its sender reads (RFC 9457). All problem types and their HTTP
// statuses stand in one table, in problem.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace broker::base {

enum class ProblemType {
  malformed_json,
  malformed_body,
  malformed_request,
  idempotency_key_required,
  no_identity,
  not_permitted,
  officer_required,
  not_found,
  method_not_allowed,
  conflict,
  case_already_open,
  case_not_open,
  case_not_confirmed,
  case_already_closed,
  owner_cannot_confirm,
  not_a_party,
  not_attending_yet,
  not_evidenced,
  second_officer_required,
  enquiry_ended,
  successor_open,
  confirmation_not_standing,
  removal_not_permitted,
  removal_already_permitted,
  match_decided,
  lease_lost,
  request_in_progress,
  version_mismatch,
  version_required,
  too_large,
  header_too_large,
  unsupported_media_type,
  invalid,
  idempotency_key_reused,
  signature_invalid,
  query_too_broad,
  restricted_record,
  too_many_requests,
  store_unavailable,
  overloaded,
  internal,
};

struct ProblemKind {
  ProblemType type;
  std::string_view name;   // follows urn:waymark:problem:
  std::string_view title;  // one sentence, the same for every occurrence
  int status;              // HTTP
};

// The row of the table for one type, and the whole table for the OpenAPI document.
const ProblemKind& kind_of(ProblemType type);
std::span<const ProblemKind> problem_kinds();

// One field that is wrong: a JSON pointer into the request (RFC 6901) and why. Never holds the value itself.
struct FieldError {
  std::string pointer;
  std::string detail;
  bool operator==(const FieldError&) const = default;
};

struct Problem {
  ProblemType type = ProblemType::internal;
  std::string detail;                                        // this occurrence, in words
  std::vector<FieldError> errors;                            // for malformed and invalid
  std::vector<std::pair<std::string, std::string>> members;  // extension members, e.g. the id of the first case
  int retry_after_seconds = 0;                               // sent as Retry-After when above 0

  int status() const { return kind_of(type).status; }
  bool operator==(const Problem&) const = default;
};

inline Problem problem(ProblemType type, std::string detail) {
  return Problem{type, std::move(detail), {}, {}, 0};
}

// The request was understood, but these fields are wrong.
Problem invalid(std::vector<FieldError> errors);
Problem invalid_field(std::string pointer, std::string detail);

// Absent or not yours: one answer for both, so that it tells nothing.
Problem not_found();

}  // namespace broker::base
