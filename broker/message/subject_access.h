// The call for everything held about one child: whom it is about, and what is given out of what was found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/base/result.h"
#include "matcher/pupil_record.h"

namespace broker::message {

// `{"child":{...}}` by a UPN, or by names and the full date of birth.
base::Result<matcher::PupilRecord> decode_subject(std::string_view body);

std::string encode_child(const matcher::PupilRecord& child);

struct WithoutOthers {
  std::string json;
  int64_t guardians = 0;  // how many were taken out
  int64_t siblings = 0;
};
// Takes guardians and siblings, who are other people, out of this JSON of ours, however deep they stand.
WithoutOthers without_other_people(std::string_view json);

// The answer with what was taken out of it, and what is left for a person to read before it is given out.
std::string with_redactions(std::string_view json, std::string_view redacted);

}  // namespace broker::message
