// The call for everything held about one child: whom it is about, and what is given out of what was found.
#pragma once

#include <string>
#include <string_view>

#include "broker/base/result.h"
#include "matcher/pupil_record.h"

namespace broker::message {

// `{"child":{...}}` by a UPN, or by names and the full date of birth.
base::Result<matcher::PupilRecord> decode_subject(std::string_view body);

std::string encode_child(const matcher::PupilRecord& child);

// Our JSON as it is given out: without guardians and siblings, who are other people, however deep they stand.
// `redacted` says how many were taken out, and `before_giving_out` what only a person can judge.
std::string for_giving_out(std::string_view json);

}  // namespace broker::message
