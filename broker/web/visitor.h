// Who looks at a page: what a session of the web listener knows of the person behind it.
#pragma once

#include <string>

#include "broker/domain/enquiry.h"
#include "broker/store/read.h"
#include "certs/caller.h"

namespace broker::web {

// What a person may do, as bits: one person may have several roles.
enum Role : unsigned {
  officer_role = 1,
  reviewer_role = 2,     // may be the second pair of eyes
  coordinator_role = 4,  // the lead for children missing education
  school_role = 8,
  auditor_role = 16,   // reads the log, changes nothing
  operator_role = 32,  // authorities, certificates, queues; never a child
};
// Who works on cases.
constexpr unsigned casework_roles = officer_role | reviewer_role | coordinator_role;

struct Visitor {
  std::string authority;  // three digits; empty for an operator
  std::string school;     // LAESTAB, of a school alone
  std::string officer;    // the id that the authority gave, as in Waymark-Officer
  std::string name;       // for the footer
  unsigned roles = 0;
  std::string csrf_token;   // of the session, as bytes; forms carry it masked
  bool is_sandbox = false;  // everybody here is invented, and the page says so

  bool has(unsigned some) const { return (roles & some) != 0; }
  domain::Actor actor() const { return {authority, officer, school}; }
  store::Viewer viewer() const { return {authority, school, has(auditor_role)}; }
  // As whom the API lets it in.
  certs::Caller caller() const;
};

}  // namespace broker::web
