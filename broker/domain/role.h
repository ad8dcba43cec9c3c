// What a person may be in Waymark. The API's table of routes says what each role may do; certificates and the sessions
// of the pages are judged by it alike.
#pragma once

#include <string>
#include <vector>

#include "broker/domain/names.h"

namespace broker::domain {

enum class Role : unsigned {
  officer = 1,      // works on the cases and enquiries of its authority
  reviewer = 2,     // and may be the second pair of eyes
  coordinator = 4,  // the CME lead: and keeps the authority's officers, settings and calendars
  school = 8,       // acts for one school
  auditor = 16,     // reads the log and changes nothing
  operator_ = 32,   // runs the broker; never sees a child
};

// A set of them, as bits.
using Roles = unsigned;

constexpr Roles roles_of(Role role) {
  return static_cast<Roles>(role);
}
constexpr bool has_role(Roles roles, Role role) {
  return (roles & roles_of(role)) != 0;
}

template <>
struct Names<Role> {
  static constexpr NameTable<Role, 6> table = {{{Role::officer, "officer"},
                                                {Role::reviewer, "reviewer"},
                                                {Role::coordinator, "coordinator"},
                                                {Role::school, "school"},
                                                {Role::auditor, "auditor"},
                                                {Role::operator_, "operator"}}};
};

inline std::vector<std::string> role_names(Roles roles) {
  std::vector<std::string> names;
  for (const auto& [role, name] : Names<Role>::table) {
    if (has_role(roles, role)) names.emplace_back(name);
  }
  return names;
}

}  // namespace broker::domain
