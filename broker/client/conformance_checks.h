// What the parts of `waymark conformance` share: the list of checks, and how a check says that it does not hold.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "broker/client/api.h"
#include "broker/client/conformance.h"
#include "broker/client/json.h"

namespace broker::client {

// A check that did not hold.
struct Unlike {
  std::string detail;
};

// A check that can't be made here, and why.
struct NotChecked {
  std::string why;
};

// Throws Unlike unless it holds.
void expect(bool holds, const std::string& detail);

// The JSON of an answer that has to have this status and, where it is named, this problem type.
Json expect_status(const Answer& answer, int status, const std::string& problem = "");

// A name of this run alone, of letters only; `key` as new_key gives it.
std::string letters_of(const std::string& key);

class Checks {
 public:
  // Runs it and notes what came of it. Throws Unreachable.
  void check(const char* name, const std::function<void()>& holds);
  std::vector<Check> take() { return std::move(checks_); }

 private:
  std::vector<Check> checks_;
};

// The next message that this is said of, acknowledged; of what comes before it `is_about_us` is acknowledged too, and
// the rest stays for others to take.
Json take_message(Api& api, const std::string& what, const std::function<bool(const Json&)>& is_wanted,
                  const std::function<bool(const Json&)>& is_about_us);

// Files: refused rows, the same file again, a transfer file from one authority to the other. Needs both codes.
void check_files(Checks& checks, Api& own, Api& peer, const std::string& own_code, const std::string& peer_code);

// A notice of a family from one authority to the other.
void check_notices(Checks& checks, Api& own, Api& peer, const std::string& peer_code);

}  // namespace broker::client
