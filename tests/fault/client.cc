#include "tests/fault/client.h"

#include <thread>

#include <boost/asio/co_spawn.hpp>

#include "broker/client/api.h"

namespace fault {
namespace {

using broker::net::Request;
using broker::net::Response;

constexpr std::chrono::milliseconds pause_min{5};
constexpr std::chrono::milliseconds pause_max{500};

std::string header(const Response& response, const std::string& name) {
  const std::string* value = response.headers.find(name);
  return value == nullptr ? "" : *value;
}

Request request_for(const std::string& method, const std::string& target) {
  Request request;
  request.method = method;
  request.target = target;
  request.headers.add("Waymark-Officer", "a.obi");
  return request;
}

}  // namespace

Client::Client(Reach reach, std::string authority, History& history, uint64_t seed)
    : authority_(std::move(authority)), history_(history), random_(seed) {
  for (const std::string& url : reach.urls) {
    broker::net::ClientSettings settings{.url = url,
                                         .authorities = reach.authorities,
                                         .certificate = reach.certificate,
                                         .private_key = reach.private_key,
                                         .timeout = timeout,
                                         .connect_timeout = timeout};
    brokers_.push_back(std::make_unique<broker::net::Client>(loop_.get_executor(), std::move(settings)));
  }
  turn_away();
}

Response Client::try_once(Request request) {
  Response response;
  std::exception_ptr failure;
  bool is_done = false;
  boost::asio::co_spawn(loop_, brokers_[broker_]->send(std::move(request)),
                        [&](std::exception_ptr error, Response got) {
                          failure = std::move(error);
                          response = std::move(got);
                          is_done = true;
                        });
  loop_.restart();
  while (!is_done) loop_.run_one();
  if (!failure) return response;
  try {
    std::rethrow_exception(failure);
  } catch (const broker::net::ConnectionFailed&) {
    Response none;
    none.status = 0;
    return none;
  }
}

// The broker or its database is away, or busy with an earlier try of the same.
bool Client::is_passing(const Response& response) {
  if (response.status == 0 || response.status == 503 || response.status == 507 || response.status == 429) return true;
  return response.status == 409 && response.body.find("request-in-progress") != std::string::npos;
}

Command Client::send(Command command) {
  command.caller = authority_;
  command.key = broker::client::new_key();
  Request request = request_for("POST", command.target);
  request.body = command.body;
  request.headers.add("Content-Type", command.media_type);
  request.headers.add("Idempotency-Key", command.key);
  if (!command.if_match.empty()) request.headers.add("If-Match", command.if_match);
  const auto give_up = std::chrono::steady_clock::now() + patience;
  Response response;
  for (auto pause = pause_min;; pause = std::min(pause * 2, pause_max)) {
    const int64_t at = history_.now_ms();
    response = try_once(request);
    command.attempts.push_back({at, history_.now_ms() - at, broker_, response.status});
    if (!is_passing(response) || std::chrono::steady_clock::now() > give_up) break;
    turn_away();
    std::this_thread::sleep_for(pause);
  }
  const bool has_answer = !is_passing(response);
  if (has_answer) {
    command.status = response.status;
    command.answer = response.body;
    command.etag = header(response, "ETag");
    command.is_replay = header(response, "Idempotency-Replayed") == "true";
  }
  history_.add(command);
  if (!has_answer) {
    throw GaveUp(command.target + " had no answer in time, last status " + std::to_string(response.status) + " " +
                 response.body);
  }
  return command;
}

Response Client::get(const std::string& target) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  for (auto pause = pause_min;; pause = std::min(pause * 2, pause_max)) {
    Response response = try_once(request_for("GET", target));
    if (!is_passing(response)) return response;
    if (std::chrono::steady_clock::now() > give_up) throw GaveUp(target + " had no answer in time");
    turn_away();
    std::this_thread::sleep_for(pause);
  }
}

Response Client::post_once(const std::string& target, const broker::client::Json& body) {
  Request request = request_for("POST", target);
  request.body = broker::client::dump(body);
  request.headers.add("Content-Type", "application/json");
  return try_once(std::move(request));
}

}  // namespace fault
