#include "broker/message/outline.h"

#include "broker/message/json.h"

namespace broker::message {
namespace {

Outline outline(const std::string& name, const Json& json) {
  Outline one{.name = name, .is_value = !json.is_structured()};
  if (json.is_string()) {
    one.text = json.get<std::string>();
  } else if (json.is_boolean()) {
    one.text = json.get<bool>() ? "yes" : "no";
  } else {
    one.text = dump(json);
  }
  if (json.is_array()) {
    for (const Json& item : json) one.parts.push_back(outline("", item));
  } else if (json.is_object()) {
    for (const auto& [member, value] : json.items()) one.parts.push_back(outline(member, value));
  }
  return one;
}

}  // namespace

const Outline& Outline::at(std::string_view part) const {
  static const Outline nothing;
  for (const Outline& one : parts) {
    if (one.name == part) return one;
  }
  return nothing;
}

Outline outline_of(std::string_view json) {
  return outline("", parse_own(json));
}

}  // namespace broker::message
