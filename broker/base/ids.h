// Identifiers of everything the broker keeps: UUID version 7 (RFC 9562), whose text sorts by time of making.
#pragma once

#include <string>
#include <string_view>

#include "broker/base/random.h"
#include "broker/base/time.h"

namespace broker::base {

// A new UUIDv7 in lower-case text, 36 characters. Ids made by one IdMaker in one process ascend strictly.
class IdMaker {
 public:
  IdMaker(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  std::string next();

 private:
  const Clock& clock_;
  Random& random_;
  int64_t last_tick_ = 0;  // milliseconds << 12 | counter
};

// A UUID of any version in its canonical lower-case form.
bool is_id(std::string_view text);

}  // namespace broker::base
