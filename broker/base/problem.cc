#include "broker/base/problem.h"

#include <algorithm>
#include <array>

#include "broker/base/ensure.h"

namespace broker::base {
namespace {

constexpr auto make_kinds() {
  using enum ProblemType;
  return std::array{
      ProblemKind{malformed_json, "malformed-json", "The body is not the JSON that this call reads", 400},
      ProblemKind{malformed_body, "malformed-body", "The body can't be read", 400},
      ProblemKind{malformed_request, "malformed-request", "The request can't be read", 400},
      ProblemKind{idempotency_key_required, "idempotency-key-required", "This call needs an Idempotency-Key", 400},
      ProblemKind{no_identity, "no-identity", "No valid client certificate was shown", 401},
      ProblemKind{not_permitted, "not-permitted", "This caller may not do that", 403},
      ProblemKind{officer_required, "officer-required", "A write needs the Waymark-Officer who makes it", 400},
      ProblemKind{not_found, "not-found", "There is nothing here for you", 404},
      ProblemKind{method_not_allowed, "method-not-allowed", "This resource does not know that method", 405},
      ProblemKind{conflict, "conflict", "The resource is not in a state that allows this", 409},
      ProblemKind{case_already_open, "case-already-open", "This child has an open case already", 409},
      ProblemKind{case_not_open, "case-not-open", "The case is not open", 409},
      ProblemKind{case_not_confirmed, "case-not-confirmed", "No other authority has confirmed where the child is", 409},
      ProblemKind{case_already_closed, "case-already-closed", "The case is closed or ended already", 409},
      ProblemKind{owner_cannot_confirm, "owner-cannot-confirm", "The owner of a case can't confirm it itself", 403},
      ProblemKind{not_a_party, "not-a-party", "Only an authority that was asked or matched can confirm", 403},
      ProblemKind{not_attending_yet, "not-attending-yet", "The child is found but not yet in education", 409},
      ProblemKind{not_evidenced, "not-evidenced", "The confirmation lacks the evidence that closing needs", 409},
      ProblemKind{second_officer_required, "second-officer-required", "A second officer has to approve this", 409},
      ProblemKind{enquiry_ended, "enquiry-ended", "The enquiry has ended", 409},
      ProblemKind{successor_open, "successor-open", "Another case for this child is open in the chain", 409},
      ProblemKind{confirmation_not_standing, "confirmation-not-standing", "The confirmation does not stand", 409},
      ProblemKind{removal_not_permitted, "removal-not-permitted", "Removal from roll is not permitted", 409},
      ProblemKind{removal_already_permitted, "removal-already-permitted", "Removal from roll was permitted already",
                  409},
      ProblemKind{match_decided, "match-decided", "The match was decided already", 409},
      ProblemKind{lease_lost, "lease-lost", "The lease on this message was lost", 409},
      ProblemKind{request_in_progress, "request-in-progress", "The first request with this key is still running", 409},
      ProblemKind{version_mismatch, "version-mismatch", "The resource has changed since you read it", 412},
      ProblemKind{version_required, "version-required", "This call needs If-Match with the resource's ETag", 428},
      ProblemKind{too_large, "too-large", "The request is larger than this call takes", 413},
      ProblemKind{header_too_large, "header-too-large", "The request's header is larger than is read here", 431},
      ProblemKind{unsupported_media_type, "unsupported-media-type", "This call does not read that content type", 415},
      ProblemKind{invalid, "invalid", "Some fields are wrong", 422},
      ProblemKind{idempotency_key_reused, "idempotency-key-reused", "The key was used for another request", 422},
      ProblemKind{signature_invalid, "signature-invalid", "The Waymark-Signature does not fit the request", 422},
      ProblemKind{query_too_broad, "query-too-broad", "A query needs a UPN, or a name and a date of birth", 422},
      ProblemKind{restricted_record, "restricted-record", "The record is restricted", 403},
      ProblemKind{too_many_requests, "too-many-requests", "Too many requests", 429},
      ProblemKind{store_unavailable, "store-unavailable", "The store is away; nothing was accepted", 503},
      ProblemKind{overloaded, "overloaded", "There are as many connections as are served at once", 503},
      ProblemKind{internal, "internal", "Something went wrong here; nothing was accepted", 500},
  };
}

constexpr auto kinds = make_kinds();

}  // namespace

const ProblemKind& kind_of(ProblemType type) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const ProblemKind& kind) { return kind.type == type; });
  ensure(found != kinds.end());
  return *found;
}

std::span<const ProblemKind> problem_kinds() {
  return kinds;
}

Problem invalid(std::vector<FieldError> errors) {
  std::string detail =
      errors.size() == 1 ? "One field is wrong." : std::to_string(errors.size()) + " fields are wrong.";
  return Problem{ProblemType::invalid, std::move(detail), std::move(errors), {}, 0};
}

Problem invalid_field(std::string pointer, std::string detail) {
  return invalid({FieldError{std::move(pointer), std::move(detail)}});
}

Problem not_found() {
  return problem(ProblemType::not_found, "It does not exist, or it is not yours to see.");
}

}  // namespace broker::base
