#include "broker/client/api.h"

#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "broker/audit/jws.h"
#include "broker/base/ids.h"
#include "broker/base/text.h"
#include "broker/message/canonical.h"
#include "broker/net/client.h"

namespace broker::client {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds pause_min{20};
constexpr std::chrono::milliseconds pause_max{1'000};
constexpr int retry_after_seconds_max = 5;

// A broker that is away or busy with the first try of the same request: asking again is right.
bool is_passing(const Answer& answer) {
  if (answer.status == 503) return true;
  return answer.status == 409 && answer.body.find("urn:waymark:problem:request-in-progress") != std::string::npos;
}

std::chrono::milliseconds pause_after(const Answer& answer, std::chrono::milliseconds usual) {
  const auto seconds = base::parse_number(answer.header("Retry-After"));
  if (!seconds) return usual;
  return std::chrono::seconds(std::min<int64_t>(*seconds, retry_after_seconds_max));
}

}  // namespace

struct Api::State {
  explicit State(Access given)
      : access(std::move(given)),
        client(loop.get_executor(), net::ClientSettings{.url = access.url,
                                                        .authorities = access.authorities,
                                                        .certificate = access.certificate,
                                                        .private_key = access.private_key,
                                                        .on_sent = [this](uint64_t bytes) {
                                                          if (on_sent) on_sent(bytes);
                                                        }}) {}

  Answer send_once(const net::Request& request) {
    net::Response response;
    std::exception_ptr failure;
    bool is_done = false;
    boost::asio::co_spawn(loop, client.send(request), [&](std::exception_ptr error, net::Response got) {
      failure = std::move(error);
      response = std::move(got);
      is_done = true;
    });
    loop.restart();
    // Not until the loop has nothing left: the open connection is watched between requests.
    while (!is_done) loop.run_one();
    if (failure) std::rethrow_exception(failure);
    return {response.status, std::move(response.headers), std::move(response.body)};
  }

  Answer send(const net::Request& request) {
    const Deadline deadline = std::chrono::steady_clock::now() + access.patience;
    for (std::chrono::milliseconds pause = pause_min;; pause = std::min(pause * 2, pause_max)) {
      std::chrono::milliseconds wait = pause;
      try {
        Answer answer = send_once(request);
        if (!is_passing(answer) || std::chrono::steady_clock::now() + pause > deadline) return answer;
        wait = pause_after(answer, pause);
      } catch (const net::ConnectionFailed& error) {
        if (std::chrono::steady_clock::now() + pause > deadline) throw Unreachable(error.what());
      }
      std::this_thread::sleep_for(wait);
    }
  }

  net::Request post_of(const std::string& target, const PostOptions& options) const {
    net::Request request;
    request.method = "POST";
    request.target = target;
    request.headers.add("Content-Type", options.content_type);
    request.headers.add("Idempotency-Key", options.idempotency_key.empty() ? new_key() : options.idempotency_key);
    if (!options.if_match.empty()) request.headers.add("If-Match", options.if_match);
    if (!options.content_disposition.empty()) request.headers.add("Content-Disposition", options.content_disposition);
    if (!access.officer.empty()) request.headers.add("Waymark-Officer", access.officer);
    return request;
  }

  // Empty unless this caller signs.
  std::string signature_over(const std::string& body, const std::string& content_type) {
    if (!access.signs) return {};
    if (!signer) signer.emplace(audit::CallerSigner::load(access.private_key, access.certificate));
    if (content_type != "application/json") return audit::sign_detached_jws(*signer, body);
    const auto canonical = message::canonical_json(body.empty() ? "{}" : body);
    return canonical ? audit::sign_detached_jws(*signer, *canonical) : std::string();
  }

  Access access;
  std::function<void(uint64_t)> on_sent;  // of the request that is being sent
  std::optional<audit::CallerSigner> signer;
  boost::asio::io_context loop{1};
  net::Client client;
};

std::string Answer::header(std::string_view name) const {
  const std::string* value = headers.find(name);
  return value == nullptr ? "" : *value;
}

Api::Api(Access access) : state_(std::make_unique<State>(std::move(access))) {}
Api::~Api() = default;
Api::Api(Api&&) noexcept = default;
Api& Api::operator=(Api&&) noexcept = default;

const Access& Api::access() const {
  return state_->access;
}

Answer Api::get(const std::string& target, const std::string& accept) {
  net::Request request;
  request.method = "GET";
  request.target = target;
  request.headers.add("Accept", accept);
  if (!state_->access.officer.empty()) request.headers.add("Waymark-Officer", state_->access.officer);
  return state_->send(request);
}

Answer Api::post(const std::string& target, const std::string& body, PostOptions options) {
  net::Request request = state_->post_of(target, options);
  request.body = body;
  std::string signature = state_->signature_over(body, options.content_type);
  if (!signature.empty()) request.headers.add("Waymark-Signature", std::move(signature));
  return state_->send(request);
}

Answer Api::post_file(const std::string& target, std::shared_ptr<const base::BodyFile> body, PostOptions options,
                      std::function<void(uint64_t)> on_sent) {
  net::Request request = state_->post_of(target, options);
  request.body_file = std::move(body);
  state_->on_sent = std::move(on_sent);
  Answer answer = state_->send(request);
  state_->on_sent = nullptr;
  return answer;
}

Answer Api::send(net::Request request) {
  if (!state_->access.officer.empty()) request.headers.set("Waymark-Officer", state_->access.officer);
  return state_->send(request);
}

Answer Api::put(const std::string& target, const std::string& body, const std::string& content_type) {
  net::Request request;
  request.method = "PUT";
  request.target = target;
  request.body = body;
  request.headers.add("Content-Type", content_type);
  if (!state_->access.officer.empty()) request.headers.add("Waymark-Officer", state_->access.officer);
  return state_->send(request);
}

Answer Api::post_event(const std::string& resource, const std::string& event, const std::string& body) {
  Answer current = get(resource);
  if (!current.is_granted()) return current;
  PostOptions options;
  options.if_match = current.header("ETag");
  return post(resource + event, body, std::move(options));
}

std::string new_key() {
  thread_local const base::SystemClock clock;
  thread_local base::SystemRandom random;
  thread_local base::IdMaker ids(clock, random);
  return ids.next();
}

}  // namespace broker::client
