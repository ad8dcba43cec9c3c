// The fixtures of GOV.UK Frontend as the tests of the components read them: options by name, and what is not asked for
// is not supported.
#pragma once

#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/web/components/html.h"
#include "tests/broker/web/plain_html.h"

namespace broker::web::components {

struct FixtureHtml {
  static Html of(const std::string& markup) {
    Html html;
    html.markup_ = markup;
    return html;
  }
};

using Json = nlohmann::ordered_json;

struct Unsupported {
  std::string option;
};

// Options of a case; every one has to be asked for, or the case is none of ours.
class Options {
 public:
  explicit Options(const Json& json) : json_(json.is_object() ? json : Json::object()) {}
  ~Options() noexcept(false) {
    if (std::uncaught_exceptions() > 0) return;
    for (const auto& [name, value] : json_.items()) {
      if (!known_.contains(name) && !value.is_null()) throw Unsupported{name};
    }
  }

  bool has(const std::string& name) {
    known_.insert(name);
    return json_.contains(name) && !json_[name].is_null();
  }
  std::string text(const std::string& name, const std::string& otherwise = {}) {
    if (!has(name)) return otherwise;
    const Json& value = json_[name];
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return std::to_string(value.get<int64_t>());
    if (value.is_boolean() && !value.get<bool>()) return {};
    throw Unsupported{name};
  }
  bool flag(const std::string& name) {
    if (!has(name)) return false;
    if (!json_[name].is_boolean()) throw Unsupported{name};
    return json_[name].get<bool>();
  }
  std::optional<bool> flag_or_none(const std::string& name) {
    return has(name) ? std::optional(flag(name)) : std::nullopt;
  }
  const Json& json(const std::string& name) {
    static const Json nothing = Json::object();
    return has(name) ? json_[name] : nothing;
  }
  // `text` escaped, or `html` as it is.
  Html content(const std::string& text_name = "text", const std::string& html_name = "html") {
    const std::string markup = text(html_name);
    const std::string plain = text(text_name);
    if (!markup.empty()) return FixtureHtml::of(markup);
    return components::text(plain);
  }
  Attributes attributes(const std::string& name = "attributes") {
    Attributes list;
    if (!has(name)) return list;
    if (!json_[name].is_object()) throw Unsupported{name};
    for (const auto& [key, value] : json_[name].items()) {
      if (value.is_string())
        list.emplace_back(key, value.get<std::string>());
      else
        throw Unsupported{name + " that are no text"};
    }
    return list;
  }

 private:
  Json json_;
  std::set<std::string> known_;
};

using Make = std::function<Html(Options&)>;

struct Tally {
  int passed = 0;
  std::vector<std::string> unsupported;
};

inline Tally hold_against_fixtures(const std::string& component, const Make& make) {
  Tally tally;
  std::ifstream file("tests/broker/web/fixtures/" + component + ".json");
  for (const Json& fixture : Json::parse(file)) {
    const std::string name = fixture.at("name");
    std::optional<Html> made;
    try {
      Options options(fixture.at("options"));
      made = make(options);
    } catch (const Unsupported& unsupported) {
      tally.unsupported.push_back(component + ": " + name + " (" + unsupported.option + ")");
      continue;
    }
    EXPECT_EQ(plain_html(made->markup()), plain_html(fixture.at("html").get<std::string>()))
        << component << ": " << name;
    ++tally.passed;
  }
  return tally;
}

// All cases of the components that these make; what is not supported is listed in the file named.
inline void expect_html_of_fixtures(const std::map<std::string, Make>& makers, const std::string& unsupported_file) {
  int passed = 0;
  std::string unsupported;
  for (const auto& [component, make] : makers) {
    const Tally tally = hold_against_fixtures(component, make);
    EXPECT_GT(tally.passed, 0) << component;
    passed += tally.passed;
    for (const std::string& one : tally.unsupported) unsupported += one + "\n";
  }
  std::ifstream file("tests/broker/web/fixtures/" + unsupported_file);
  const std::string expected((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(unsupported, expected);
  std::cout << passed << " cases give the same HTML\n";
}

}  // namespace broker::web::components
