// An HTTPS server for mutual TLS (or plain HTTP for a loopback listener): reads requests within limits, asks the
// handler, writes its answers. One event-loop thread; one coroutine a connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "broker/base/metrics.h"
#include "broker/net/http.h"
#include "broker/net/tls.h"

namespace broker::net {

template <typename T>
using awaitable = boost::asio::awaitable<T>;

// What a server allows. Who exceeds one is told so where HTTP has words for it, and is closed.
struct Limits {
  size_t header_bytes = 16 * 1024;         // 431
  size_t body_bytes = 1024 * 1024;         // 413; the default where no BodyLimit is given
  size_t memory_body_bytes = 1024 * 1024;  // more of a body goes to a file, see Request::body_file
  // Of bodies in files at once, of all clients and of one certificate: 503 with Retry-After.
  size_t spooled_bytes = size_t{4} * 1024 * 1024 * 1024;
  size_t spooled_bytes_per_peer = size_t{1280} * 1024 * 1024;
  size_t connections = 10'000;        // 503 with Retry-After
  size_t connections_over = 64;       // of those above, how many are told 503; any more are closed unheard
  size_t connections_per_peer = 256;  // open at once with one client certificate: 429 with Retry-After
  size_t handshakes = 1024;           // begun and not finished; then accepting rests, and who stalls is cut
  std::chrono::milliseconds handshake_time{10'000};
  std::chrono::milliseconds header_time{10'000};  // from a request's first byte to the end of its header
  std::chrono::milliseconds body_time{10'000};    // allowance for any body ...
  size_t body_bytes_per_second = 16 * 1024;       // ... and one more second for each so many bytes announced or read
  std::chrono::milliseconds write_time{10'000};   // for the client to take something of an answer
  std::chrono::milliseconds idle_time{75'000};    // between two requests of a connection
  std::chrono::milliseconds stop_time{10'000};    // for requests in flight when the server stops
};

// Asked before a body goes to a file, with the header and what has come of the body; `peer` is as for a handler. Gives
// the answer that refuses it, after which the connection closes, or nothing.
using Admission = std::function<awaitable<std::optional<Response>>(Request so_far)>;

struct ServerSettings {
  std::string address = "127.0.0.1";
  uint16_t port = 0;            // 0: any free one, see Server::port
  std::optional<TlsFiles> tls;  // absent: plain HTTP, which only a loopback address may use
  bool allow_tls12 = false;
  // A client without a certificate, or with one that may not be believed, is served like any other: the pages'
  // visitors have sessions. Otherwise it gets one answer and is closed.
  bool is_certificate_optional = false;
  Limits limits;
  std::string name = "api";  // of this listener, in metrics and logs
  // Where bodies of more than `memory_body_bytes` are kept, in files without a name.
  std::string body_directory = "/var/tmp";
  Admission admission;  // absent: every body that is within the limits is taken
};

struct PeerVerdict {
  bool accepted = true;
  std::string reason;  // for the client when refused, e.g. "the certificate was revoked"
};

// Gives the answer to one request. `request.peer->verified` is for the handler to judge: a request without a
// certificate, or with one that may not be believed, reaches it too; unless that is optional, without its body, and the
// connection closes after that answer. What it throws is logged by its type and answered with 500. It is cancelled when
// its connection is cut.
using Handler = std::function<awaitable<Response>(Request)>;

// The largest body that a call takes, known before the body is read.
using BodyLimit = std::function<size_t(const std::string& method, const std::string& path)>;

// Asked after each handshake and again before each request, of every certificate that verified; `der` is the leaf.
// Cheap: it runs on the event loop. A refusal makes the peer unverified.
using PeerCheck = std::function<PeerVerdict(const std::string& der)>;

class Server {
 public:
  // Listens from here on: connections queue in the kernel until run(). Throws TlsError or std::system_error. `metrics`
  // may be null and must outlive the server.
  Server(const boost::asio::any_io_executor& executor, ServerSettings settings, Handler handler,
         BodyLimit body_limit = {}, PeerCheck peer_check = {}, base::Metrics* metrics = nullptr);
  // Cuts what is still open.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Starts to accept; returns at once.
  void start();

  // Stops accepting, closes idle connections, lets requests in flight finish within stop_time, then cuts them.
  awaitable<void> stop();
  bool is_stopping() const;  // a handler that waits (a long poll) looks here

  // New connections get a context made from these files; open ones stay, resumption with older ones ends. Throws
  // TlsError and keeps the old context when the files are unusable.
  void reload(const TlsFiles& files);

  // Cuts at once every open connection for whose peer the predicate holds, and gives their number.
  size_t close_if(const std::function<bool(const Peer&)>& predicate);

  uint16_t port() const;
  size_t connections() const;  // open now

  struct State;

 private:
  std::shared_ptr<State> state_;  // owners: the server and its running sessions
};

}  // namespace broker::net
