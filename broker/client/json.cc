#include "broker/client/json.h"

namespace broker::client {

Json parse_json(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return nullptr;
  return json;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_at(const Json& json, const std::string& pointer) {
  const Json::json_pointer place(pointer);
  if (!json.contains(place)) return "";
  const Json& value = json.at(place);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "";
  return dump(value);
}

const Json& member_of(const Json& json, const std::string& name) {
  static const Json none;
  const auto found = json.is_object() ? json.find(name) : json.end();
  return found == json.end() ? none : *found;
}

const Json& list_of(const Json& json, const std::string& name) {
  static const Json none = Json::array();
  const Json& list = member_of(json, name);
  return list.is_array() ? list : none;
}

}  // namespace broker::client
