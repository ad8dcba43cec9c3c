#include "broker/message/subject_access.h"

#include "broker/message/child_json.h"

namespace broker::message {
namespace {

struct Taken {
  int64_t guardians = 0;
  int64_t siblings = 0;
};

void take_out(Json& json, Taken& taken) {
  if (json.is_object()) {
    for (const auto& [name, count] : {std::pair{"guardians", &taken.guardians}, {"siblings", &taken.siblings}}) {
      if (!json.contains(name)) continue;
      *count += static_cast<int64_t>(json[name].size());
      json.erase(name);
    }
  }
  if (!json.is_structured()) return;
  for (Json& member : json) take_out(member, taken);
}

}  // namespace

base::Result<matcher::PupilRecord> decode_subject(std::string_view body) {
  auto json = parse_object(body);
  if (!json) return base::refuse(std::move(json.error()));
  std::vector<base::FieldError> errors;
  Reader reader(*json, "", errors);
  matcher::PupilRecord wanted;
  reader.require("child");
  if (const Json* child = reader.object("child")) {
    Reader members(*child, "/child", errors);
    wanted = read_child(members, NamesAre::optional);
    members.finish();
  }
  reader.finish();
  if (!errors.empty()) return base::refuse(base::invalid(std::move(errors)));
  const bool has_name = !wanted.surname.empty() && !wanted.forename.empty();
  if (wanted.upn.empty() && !(has_name && wanted.dob.is_full())) {
    return base::refuse(base::problem(base::ProblemType::query_too_broad,
                                      "Give a UPN, or forename, surname and the whole date of birth."));
  }
  return wanted;
}

std::string encode_child(const matcher::PupilRecord& child) {
  return child_text(child);
}

std::string for_giving_out(std::string_view json) {
  Json value = parse_own(json);
  Taken taken;
  take_out(value, taken);
  value["redacted"] = {{"guardians", taken.guardians}, {"siblings", taken.siblings}};
  value["before_giving_out"] =
      "Notes, messages and reasons may name other people, and an address may not be for whoever asks. Read them first.";
  return dump(value);
}

}  // namespace broker::message
