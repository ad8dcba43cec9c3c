#include "broker/net/server.h"

#include <algorithm>
#include <cerrno>
#include <tuple>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/base/ensure.h"
#include "broker/base/log.h"
#include "broker/net/session.h"

namespace broker::net {
namespace {

using boost::asio::ip::tcp;

constexpr auto tupled = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr int backlog = 1024;
// While handshakes are as many as may be, one whose client says nothing for so long is cut, and accepting rests so
// long.
constexpr std::chrono::milliseconds stall_time{1'000};
constexpr std::chrono::milliseconds crowd_rest{20};
// How long accepting rests when there are no descriptors or memory left.
constexpr std::chrono::milliseconds accept_rest{100};
// After the cut, for coroutines that are being cancelled to end.
constexpr std::chrono::milliseconds cut_time{1'000};

// Keeps the server's set of sessions right however the coroutine ends.
class Membership {
 public:
  Membership(std::shared_ptr<Server::State> state, std::shared_ptr<Session> session)
      : state_(std::move(state)), session_(std::move(session)) {}
  ~Membership() { state_->forget(session_); }
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

 private:
  std::shared_ptr<Server::State> state_;
  std::shared_ptr<Session> session_;
};

awaitable<void> serve(std::shared_ptr<Server::State> state, std::shared_ptr<Session> session) {
  const Membership membership(state, session);
  co_await session->run();
}

// Carries the session's cancellation into its coroutine. bind_cancellation_slot would do it by way of the executor, and
// so, when called from outside of the event loop, after the session has gone.
struct Cancellable {
  std::shared_ptr<Session> session;
  using cancellation_slot_type = boost::asio::cancellation_slot;
  cancellation_slot_type get_cancellation_slot() const noexcept { return session->cancellation.slot(); }
  void operator()(const std::exception_ptr&) const {}
};

awaitable<void> accept_connections(std::shared_ptr<Server::State> state) {
  co_await state->accept_all();
}

}  // namespace

Server::State::State(const boost::asio::any_io_executor& on, ServerSettings with)
    : executor(on),
      settings(std::move(with)),
      spool(std::make_shared<Spool>(settings.body_directory, settings.limits.spooled_bytes,
                                    settings.limits.spooled_bytes_per_peer)),
      acceptor(on),
      handshake_turns(on, 1),
      all_gone(on),
      label("listener=\"" + settings.name + "\"") {}

void Server::State::listen() {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(settings.address, error);
  if (error) throw TlsError("the address to listen on is none: " + settings.address);
  if (!settings.tls && !address.is_loopback()) throw TlsError("plain HTTP is for loopback addresses only");
  const tcp::endpoint endpoint(address, settings.port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind(endpoint);
  acceptor.listen(backlog);
  port = acceptor.local_endpoint().port();
}

awaitable<void> Server::State::accept_all() {
  while (acceptor.is_open()) {
    while (context && shaking.size() >= settings.limits.handshakes) co_await make_room();
    if (!acceptor.is_open()) co_return;
    auto [error, socket] = co_await acceptor.async_accept(tupled);
    if (!error) {
      try {
        open(std::move(socket));
      } catch (const std::exception&) {
        base::log_error("can't serve a connection", {{"listener", settings.name}});
      }
    } else if (acceptor.is_open() && error != boost::asio::error::connection_aborted) {
      base::log_error("can't accept connections", {{"listener", settings.name}, {"error", error.message()}});
      boost::asio::steady_timer rest(executor, accept_rest);
      co_await rest.async_wait(tupled);
    }
  }
}

// Others wait in the kernel's queue meanwhile. Who waits for its turn is not cut, however long that takes: cutting
// those whose turn is next would waste all the work when everybody comes back at once.
awaitable<void> Server::State::make_room() {
  const auto candidates = shaking;
  for (Session* const session : candidates) {
    if (!session->is_stalled(stall_time)) continue;
    if (metrics) metrics->count("waymark_connections_refused", label + ",reason=\"handshakes\"");
    session->cut();
  }
  boost::asio::steady_timer rest(executor, crowd_rest);
  co_await rest.async_wait(tupled);
}

void Server::State::open(tcp::socket socket) {
  const Limits& limits = settings.limits;
  if (sessions.size() >= limits.connections + limits.connections_over) {
    if (metrics) metrics->count("waymark_connections_refused", label + ",reason=\"connections\"");
    return;
  }
  boost::system::error_code ignored;
  std::ignore = socket.set_option(tcp::no_delay(true), ignored);
  const bool is_over = sessions.size() >= limits.connections;
  auto session = std::make_shared<Session>(shared_from_this(), std::move(socket), is_over);
  sessions.insert(session);
  if (context) {
    session->begin_handshake();
  }
  show_connections();
  boost::asio::co_spawn(executor, serve(shared_from_this(), session), Cancellable{session});
}

void Server::State::forget(const std::shared_ptr<Session>& session) {
  sessions.erase(session);
  show_connections();
  if (sessions.empty()) all_gone.cancel();
}

void Server::State::show_connections() {
  if (metrics) metrics->gauge("waymark_connections", static_cast<double>(sessions.size()), label);
}

Server::Server(const boost::asio::any_io_executor& executor, ServerSettings settings, Handler handler,
               BodyLimit body_limit, PeerCheck peer_check, base::Metrics* metrics)
    : state_(std::make_shared<State>(executor, std::move(settings))) {
  state_->handler = std::move(handler);
  state_->body_limit = std::move(body_limit);
  state_->peer_check = std::move(peer_check);
  state_->metrics = metrics;
  if (state_->settings.tls) state_->context = make_server_context(*state_->settings.tls, state_->settings.allow_tls12);
  state_->listen();
}

Server::~Server() {
  state_->is_stopping = true;
  boost::system::error_code ignored;
  std::ignore = state_->acceptor.close(ignored);
  close_if([](const Peer&) { return true; });
  state_->metrics = nullptr;
  // The coroutines own their sessions; the event loop ends them, or drops them when it goes itself.
  state_->sessions.clear();
}

void Server::start() {
  boost::asio::co_spawn(state_->executor, accept_connections(state_), [](const std::exception_ptr&) {});
}

awaitable<void> Server::stop() {
  const auto state = state_;
  state->is_stopping = true;
  boost::system::error_code ignored;
  std::ignore = state->acceptor.close(ignored);
  const auto sessions = state->sessions;  // cutting one changes the set
  for (const auto& session : sessions) {
    if (session->is_idle()) session->close_idle();
  }
  state->all_gone.expires_after(state->settings.limits.stop_time);
  if (!state->sessions.empty()) co_await state->all_gone.async_wait(tupled);
  if (state->sessions.empty()) co_return;
  base::log_warning(
      "requests were cut at the end of the time to stop",
      {{"listener", state->settings.name}, {"connections", static_cast<uint64_t>(state->sessions.size())}});
  const auto remaining = state->sessions;
  for (const auto& session : remaining) session->cut();
  state->all_gone.expires_after(cut_time);
  if (!state->sessions.empty()) co_await state->all_gone.async_wait(tupled);
}

bool Server::is_stopping() const {
  return state_->is_stopping;
}

void Server::reload(const TlsFiles& files) {
  base::ensure(state_->settings.tls.has_value());
  state_->context = make_server_context(files, state_->settings.allow_tls12);
  state_->settings.tls = files;
}

size_t Server::close_if(const std::function<bool(const Peer&)>& predicate) {
  const auto sessions = state_->sessions;
  size_t closed = 0;
  for (const auto& session : sessions) {
    if (!predicate(session->peer())) continue;
    session->cut();
    ++closed;
  }
  return closed;
}

uint16_t Server::port() const {
  return state_->port;
}

size_t Server::connections() const {
  return state_->sessions.size();
}

}  // namespace broker::net
