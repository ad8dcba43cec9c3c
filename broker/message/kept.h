// What the store kept, read back as it was written: for the other .cc files of this room. Nothing is judged here, since
// a rule that is tightened later must not lose or stop on what was accepted before.
#pragma once

#include "broker/domain/enquiry.h"
#include "broker/message/json.h"

namespace broker::message {

// Empty where there is no such member.
std::string string_in(const Json& json, const char* name);
std::optional<base::Date> date_in(const Json& json, const char* name);

matcher::Address kept_address(const Json& json);
matcher::PupilRecord kept_pupil(const Json& json);
domain::Location kept_location(const Json& json);
domain::Answer kept_answer(const Json& json);

template <typename Enum>
Enum choice_in(const Json& json, const char* name) {
  const auto value = domain::parse_name<Enum>(string_in(json, name));
  base::ensure(value.has_value());
  return *value;
}

}  // namespace broker::message
