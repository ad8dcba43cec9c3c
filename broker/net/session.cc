#include "broker/net/session.h"

#include <cstdlib>
#include <stdexcept>
#include <typeinfo>

#include <cxxabi.h>

#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/net/refusal.h"
#include "broker/net/request_parser.h"
#include "broker/net/response_text.h"
#include "broker/net/tls_verdict.h"
#include "broker/net/traceparent.h"
#include "broker/net/websocket.h"

namespace broker::net {
namespace {

using base::ProblemType;
using Clock = std::chrono::steady_clock;

constexpr int retry_after_seconds = 1;
constexpr int spool_retry_seconds = 10;
constexpr size_t small_body_bytes = size_t{16} * 1024;  // goes into one write with its header
const std::string continue_text = "HTTP/1.1 100 Continue\r\n\r\n";

base::Problem busy(ProblemType type, std::string detail) {
  return base::Problem{type, std::move(detail), {}, {}, retry_after_seconds};
}

uint64_t next_number() {
  static uint64_t number = 0;
  return ++number;
}

// What was thrown, by its type alone: the words of some exceptions quote the input.
std::string type_of(const std::exception& error) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), &std::free);
  return name ? name.get() : "exception";
}

Deadline after(std::chrono::milliseconds time) {
  return Clock::now() + time;
}

}  // namespace

Session::Session(std::shared_ptr<Server::State> server, boost::asio::ip::tcp::socket socket, bool is_over)
    : server_(std::move(server)),
      stream_(std::make_shared<Stream>(std::move(socket), server_->context.get())),
      peer_(std::make_shared<Peer>()),
      is_over_(is_over) {
  peer_->address = stream_->remote_address();
}

Session::~Session() {
  end_handshake();
  if (!is_counted_) return;
  const auto found = server_->sessions_by_peer.find(peer_->fingerprint);
  if (--found->second == 0) server_->sessions_by_peer.erase(found);
}

void Session::begin_handshake() {
  shaking_ = server_->shaking.insert(server_->shaking.end(), this);
}

bool Session::is_stalled(std::chrono::milliseconds time) const {
  return shaking_ && stream_->waits_since() + time <= Clock::now();
}

void Session::end_handshake() {
  if (shaking_) server_->shaking.erase(*shaking_);
  shaking_.reset();
}

void Session::cut() {
  stream_->cut();
  cancellation.emit(boost::asio::cancellation_type::terminal);
}

void Session::close_idle() {
  stream_->say_goodbye();
  cut();
}

void Session::count_refusal(const char* reason) const {
  if (server_->metrics) {
    server_->metrics->count("waymark_connections_refused", server_->label + ",reason=\"" + reason + "\"");
  }
}

awaitable<void> Session::run() {
  try {
    co_await converse();
  } catch (const Disconnected& end) {
    const bool is_slow = end.cause == Disconnected::Cause::timed_out && phase_ != Phase::idle;
    if (is_slow) count_refusal(phase_ == Phase::handshake ? "slow_handshake" : "slow_request");
  } catch (const std::exception& error) {
    if (stream_->is_cut()) co_return;
    base::log_error("a connection failed", {{"listener", server_->settings.name}, {"error", type_of(error)}});
  }
}

awaitable<void> Session::converse() {
  if (stream_->tls()) co_await shake_hands();
  while (true) {
    const bool goes_on = co_await serve_one();
    if (!goes_on) break;
  }
  co_await stream_->finish();
}

awaitable<void> Session::shake_hands() {
  stream_->set_deadline(after(server_->settings.limits.handshake_time));
  co_await stream_->accept_tls(server_->handshake_turns);
  end_handshake();
  if (server_->metrics) server_->metrics->count("waymark_handshakes", server_->label);
  ClientCertificate certificate = client_certificate(stream_->tls());
  if (certificate.der.empty()) co_return;
  peer_->shown = true;
  peer_->verified = certificate.error.empty();
  peer_->verify_error = std::move(certificate.error);
  peer_->der = std::move(certificate.der);
  peer_->fingerprint = base::to_hex(base::sha256(peer_->der));
  not_after_ = certificate.not_after;
  ++server_->sessions_by_peer[peer_->fingerprint];
  is_counted_ = true;
  judge_peer();
}

// Requests that were read before hold what was true then, so a change makes a new Peer.
void Session::judge_peer() {
  if (!peer_->verified) return;
  std::string reason;
  if (not_after_ <= std::chrono::system_clock::now()) {
    reason = "The certificate has expired.";
  } else if (server_->peer_check) {
    PeerVerdict verdict = server_->peer_check(peer_->der);
    if (!verdict.accepted) reason = verdict.reason.empty() ? "The certificate is refused." : std::move(verdict.reason);
  }
  if (reason.empty()) return;
  peer_ = std::make_shared<Peer>(*peer_);
  peer_->verified = false;
  peer_->verify_error = std::move(reason);
}

bool Session::is_one_too_many() const {
  return is_counted_ &&
         server_->sessions_by_peer.at(peer_->fingerprint) > server_->settings.limits.connections_per_peer;
}

base::Problem Session::excess() const {
  return is_over_ ? busy(ProblemType::overloaded, "Try again in a moment.")
                  : busy(ProblemType::too_many_requests, "This certificate has too many connections.");
}

awaitable<bool> Session::read_header(RequestParser& parser) {
  const Limits& limits = server_->settings.limits;
  if (buffer_.empty()) {
    std::string().swap(buffer_);  // an idle connection keeps no memory
    phase_ = Phase::idle;
    stream_->set_deadline(after(is_trusted() ? limits.idle_time : limits.header_time));
    const bool has_more = co_await stream_->read(buffer_);
    if (!has_more) co_return false;
    phase_ = Phase::request;
  }
  parser.feed(buffer_);
  if (parser.state() != RequestParser::State::header) co_return true;
  stream_->set_deadline(after(limits.header_time));
  while (parser.state() == RequestParser::State::header) {
    const bool has_more = co_await stream_->read(buffer_);
    if (!has_more) co_return false;
    parser.feed(buffer_);
  }
  co_return true;
}

Response Session::no_room() const {
  count_refusal("spool");
  base::Problem problem = busy(ProblemType::overloaded, "Many large files are coming in. Try again in a moment.");
  problem.retry_after_seconds = spool_retry_seconds;
  return refusal(problem);
}

awaitable<std::optional<Response>> Session::begin_file(const RequestParser& parser, LargeBody& body) {
  if (server_->settings.admission) {
    Request so_far = parser.request();
    so_far.peer = peer_;
    std::optional<Response> refused = co_await server_->settings.admission(std::move(so_far));
    if (refused) {
      count_refusal("not_admitted");
      co_return refused;
    }
  }
  body.spooled = std::make_shared<Spool::Body>(server_->spool, peer_->fingerprint);
  if (!body.spooled->reserve(parser.announced_bytes())) co_return no_room();
  co_return std::nullopt;
}

awaitable<Session::LargeBody> Session::read_body(RequestParser& parser) {
  const Limits& limits = server_->settings.limits;
  const Deadline start = after(limits.body_time);
  size_t received = buffer_.size();
  stream_->set_deadline(start);
  if (parser.wants_continue() && buffer_.empty()) co_await stream_->write(continue_text);
  parser.feed(buffer_);
  LargeBody body;
  while (parser.state() == RequestParser::State::body) {
    if (parser.request().body.size() > limits.memory_body_bytes) {
      if (!body.spooled) body.refusal = co_await begin_file(parser, body);
      if (body.refusal) co_return body;
      if (!body.spooled->append(parser.take_body())) body.refusal = no_room();
      if (body.refusal) co_return body;
    }
    const size_t before = buffer_.size();
    const bool has_more = co_await stream_->read(buffer_);
    if (!has_more) throw Disconnected(Disconnected::Cause::closed, "the body ended early");
    received += buffer_.size() - before;
    const auto seconds = static_cast<Clock::rep>(received / limits.body_bytes_per_second);
    stream_->set_deadline(start + std::chrono::seconds(seconds));
    parser.feed(buffer_);
  }
  const bool is_done = parser.state() == RequestParser::State::done;
  if (body.spooled && is_done && !body.spooled->append(parser.take_body())) body.refusal = no_room();
  co_return body;
}

// Whoever is not believed gets one answer, and no say in how much we read for it.
bool Session::is_trusted() const {
  const ServerSettings& settings = server_->settings;
  return peer_->verified || !stream_->tls() || settings.is_certificate_optional || settings.tls->authorities.empty();
}

awaitable<bool> Session::serve_one() {
  using State = RequestParser::State;
  RequestParser parser(server_->settings.limits.header_bytes);
  const bool has_header = co_await read_header(parser);
  if (!has_header) co_return false;
  judge_peer();
  if (parser.state() == State::body_wait && (is_over_ || is_one_too_many())) {
    base::Problem problem = excess();
    const char* const reason = is_over_ ? "connections" : "connections_per_peer";
    co_return co_await refuse(std::move(problem), reason);
  }
  if (parser.state() == State::body_wait && is_trusted()) {
    const Request& request = parser.request();
    const bool has_limit = static_cast<bool>(server_->body_limit);
    parser.set_body_limit(has_limit ? server_->body_limit(request.method, request.path)
                                    : server_->settings.limits.body_bytes);
  }
  LargeBody body;
  if (parser.state() == State::body) {
    body = co_await read_body(parser);
    judge_peer();
  }
  if (body.refusal) co_return co_await send(std::move(*body.refusal), false, false);
  if (parser.state() == State::refused) co_return co_await refuse(parser.problem(), "malformed");
  const bool keeps_alive = parser.wants_keep_alive() && is_trusted();
  const bool is_head = parser.request().method == "HEAD";
  Request request = parser.take_request();
  request.peer = peer_;
  if (body.spooled) request.body_file = {body.spooled, &body.spooled->file()};
  request.number = next_number();
  Response response = co_await answer_of(std::move(request));
  co_return co_await send(std::move(response), is_head, keeps_alive);
}

awaitable<Response> Session::answer_of(Request request) {
  const uint64_t number = request.number;
  const std::string trace = traceparent_of(request);
  try {
    co_return co_await server_->handler(std::move(request));
  } catch (const std::exception& error) {
    if (stream_->is_cut()) throw;
    base::log_error("a request failed", {{"request", number}, {"traceparent", trace}, {"error", type_of(error)}});
  }
  co_return refusal(base::problem(ProblemType::internal, "The error is in the server's log."));
}

awaitable<bool> Session::refuse(base::Problem problem, const char* reason) {
  count_refusal(reason);
  Response response = refusal(problem);
  co_return co_await send(std::move(response), false, false);
}

std::string Session::header_of(Response& response, bool goes_on) const {
  try {
    return header_text(response, goes_on, std::time(nullptr));
  } catch (const std::invalid_argument& error) {
    base::log_error("an answer can't be sent", {{"error", error.what()}});
  }
  response = refusal(base::problem(ProblemType::internal, "The error is in the server's log."));
  return header_text(response, goes_on, std::time(nullptr));
}

// For a stop, and for whoever cuts the connection, it is as if no request were under way.
awaitable<void> Session::hand_over(const Response& response) {
  const auto socket = std::make_shared<WebSocket>(stream_, std::exchange(buffer_, {}));
  phase_ = Phase::idle;
  co_await response.upgrade(socket);
  co_await socket->close(CloseCode::going_away, "");
}

awaitable<bool> Session::send(Response response, bool is_head, bool keeps_alive) {
  const Limits& limits = server_->settings.limits;
  const bool goes_on = keeps_alive && !response.close && !server_->is_stopping;
  std::string text = header_of(response, goes_on);
  const size_t body_bytes = has_body(response, is_head) ? response.body.size() : 0;
  const auto seconds = static_cast<Clock::rep>(body_bytes / limits.body_bytes_per_second);
  stream_->set_deadline(after(limits.write_time) + std::chrono::seconds(seconds));
  if (response.upgrade) {
    co_await stream_->write(text);
    co_await hand_over(response);
    co_return false;
  }
  const bool is_small = body_bytes <= small_body_bytes;
  if (is_small && body_bytes > 0) text += response.body;
  co_await stream_->write(text);
  if (!is_small) co_await stream_->write(response.body);
  co_return goes_on;
}

}  // namespace broker::net
