// JSON of ours as what shows it to a person walks through it: names, values as text, and what stands below.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace broker::message {

struct Outline {
  std::string name;            // empty in a list
  std::string text;            // of a value: as it stands, "yes" or "no"; of anything else its JSON
  std::vector<Outline> parts;  // in their order
  bool is_value = false;       // a text, and not a list or an object that may have nothing in it

  // The part of this name; one without anything where there is none.
  const Outline& at(std::string_view part) const;
};

Outline outline_of(std::string_view json);

}  // namespace broker::message
