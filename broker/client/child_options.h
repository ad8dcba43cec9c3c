// The flags that describe a child, and the `child` of a request that is made of them. Used by `case open` and `query`.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace broker::client {

struct ChildOptions {
  std::string file;  // JSON as the API takes it; flags override its members
  std::string upn, surname, forename, middle_names, former_surname, preferred_forename, dob, sex, postcode, town,
      school_laestab;
};
void add_child_options(CLI::App& command, ChildOptions& options);

// The child as JSON text. Ends the command when the file can't be read or holds no JSON object.
std::string child_of(const ChildOptions& options);

}  // namespace broker::client
