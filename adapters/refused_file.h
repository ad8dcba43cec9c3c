// A file that is refused as a whole: a Problem with a stable code for programs beside the words for people.
#pragma once

#include <string>
#include <string_view>

#include "broker/base/problem.h"

namespace adapters {

inline broker::base::Problem refused_file(std::string_view code, std::string detail,
                                          broker::base::ProblemType type = broker::base::ProblemType::malformed_body) {
  auto problem = broker::base::problem(type, std::move(detail));
  problem.members.emplace_back("code", code);
  return problem;
}

}  // namespace adapters
