#include "broker/net/refusal.h"

#include "broker/message/resource.h"

namespace broker::net {

Response refusal(const base::Problem& problem, const std::string& instance) {
  Response response =
      text_response(problem.status(), "application/problem+json", message::encode_problem(problem, instance));
  if (problem.retry_after_seconds > 0) {
    response.headers.add("Retry-After", std::to_string(problem.retry_after_seconds));
  }
  return response;
}

}  // namespace broker::net
