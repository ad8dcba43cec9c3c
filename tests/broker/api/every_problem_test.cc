// Every problem that the OpenAPI document names is met here by a client: the same calls, the same listener, and no
// other.
#include <algorithm>
#include <iterator>
#include <set>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/net/server.h"
#include "tests/broker/api/api_fixture.h"
#include "tests/broker/api/document.h"

namespace broker::api {
namespace {

using nlohmann::json;
using Problems = std::set<std::string>;
namespace asio = boost::asio;

Problems without(const Problems& all, const Problems& some) {
  Problems rest;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::inserter(rest, rest.end()));
  return rest;
}

// All that comes back for these bytes until the other end closes.
asio::awaitable<std::string> exchange(asio::any_io_executor executor, uint16_t port, std::string bytes) {
  asio::ip::tcp::socket socket(executor);
  const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  co_await socket.async_connect(endpoint, asio::use_awaitable);
  const auto out = asio::buffer(bytes);
  co_await asio::async_write(socket, out, asio::use_awaitable);
  std::string answer;
  boost::system::error_code end;
  auto in = asio::dynamic_buffer(answer);
  co_await asio::async_read(socket, in, asio::redirect_error(asio::use_awaitable, end));
  co_return answer;
}

class EveryProblem : public ApiTest {
 protected:
  // The answer, whose problem was met when it is one.
  net::Response met(const std::string& who, Sent what) {
    net::Response response = send(who, std::move(what));
    note(response.body, response.status);
    return response;
  }
  void note(const std::string& body, int status) {
    const json problem = json::parse(body, nullptr, false);
    if (!problem.is_object() || !problem.contains("type") || problem.value("status", 0) != status) return;
    const std::string type = problem.at("type");
    met_.insert(type.substr(type.rfind(':') + 1));
  }
  std::string id_of(const net::Response& response) {
    const json body = json::parse(response.body, nullptr, false);
    return body.is_object() ? body.value("id", "none") : "none";
  }
  std::string open_case(const char* upn) {
    const json child = {{"surname", "Vale"}, {"forename", "Rosie"}, {"upn", upn}, {"school", {{"laestab", "3144001"}}}};
    return id_of(met("314", {"POST", "/cases", json{{"child", child}, {"force", true}}.dump()}));
  }
  std::string enquire(const std::string& case_id) {
    const net::Response sent = met("314", {"POST", "/cases/" + case_id + "/enquiries",
                                           R"({"to":["319"],"kind":"area_believed","priority":"routine"})"});
    return json::parse(sent.body).at("items").at(0).at("id");
  }
  std::string reply(const std::string& enquiry_id, const char* answer) {
    return met("319", {"POST", "/enquiries/" + enquiry_id + "/replies", answer}).body;
  }
  net::Response on_case(const std::string& who, const std::string& case_id, const std::string& event,
                        const char* body) {
    return met(who, {"POST", "/cases/" + case_id + event, body});
  }
  // Over a socket, as a listener of this kind gives it to a client; the API behind it is the same.
  void met_at(net::Limits limits, const std::string& bytes, net::Handler handler) {
    net::ServerSettings settings;
    settings.limits = limits;
    net::Server server(loop.executor(), settings, std::move(handler), body_limit, {}, &metrics);
    server.start();
    const std::string answer = loop.run(exchange(loop.executor(), server.port(), bytes));
    loop.run(server.stop());
    const size_t body = answer.find("\r\n\r\n");
    ASSERT_NE(body, std::string::npos) << answer;
    note(answer.substr(body + 4), std::stoi(answer.substr(answer.find(' ') + 1)));
  }
  net::Handler the_api() {
    return [this](net::Request request) { return api.answer(std::move(request)); };
  }

  void meet_those_of_requests();
  void meet_those_of_a_case();
  void meet_those_of_removal_and_matches();
  void meet_those_of_the_listener();

  Problems met_;
};

void EveryProblem::meet_those_of_requests() {
  const std::string nobody = "/cases/01935c1e-7c1a-7d53-9c2f-3f4be0a1c001";
  const char* good = R"({"child":{"surname":"Hill","forename":"Zoe"}})";
  met("314", {"POST", "/cases", "{"});
  met("314", {"POST", "/cases", "{}"});
  met("314", {"POST", "/cases", good, {{"Content-Type", "text/plain"}}});
  met("314", {"POST", "/cases", good, {{"Idempotency-Key", ""}}});
  met("314", {"POST", "/cases", good, {{"Waymark-Officer", ""}}});
  met("314", {"POST", "/cases", good, {{"Waymark-Signature", "x"}}});
  met("314", {"POST", "/uploads?kind=arrivals", "", {{"Content-Type", "text/csv"}}});
  met("none", {"GET", "/whoami", ""});
  met("3144001", {"POST", "/cases", good});
  met("314", {"GET", nobody, ""});
  met("314",
      {"PUT", "/authorities/314/settings", "{}", {{"Content-Type", "application/json"}, {"Waymark-Officer", "a.obi"}}});
  met("314", {"DELETE", "/cases", ""});
  met("314", {"POST", "/queries", R"({"child":{"surname":"Hill"},"purpose":"Asked by a school."})"});
  met("314", {"POST", "/cases", good, {{"Idempotency-Key", "again"}}});
  met("314", {"POST", "/cases", R"({"child":{"surname":"Hill","forename":"Ann"}})", {{"Idempotency-Key", "again"}}});
  met("314", {"POST", "/inbox/ack",
              R"({"lease_id":"01935c1e-7c1a-7d53-9c2f-3f4be0a1c001","ids":["01935c1e-7c1a-7d53-9c2f-3f4be0a1c002"]})"});
}

void EveryProblem::meet_those_of_a_case() {
  const std::string id = open_case("E314204823001");
  open_case("E314204823001");
  on_case("314", id, "/close", "{}");
  on_case("314", id, "/confirmations", R"({"outcome":"home_educated","location":{"written_confirmation":true}})");
  met("314", {"POST", "/cases/" + id + "/close", "{}", {{"If-Match", "\"99\""}}});
  const std::string enquiry = enquire(id);
  reply(enquiry, R"({"outcome":"home_educated","location":{"written_confirmation":false}})");
  reply(enquiry, R"({"outcome":"not_located"})");
  on_case("314", id, "/close", "{}");
  const std::string later = reply(enquire(id), R"({"outcome":"on_roll","location":{"school":{"laestab":"3194001"},)"
                                               R"("living_in_area":false,"attending_since":"2026-01-05"}})");
  on_case("314", id, "/close", "{}");
  const std::string confirmation = json::parse(later).at("confirmation_id");
  for (int i = 0; i < 2; ++i)
    met("319", {"POST", "/confirmations/" + confirmation + "/retract", R"({"reason":"No."})"});
  on_case("314", id, "/end", R"({"reason":"opened_in_error"})");
  on_case("314", id, "/end/approve", "{}");

  const std::string closed = open_case("F318401215027");
  reply(enquire(closed), R"({"outcome":"home_educated","location":{"written_confirmation":true}})");
  for (int i = 0; i < 2; ++i) on_case("314", closed, "/close", "{}");
  on_case("314", closed, "/enquiries", R"({"to":["319"],"kind":"area_believed","priority":"routine"})");

  const std::string handed_over = open_case("U830230118042");
  reply(enquire(handed_over),
        R"({"outcome":"resident_not_in_education","location":{"address":{"lines":["4 Mill Lane"],)"
        R"("town":"Sutton"}}})");
  on_case("314", handed_over, "/reopen", R"({"reason":"It was not so."})");
}

void EveryProblem::meet_those_of_removal_and_matches() {
  const std::string id = open_case("B801200005001");
  on_case("314", id, "/removal", R"({"ground":"A"})");
  for (int i = 0; i < 2; ++i) on_case("314", id, "/removal", R"({"ground":"B"})");
  for (int i = 0; i < 2; ++i) on_case("3144001", id, "/removal/confirm", R"({"date":"2026-01-05"})");

  const char* arrivals = "record_id,upn,surname,forename,dob\n1,T33020412301Z,Mills,Iris,2014-05-03\n";
  met("319", {"POST", "/uploads?kind=arrivals", arrivals, {{"Content-Type", "text/csv"}}});
  loop.run(index.catch_up());
  const net::Response found =
      met("314", {"POST", "/queries",
                  R"({"child":{"upn":"T33020412301Z","surname":"Mills","forename":"Iris","dob":"2014-05-03"},)"
                  R"("purpose":"Asked by a school."})"});
  const std::string match = json::parse(found.body).at("candidates").at(0).at("match_id");
  for (int i = 0; i < 2; ++i) {
    met("319", {"POST", "/matches/" + match + "/decision", R"({"decision":"reject","reason":"Another child."})"});
  }
}

void EveryProblem::meet_those_of_the_listener() {
  const std::string request = "GET /v1/whoami HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
  met_at({}, "GET /v1/whoami HTTP/1.1\r\n\r\n", the_api());
  met_at({}, request + "X: " + std::string(20'000, 'x') + "\r\n\r\n", the_api());
  met_at({}, "POST /v1/cases HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", the_api());
  net::Limits none;
  none.connections = 0;
  met_at(none, request + "\r\n", the_api());

  // Two with one key at once, of which the second comes while the first is decided.
  const auto ask = [this] {
    net::Request twice;
    twice.method = "POST";
    twice.target = twice.path = "/v1/cases";
    twice.body = R"({"child":{"surname":"Hill","forename":"Zoe"}})";
    twice.peer = peer("314");
    for (const auto& [name, value] : {std::pair{"Content-Type", "application/json"},
                                      {"Idempotency-Key", "at-once"},
                                      {"Waymark-Officer", "a.obi"}}) {
      twice.headers.add(name, value);
    }
    return loop.start(api.answer(std::move(twice)));
  };
  auto first = ask();
  auto second = ask();
  for (const net::Response& response : {loop.finish(std::move(first)), loop.finish(std::move(second))}) {
    note(response.body, response.status);
  }

  services.request_limit = RequestLimit(1);
  for (int i = 0; i < 12; ++i) met("318", {"GET", "/whoami", ""});
  services.request_limit = RequestLimit(0);

  // Something that nobody has foreseen, and then a database that is away.
  database.ask("drop table notice");
  met_at({}, request + "\r\n", [this](net::Request asked) {
    asked.method = "GET";
    asked.target = asked.path = "/v1/notices";
    asked.peer = peer("314");
    return api.answer(std::move(asked));
  });
  pool.close();
  met("314", {"GET", "/cases", ""});
}

}  // namespace

TEST_F(EveryProblem, ThatTheDocumentNamesIsMetByAClient) {
  meet_those_of_requests();
  meet_those_of_a_case();
  meet_those_of_removal_and_matches();
  meet_those_of_the_listener();

  Problems documented, kept_for_clients;
  const auto& type = testing::document().at("components").at("schemas").at("Problem").at("properties").at("type");
  for (const auto& one : type.at("oneOf")) {
    const std::string name = one.at("const");
    Problems& group = one.value("x-raised", true) ? documented : kept_for_clients;
    group.insert(name.substr(name.rfind(':') + 1));
  }
  EXPECT_EQ(without(documented, met_), Problems{}) << "the document names it and nobody met it";
  EXPECT_EQ(without(met_, documented), Problems{}) << "met, and the document does not name it as raised";
  // Names that clients may know, and that no rule of this version comes to.
  EXPECT_EQ(kept_for_clients, (Problems{"not-a-party", "restricted-record"}));
}

}  // namespace broker::api
