// The officers of an authority as clients write and read them.
#pragma once

#include <string>
#include <string_view>

#include "broker/base/result.h"
#include "broker/base/time.h"
#include "broker/domain/role.h"

namespace broker::message {

struct OfficerRequest {
  std::string name;
  domain::Roles roles = 0;
  std::string school;  // LAESTAB
  bool is_disabled = false;
};
// `may_have` are the roles that this directory's officers can have.
base::Result<OfficerRequest> decode_officer(std::string_view body, domain::Roles may_have);

struct OfficerView {
  std::string authority;  // a code, or `operator`
  std::string id;
  OfficerRequest facts;
  base::Time changed;
};
std::string encode_officer(const OfficerView& officer);

}  // namespace broker::message
