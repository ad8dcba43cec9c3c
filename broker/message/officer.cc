#include "broker/message/officer.h"

#include "broker/base/text.h"
#include "broker/message/json.h"

namespace broker::message {
namespace {

constexpr size_t laestab_length = 7;

domain::Roles read_roles(Reader& reader, domain::Roles may_have) {
  domain::Roles roles = 0;
  reader.require("roles");
  for (const std::string& name : reader.texts("roles", 10, 20)) {
    const auto role = domain::parse_name<domain::Role>(name);
    if (!role) {
      reader.wrong("roles", "must be of " + domain::all_names<domain::Role>());
    } else if (!domain::has_role(may_have, *role)) {
      reader.wrong("roles", "an operator stands in the directory of operators, and nobody else does");
    } else {
      roles |= domain::roles_of(*role);
    }
  }
  return roles;
}

}  // namespace

base::Result<OfficerRequest> decode_officer(std::string_view body, domain::Roles may_have) {
  return decode(body, [may_have](Reader& reader) {
    OfficerRequest request;
    request.name = reader.required_text("name", 100);
    request.roles = read_roles(reader, may_have);
    request.school = reader.text("school", laestab_length);
    request.is_disabled = reader.boolean("disabled").value_or(false);
    const bool is_of_school = domain::has_role(request.roles, domain::Role::school);
    if (is_of_school && request.roles != domain::roles_of(domain::Role::school)) {
      reader.wrong("roles", "who acts for a school has no other role");
    }
    const bool is_laestab = request.school.size() == laestab_length && base::parse_number(request.school).has_value();
    if (is_of_school && !is_laestab) reader.wrong("school", "the role school needs the LAESTAB of the school");
    if (!is_of_school && !request.school.empty()) reader.wrong("school", "is for the role school alone");
    return request;
  });
}

std::string encode_officer(const OfficerView& officer) {
  Json json = {{"authority", officer.authority}, {"id", officer.id}, {"name", officer.facts.name}};
  json["roles"] = domain::role_names(officer.facts.roles);
  put(json, "school", officer.facts.school);
  json["disabled"] = officer.facts.is_disabled;
  json["changed"] = base::format_time(officer.changed);
  return dump(json);
}

}  // namespace broker::message
