// The document that clients are written against says what the table of routes does: each call in both, with the
// callers, headers and answers that its kind demands.
#include <algorithm>

#include <gtest/gtest.h>

#include "broker/api/route.h"
#include "tests/broker/api/document.h"

namespace broker::api::testing {
namespace {

using Names = std::set<std::string>;

// Calls `judge(route, operation)` for every route; a route that is not in the document fails another test.
template <typename Judge>
void for_each_route(Judge judge) {
  for (const Route& route : routes()) {
    const auto found = operations().find({std::string(route.method), std::string(route.path)});
    if (found == operations().end()) continue;
    SCOPED_TRACE(std::string(route.method) + " " + std::string(route.path));
    judge(route, found->second);
  }
}

bool contains_all(const Names& all, const Names& wanted) {
  return std::includes(all.begin(), all.end(), wanted.begin(), wanted.end());
}

Names names_in(const Json& object) {
  Names names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

// The answers of success: 2xx, or 101 where a WebSocket opens.
std::vector<Json> successes(const Json& operation) {
  std::vector<Json> found;
  for (const auto& [status, answer] : operation.at("responses").items()) {
    if (status.starts_with("2") || status == "101") found.push_back(resolved(answer));
  }
  return found;
}

Names headers_of(const Json& answer) {
  return names_in(answer.value("headers", Json::object()));
}

}  // namespace

TEST(TheDocument, HasEveryRouteAndNoOther) {
  Names routed, documented;
  for (const Route& route : routes()) routed.insert(std::string(route.method) + " " + std::string(route.path));
  for (const auto& [name, operation] : operations()) documented.insert(name.first + " " + name.second);
  EXPECT_EQ(documented, routed);
}

TEST(TheDocument, SaysWhoMayCall) {
  for_each_route([](const Route& route, const Json& operation) {
    Names callers;
    if ((route.allowed & authorities) != 0) callers.insert("authority");
    if ((route.allowed & schools) != 0) callers.insert("school");
    if ((route.allowed & operators) != 0) callers.insert("operator");
    EXPECT_EQ(operation.at("x-callers").get<Names>(), callers);
    // Where not every role of those callers may, the document names those that may.
    Names roles;
    for (const std::string& role : domain::role_names(route.allowed)) roles.insert(role);
    const bool is_for_all = (route.allowed & authorities) == authorities || (route.allowed & authorities) == 0;
    EXPECT_EQ(operation.contains("x-roles"), !is_for_all);
    if (!is_for_all) EXPECT_EQ(operation.at("x-roles").get<Names>(), roles);
    EXPECT_FALSE(operation.at("summary").get<std::string>().empty());
  });
}

TEST(TheDocument, DemandsTheHeadersThatTheKindOfRouteDemands) {
  for_each_route([](const Route& route, const Json& operation) {
    Names demanded;
    if (route.kind == Kind::create || route.kind == Kind::event) demanded = {"Idempotency-Key", "Waymark-Officer"};
    if (route.kind == Kind::event) demanded.insert("If-Match");
    if (route.kind == Kind::put) demanded.insert("Waymark-Officer");
    EXPECT_EQ(parameters_of(operation, "header", true), demanded);
    EXPECT_TRUE(parameters_of(operation, "header", false).contains("Waymark-Officer"));
    size_t placeholders = 0;
    for (size_t at = route.path.find("{}"); at != std::string_view::npos; at = route.path.find("{}", at + 2)) {
      ++placeholders;
    }
    EXPECT_EQ(parameters_of(operation, "path", true).size(), placeholders);
  });
}

TEST(TheDocument, HasABodyWhereTheRouteReadsOne) {
  for_each_route([](const Route& route, const Json& operation) {
    ASSERT_EQ(operation.contains("requestBody"), route.body != BodyType::none);
    if (route.body == BodyType::none) return;
    const Names types = names_in(operation.at("requestBody").at("content"));
    if (route.body == BodyType::json) EXPECT_EQ(types, (Names{"application/json"}));
    if (route.body == BodyType::file) EXPECT_TRUE(contains_all(types, {"application/xml", "text/csv"}));
  });
}

TEST(TheDocument, HasTheStatusesThatTheKindOfRouteCanAnswer) {
  for_each_route([](const Route& route, const Json& operation) {
    const bool is_change = route.kind == Kind::create || route.kind == Kind::event;
    Names wanted = {"400", "401", "403", "413", "429", "431", "500", "503"};
    if (route.path.find("{}") != std::string_view::npos) wanted.insert("404");
    if (route.body != BodyType::none) wanted.insert({"415", "422"});
    if (!parameters_of(operation, "query", false).empty()) wanted.insert("422");
    if (is_change) wanted.insert({"409", "422"});
    // What is put may have a version, and then says so.
    const bool is_put_on_version =
        route.kind == Kind::put && parameters_of(operation, "header", false).contains("If-Match");
    const bool is_versioned = route.kind == Kind::event || is_put_on_version;
    if (is_versioned) wanted.insert({"412", "428"});
    EXPECT_TRUE(contains_all(names_in(operation.at("responses")), wanted));
    EXPECT_EQ(operation.at("responses").contains("412"), is_versioned);
    EXPECT_FALSE(successes(operation).empty());
  });
}

TEST(TheDocument, HasTheHeadersOfAnswers) {
  for_each_route([](const Route& route, const Json& operation) {
    const bool is_change = route.kind == Kind::create || route.kind == Kind::event;
    const bool is_list = parameters_of(operation, "query", false).contains("after");
    for (const Json& answer : successes(operation)) {
      const Names headers = headers_of(answer);
      EXPECT_EQ(headers.contains("Idempotency-Replayed"), is_change);
      EXPECT_EQ(headers.contains("Link"), is_list);
      if (route.kind == Kind::event) EXPECT_TRUE(headers.contains("ETag"));
    }
  });
  for (const char* status : {"429", "503"}) {
    EXPECT_TRUE(headers_of(document().at("components").at("responses").at(status)).contains("Retry-After"));
  }
}

TEST(TheDocument, AnswersRefusalsAsProblemsEverywhere) {
  for (const auto& [name, operation] : operations()) {
    for (const auto& [status, answer] : operation.at("responses").items()) {
      if (status.starts_with("2") || status == "101") continue;
      const Json& content = resolved(answer).at("content");
      EXPECT_EQ(names_in(content), (Names{"application/problem+json"}));
    }
  }
}

TEST(TheDocument, HasNoReferenceThatLeadsNowhereAndNoPartThatNobodyNames) {
  Names named;
  for (const Json& reference : all_named(document(), "$ref")) {
    named.insert(reference.get<std::string>());
    EXPECT_FALSE(resolved(Json{{"$ref", reference}}).is_null()) << reference;
  }
  for (const char* group : {"schemas", "parameters", "headers", "responses"}) {
    for (const auto& [part, value] : document().at("components").at(group).items()) {
      EXPECT_TRUE(named.contains("#/components/" + std::string(group) + "/" + part)) << part;
    }
  }
}

TEST(TheDocument, NamesEachOperationOnce) {
  Names ids;
  for (const auto& [name, operation] : operations()) {
    EXPECT_TRUE(ids.insert(operation.at("operationId")).second) << operation.at("operationId");
  }
}

namespace {

// Objects below this schema that take members which they do not name.
void expect_strict(const Json& schema, const std::string& where, int depth) {
  ASSERT_LT(depth, 12) << where;
  const Json& known = resolved(schema);
  if (!known.is_object()) return;
  if (known.contains("properties")) EXPECT_EQ(known.value("additionalProperties", true), false) << where;
  const Json properties = known.value("properties", Json::object());
  for (const auto& [name, property] : properties.items()) {
    expect_strict(property, where + "/" + name, depth + 1);
  }
  if (known.contains("items")) expect_strict(known.at("items"), where + "/items", depth + 1);
  for (const char* group : {"allOf", "oneOf"}) {
    for (const Json& one : known.value(group, Json::array())) expect_strict(one, where + "/" + group, depth + 1);
  }
}

}  // namespace

TEST(TheDocument, TakesNoUnknownMemberInARequest) {
  for_each_route([](const Route& route, const Json& operation) {
    if (route.body != BodyType::json) return;
    expect_strict(operation.at("requestBody").at("content").at("application/json").at("schema"), "", 0);
  });
}

}  // namespace broker::api::testing
