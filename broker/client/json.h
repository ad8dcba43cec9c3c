// The JSON library as this room uses it: what the broker answers is read leniently, because members may be added.
// Included by .cc files of this room and its tests only.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace broker::client {

// Members stay in the order in which they are written.
using Json = nlohmann::ordered_json;

// `null` when the text is no JSON.
Json parse_json(std::string_view text);

// One line of UTF-8; what is no UTF-8 is replaced, so that this never throws.
std::string dump(const Json& json);

// The text, number or boolean at a pointer like "/closure/kind" as text; empty when it is absent or null.
std::string text_at(const Json& json, const std::string& pointer);

// A member of an object; null when there is none, or no object. What is given lives in `json`, so that a temporary is
// refused.
const Json& member_of(const Json& json, const std::string& name);
const Json& member_of(Json&& json, const std::string& name) = delete;

// A member that is a list, or an empty list.
const Json& list_of(const Json& json, const std::string& name);
const Json& list_of(Json&& json, const std::string& name) = delete;
inline const Json& items_of(const Json& json) {
  return list_of(json, "items");
}
const Json& items_of(Json&& json) = delete;

}  // namespace broker::client
