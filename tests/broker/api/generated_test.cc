// Requests made from the OpenAPI document and then spoilt: none is answered with 5xx, or with a status that the
// document does not name. WAYMARK_GENERATED_REQUESTS=50000 makes that many, WAYMARK_SEED another series.
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "tests/broker/api/api_fixture.h"
#include "tests/broker/api/document.h"

namespace broker::api {
namespace {

using testing::document;
using testing::Json;
using testing::operations;
using testing::resolved;

int setting(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// Makes a body that fits the schema most of the time, and spoils it some of the time.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  size_t below(size_t count) { return std::uniform_int_distribution<size_t>(0, count - 1)(random_); }
  bool chance(int percent) { return below(100) < static_cast<size_t>(percent); }
  template <typename T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

  Json value(const Json& schema_or_reference, int depth = 0) {
    const Json& schema = resolved(schema_or_reference);
    if (chance(2) || depth > 6) return wrong();
    for (const char* choice : {"oneOf", "anyOf"}) {
      if (schema.contains(choice)) return value(schema.at(choice).at(below(schema.at(choice).size())), depth + 1);
    }
    if (schema.contains("const")) return schema.at("const");
    if (schema.contains("enum")) return schema.at("enum").at(below(schema.at("enum").size()));
    std::string type = "object";
    if (schema.contains("type")) {
      type = schema.at("type").is_array() ? schema.at("type").at(0).get<std::string>()
                                          : schema.at("type").get<std::string>();
    }
    if (type == "string") return text();
    if (type == "integer") return one_of<int64_t>({0, 1, 2, 10, -1, 500, 501, INT64_MAX});
    if (type == "boolean") return chance(50);
    if (type == "array") return list(schema, depth);
    return object(schema, depth);
  }

  // The text of the body: now and then no well-formed JSON at all, or more than the library would write.
  std::string spoilt(const Json& json) {
    std::string body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    switch (below(12)) {
      case 0: return body.substr(0, below(body.size() + 1));
      case 1: return body.insert(below(body.size() + 1), std::string(1, static_cast<char>(below(256))));
      case 2: return R"({"child":)" + std::string(below(3000), '[');
      case 3: return body.size() > 2 ? "{\"x\":1,\"x\":2," + body.substr(1) : body;
      case 4: return replaced(body, "\"\\ud800\"");
      case 5: return replaced(body, "\"\\u0000\"");
      case 6: return replaced(body, "1e400");
      case 7: return replaced(body, std::string("\"\xff\xfe\""));
      default: return body;
    }
  }

  std::string text() {
    static const std::vector<std::string> texts = {"",
                                                   "314",
                                                   "319",
                                                   "999",
                                                   "Vale",
                                                   "Ann",
                                                   "2014-05-03",
                                                   "2026-02-30",
                                                   "0000-00-00",
                                                   "not_located",
                                                   "on_roll",
                                                   "3144001",
                                                   "A801234567890",
                                                   "neighbours",
                                                   "'; drop table message; --",
                                                   "=cmd|' /C calc'!A0",
                                                   "\xE2\x80\xAE",
                                                   "../../etc/passwd",
                                                   "<x/>",
                                                   "%00",
                                                   "019a7c6e-0000-7000-8000-000000000000",
                                                   std::string(300, 'x'),
                                                   std::string(70'000, 'y'),
                                                   "2026-11-14T09:00:00Z",
                                                   "\n\t",
                                                   "é\xCC\x81"};
    return one_of(texts);
  }

 private:
  Json wrong() {
    return one_of<Json>({nullptr, true, -1, 1.5, "", Json::array(), Json::object(), Json::array({Json::array()}), 1e300,
                         Json{{"a", Json{{"b", nullptr}}}}});
  }
  Json list(const Json& schema, int depth) {
    Json all = Json::array();
    const size_t count = chance(2) ? 600 : below(3);
    for (size_t i = 0; i < count; ++i) all.push_back(value(schema.value("items", Json::object()), depth + 1));
    return all;
  }
  Json object(const Json& schema, int depth) {
    Json made = Json::object();
    const Json required = schema.value("required", Json::array());
    const Json properties = schema.value("properties", Json::object());
    for (auto one = properties.begin(); one != properties.end(); ++one) {
      const std::string& name = one.key();
      if (name == "wait_seconds") continue;  // it would really wait
      const bool is_required = std::find(required.begin(), required.end(), name) != required.end();
      if (chance(is_required ? 95 : 40)) made[name] = value(one.value(), depth + 1);
    }
    if (chance(3)) made["colour"] = text();
    if (chance(1)) {
      for (int i = 0; i < 300; ++i) made["m" + std::to_string(i)] = i;
    }
    return made;
  }
  // A value somewhere in the text by another.
  std::string replaced(std::string body, const std::string& by) {
    const size_t colon = body.find(':', below(body.size() + 1));
    if (colon == std::string::npos) return body;
    const size_t end = body.find_first_of(",}", colon);
    return body.replace(colon + 1, end - colon - 1, by);
  }

  std::mt19937 random_;
};

class GeneratedTest : public ApiTest {
 protected:
  // Ids of everything, so that some requests get far.
  std::vector<std::string> known_ids() {
    return database.column(
        "select id::text from case_state union select id::text from enquiry_state union select id::text from "
        "match_state "
        "union select id::text from upload union select id::text from confirmation "
        "union select id::text from (select id from message order by position desc limit 50) m limit 400");
  }
};

}  // namespace

TEST_F(GeneratedTest, GetNoServersErrorAndNoStatusThatIsNotDocumented) {
  const int count = setting("WAYMARK_GENERATED_REQUESTS", 1500);
  Generator generator(static_cast<unsigned>(setting("WAYMARK_SEED", 4)));
  const std::vector<std::string> callers = {"314", "319", "318", "3144001", "operator:ops", "officer:314:b.lane"};
  std::vector<std::pair<std::pair<std::string, std::string>, Json>> all(operations().begin(), operations().end());
  std::vector<std::string> ids = {"019a7c6e-0000-7000-8000-000000000000", "314", "x"};
  std::map<int, int> statuses;
  for (int i = 0; i < count; ++i) {
    if (i % 100 == 50) {
      for (std::string& id : known_ids()) ids.push_back(std::move(id));
    }
    const auto& [name, operation] = generator.one_of(all);
    Sent request{name.first, name.second, ""};
    if (const size_t hole = request.target.find("{}"); hole != std::string::npos) {
      request.target.replace(hole, 2, generator.one_of(ids));
    }
    std::string query;
    const Json parameters = operation.value("parameters", Json::array());
    for (const Json& reference : parameters) {
      const Json& parameter = resolved(reference);
      if (parameter.at("in") != "query" || generator.chance(50)) continue;
      const Json value = generator.value(parameter.value("schema", Json::object()));
      const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      query += (query.empty() ? "?" : "&") + parameter.at("name").get<std::string>() + "=" +
               net::percent_encoded(generator.chance(80) ? text : generator.text().substr(0, 200));
    }
    if (net::parse_target("/v1" + request.target + query)) request.target += query;
    if (operation.contains("requestBody")) {
      const Json& content = resolved(operation.at("requestBody")).at("content");
      if (content.contains("application/json")) {
        request.body = generator.spoilt(generator.value(content.at("application/json").at("schema")));
      } else {
        request.body = "record_id,surname,forename,dob\n1," + generator.text() + ",Ann," + generator.text() + "\n";
        request.headers.emplace_back("Content-Type", generator.chance(80) ? "text/csv" : "application/xml");
      }
    }
    if (generator.chance(5)) request.headers.emplace_back("If-Match", generator.chance(50) ? "\"7\"" : "");
    if (generator.chance(3)) request.headers.emplace_back("Idempotency-Key", generator.chance(50) ? "" : "same");
    if (generator.chance(3)) request.headers.emplace_back("Waymark-Officer", generator.chance(50) ? "" : "é");
    if (generator.chance(3)) request.headers.emplace_back("Content-Type", "text/html");
    if (generator.chance(3)) request.headers.emplace_back("Waymark-Signature", generator.text().substr(0, 100));
    SCOPED_TRACE(name.first + " " + request.target + "\n" + request.body.substr(0, 600));
    net::Response response;
    ASSERT_NO_THROW(response = send(generator.one_of(callers), request));
    ++statuses[response.status];
    ASSERT_LT(response.status, 500) << response.body;
    ASSERT_TRUE(operation.at("responses").contains(std::to_string(response.status)))
        << response.status << response.body;
    if (response.status >= 400) ASSERT_EQ(*response.headers.find("Content-Type"), "application/problem+json");
  }
  // Some of them got through, so that the others were refused for what was spoilt.
  EXPECT_GT(statuses[200] + statuses[201], count / 20);
  EXPECT_GT(statuses[400] + statuses[422], count / 20);
}

}  // namespace broker::api
