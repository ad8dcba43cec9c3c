// The OpenAPI document as the tests read it: its operations, and references followed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace broker::api::testing {

using Json = nlohmann::ordered_json;

const Json& document();

// What a `$ref` names, or the value itself; null where the reference leads nowhere.
const Json& resolved(const Json& value);

// By method and path: `POST`, `/cases/{}/close`.
using Operations = std::map<std::pair<std::string, std::string>, Json>;
const Operations& operations();

// Names of the operation's parameters in `place` (query, header, path) that are required, or all of them.
std::set<std::string> parameters_of(const Json& operation, const std::string& place, bool only_required);

// Every value of this member name anywhere below.
std::vector<Json> all_named(const Json& value, const std::string& name);

}  // namespace broker::api::testing
