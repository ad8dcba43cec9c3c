#include "broker/client/conformance_checks.h"

namespace broker::client {
namespace {

constexpr int claims_max = 50;

}  // namespace

void expect(bool holds, const std::string& detail) {
  if (!holds) throw Unlike{detail};
}

Json expect_status(const Answer& answer, int status, const std::string& problem) {
  const Json body = parse_json(answer.body);
  const std::string type = text_at(body, "/type");
  expect(answer.status == status,
         "status " + std::to_string(answer.status) + " " + type + ", not " + std::to_string(status));
  if (!problem.empty()) expect(type == "urn:waymark:problem:" + problem, "problem " + type + ", not " + problem);
  return body;
}

std::string letters_of(const std::string& key) {
  std::string letters = "Z";
  for (const char c : key) {
    if (c >= '0' && c <= '9') letters += static_cast<char>('a' + (c - '0'));
    if (c >= 'a' && c <= 'f') letters += static_cast<char>('k' + (c - 'a'));
  }
  return letters;
}

void Checks::check(const char* name, const std::function<void()>& holds) {
  Check one{name, Check::Result::passed, ""};
  try {
    holds();
  } catch (const NotChecked& not_checked) {
    one.result = Check::Result::not_checked;
    one.detail = not_checked.why;
  } catch (const Unlike& unlike) {
    one.result = Check::Result::failed;
    one.detail = unlike.detail;
  } catch (const Unreachable&) {
    throw;
  } catch (const std::exception& error) {
    one.result = Check::Result::failed;
    one.detail = error.what();
  }
  checks_.push_back(std::move(one));
}

Json take_message(Api& api, const std::string& what, const std::function<bool(const Json&)>& is_wanted,
                  const std::function<bool(const Json&)>& is_about_us) {
  for (int i = 0; i < claims_max; ++i) {
    const Answer answer = api.post("/v1/inbox/claim", R"({"max":500,"lease_seconds":10,"wait_seconds":5})");
    if (answer.status == 204) {
      expect(!answer.header("Retry-After").empty(), "204 without Retry-After");
      throw Unlike{"no " + what + " came"};
    }
    const Json claimed = expect_status(answer, 200);
    const std::string lease = text_at(claimed, "/lease_id");
    Json found;
    for (const Json& one : items_of(claimed)) {
      const bool is_found = is_wanted(one);
      const char* verb = is_found || is_about_us(one) ? "/ack" : "/nack";
      const Answer done = api.post("/v1/inbox/" + text_at(one, "/id") + verb, dump({{"lease_id", lease}}));
      expect(done.is_granted(), "ack refused");
      if (is_found) found = one;
    }
    if (found.is_object()) return found;
  }
  throw Unlike{"no " + what + " came"};
}

}  // namespace broker::client
