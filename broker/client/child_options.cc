#include "broker/client/child_options.h"

#include <CLI/CLI.hpp>

#include "broker/client/command.h"
#include "broker/client/json.h"
#include "certs/files.h"

namespace broker::client {

void add_child_options(CLI::App& command, ChildOptions& options) {
  const std::string group = "The child";
  const auto add = [&](const char* flag, std::string& value, const char* help) {
    command.add_option(flag, value, help)->group(group);
  };
  add("--child", options.file, "JSON file with the child's particulars; the flags below override it");
  add("--surname", options.surname, "Surname");
  add("--forename", options.forename, "Forename");
  add("--middle-names", options.middle_names, "Middle names");
  add("--former-surname", options.former_surname, "Former surname");
  add("--preferred-forename", options.preferred_forename, "Name that the child goes by");
  add("--dob", options.dob, "Date of birth, as 2014-05-03");
  add("--sex", options.sex, "M or F");
  add("--upn", options.upn, "Unique Pupil Number");
  add("--postcode", options.postcode, "Postcode of the last known address");
  add("--town", options.town, "Town of the last known address");
  add("--school", options.school_laestab, "Last school, by LAESTAB");
}

std::string child_of(const ChildOptions& options) {
  Json child = Json::object();
  if (!options.file.empty()) {
    child = parse_json(certs::read_file(options.file));
    if (!child.is_object()) fail(Exit::misused, options.file + " holds no JSON object");
  }
  const auto put = [&](const char* pointer, const std::string& value) {
    if (!value.empty()) child[Json::json_pointer(pointer)] = value;
  };
  put("/upn", options.upn);
  put("/surname", options.surname);
  put("/forename", options.forename);
  put("/middle_names", options.middle_names);
  put("/former_surname", options.former_surname);
  put("/preferred_forename", options.preferred_forename);
  put("/dob", options.dob);
  put("/sex", options.sex);
  put("/address/town", options.town);
  put("/address/postcode", options.postcode);
  put("/school/laestab", options.school_laestab);
  return dump(child);
}

}  // namespace broker::client
