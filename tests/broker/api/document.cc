#include "tests/broker/api/document.h"

#include <algorithm>
#include <fstream>
#include <regex>

namespace broker::api::testing {
namespace {

Json read_document() {
  std::ifstream file("broker/api/openapi.json");
  return Json::parse(file);
}

void collect(const Json& value, const std::string& name, std::vector<Json>& found) {
  if (value.is_object() && value.contains(name)) found.push_back(value.at(name));
  if (!value.is_structured()) return;
  for (const Json& one : value) collect(one, name, found);
}

Operations read_operations() {
  Operations all;
  for (const auto& [path, item] : document().at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method == "parameters") continue;
      std::string name = method;
      std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
      Json whole = operation;
      for (const Json& one : item.value("parameters", Json::array())) whole["parameters"].push_back(one);
      all[{name, std::regex_replace(path, std::regex(R"(\{\w+\})"), "{}")}] = whole;
    }
  }
  return all;
}

}  // namespace

const Json& document() {
  static const Json read = read_document();
  return read;
}

const Json& resolved(const Json& value) {
  static const Json nowhere;
  if (!value.is_object() || !value.contains("$ref")) return value;
  const auto reference = value.at("$ref").get<std::string>();
  if (!reference.starts_with("#/")) return nowhere;
  const Json::json_pointer pointer(reference.substr(1));
  return document().contains(pointer) ? document().at(pointer) : nowhere;
}

const Operations& operations() {
  static const Operations read = read_operations();
  return read;
}

std::set<std::string> parameters_of(const Json& operation, const std::string& place, bool only_required) {
  std::set<std::string> names;
  for (const Json& one : operation.value("parameters", Json::array())) {
    const Json& parameter = resolved(one);
    if (parameter.at("in") != place || (only_required && !parameter.value("required", false))) continue;
    names.insert(parameter.at("name"));
  }
  return names;
}

std::vector<Json> all_named(const Json& value, const std::string& name) {
  std::vector<Json> found;
  collect(value, name, found);
  return found;
}

}  // namespace broker::api::testing
