// What an integrator relies on, tried against a broker one promise at a time: with two authorities that it may act for.
#pragma once

#include <string>
#include <vector>

#include "broker/client/api.h"

namespace broker::client {

struct Check {
  std::string name;  // a sentence, the same in every run
  enum class Result { passed, failed, not_checked } result = Result::failed;
  std::string detail;  // what was got instead, or why it was not checked; empty when it passed
};

// `own` opens a case about an invented child and enquires of the authority behind `peer`, which answers it; the case is
// closed at the end. It also hands in files, sends a notice and registers a webhook for as long as it runs. Throws
// Unreachable.
std::vector<Check> check_conformance(Access own, Access peer);

}  // namespace broker::client
