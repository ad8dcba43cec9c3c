// One connection of a server from its first byte to its last, and what the sessions of a server share. Inside of the
// server; nothing else uses it.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "broker/base/problem.h"
#include "broker/net/gate.h"
#include "broker/net/server.h"
#include "broker/net/spool.h"
#include "broker/net/stream.h"

namespace broker::net {

class RequestParser;

class Session : public std::enable_shared_from_this<Session> {
 public:
  // `is_over` when there are more connections than are served: it is told so at its first request.
  Session(std::shared_ptr<Server::State> server, boost::asio::ip::tcp::socket socket, bool is_over);
  ~Session();

  // Serves until the connection ends. Whoever spawns it binds the slot of `cancellation`.
  awaitable<void> run();

  // Stands among the server's handshakes from here to the end of its own.
  void begin_handshake();
  // In its handshake, and its client has said nothing for so long.
  bool is_stalled(std::chrono::milliseconds time) const;
  // Ends it now: the connection and the handler that may be at work.
  void cut();
  // Has no part of a request.
  bool is_idle() const { return phase_ != Phase::request; }
  // Ends an idle one politely.
  void close_idle();
  const Peer& peer() const { return *peer_; }

  boost::asio::cancellation_signal cancellation;

 private:
  enum class Phase { handshake, idle, request };
  struct LargeBody {
    std::shared_ptr<Spool::Body> spooled;  // owners: this call, then the request; null where the body is in the parser
    std::optional<Response> refusal;       // then the rest is not read
  };

  awaitable<void> converse();
  awaitable<void> shake_hands();
  // One request and its answer; false when the connection ends after it.
  awaitable<bool> serve_one();
  awaitable<bool> read_header(RequestParser& parser);
  // Reads it into the parser, or a large one into a file.
  awaitable<LargeBody> read_body(RequestParser& parser);
  // Begins the file; gives the answer that refuses the body, if there is one.
  awaitable<std::optional<Response>> begin_file(const RequestParser& parser, LargeBody& body);
  awaitable<Response> answer_of(Request request);
  awaitable<bool> send(Response response, bool is_head, bool keeps_alive);
  awaitable<void> hand_over(const Response& response);
  awaitable<bool> refuse(base::Problem problem, const char* reason);
  Response no_room() const;

  void end_handshake();
  void judge_peer();
  bool is_trusted() const;
  bool is_one_too_many() const;
  base::Problem excess() const;
  void count_refusal(const char* reason) const;
  std::string header_of(Response& response, bool goes_on) const;

  // Owners of the server's state: the server and its sessions.
  std::shared_ptr<Server::State> server_;
  std::shared_ptr<Stream> stream_;
  std::shared_ptr<Peer> peer_;  // owners: this session and the requests it has read
  std::chrono::sys_seconds not_after_{};
  std::string buffer_;  // read and not yet used
  bool is_over_ = false;
  Phase phase_ = Phase::handshake;
  std::optional<std::list<Session*>::iterator> shaking_;
  bool is_counted_ = false;
};

struct Server::State : std::enable_shared_from_this<Server::State> {
  State(const boost::asio::any_io_executor& on, ServerSettings with);

  void listen();
  awaitable<void> accept_all();
  awaitable<void> make_room();
  void open(boost::asio::ip::tcp::socket socket);
  void forget(const std::shared_ptr<Session>& session);
  void show_connections();

  boost::asio::any_io_executor executor;
  ServerSettings settings;
  Handler handler;
  BodyLimit body_limit;
  PeerCheck peer_check;
  std::shared_ptr<Spool> spool;  // owners: this and the bodies in it
  base::Metrics* metrics = nullptr;
  TlsContext context;
  boost::asio::ip::tcp::acceptor acceptor;
  std::list<Session*> shaking;  // whose handshake is not over, the oldest first
  Gate handshake_turns;
  std::set<std::shared_ptr<Session>> sessions;
  std::map<std::string, size_t> sessions_by_peer;  // fingerprint to open connections
  boost::asio::steady_timer all_gone;              // cancelled when the last session ends
  bool is_stopping = false;
  std::string label;  // of metrics: listener="api"
  uint16_t port = 0;
};

}  // namespace broker::net
