// A value or the Problem that is answered instead. A refusal is an answer, so it is returned and never thrown.
#pragma once

#include <tl/expected.hpp>

#include "broker/base/problem.h"

namespace broker::base {

template <typename T>
using Result = tl::expected<T, Problem>;

using Refusal = tl::unexpected<Problem>;

inline Refusal refuse(Problem problem) {
  return Refusal(std::move(problem));
}

}  // namespace broker::base
