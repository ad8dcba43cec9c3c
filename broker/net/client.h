// An HTTPS client on one keep-alive connection, with a client certificate. Used by the command line, webhooks, the
// demo, tests and the load driver. One request at a time; make several clients for several at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "broker/net/http.h"

namespace broker::net {

struct ClientSettings {
  std::string url;               // https://host:port or http://host:port; a path after it is put before each target
  std::string authorities;       // PEM file of CA certificates for the server's; empty: the system's
  std::string certificate = {};  // PEM file; empty: none is shown
  std::string private_key = {};
  std::chrono::milliseconds timeout{30'000};         // for one send, connecting included
  std::chrono::milliseconds connect_timeout{5'000};  // for name, TCP and TLS of a new connection
  size_t response_bytes_max = 256 * 1024 * 1024;
  // Told how much of a body in a file has gone out.
  std::function<void(uint64_t bytes)> on_sent = {};
  // Asked for each address that the host's name leads to, before it is connected to; empty: any may be.
  std::function<bool(const std::string& address)> may_connect = {};
};

// The server can't be reached or trusted, or the connection broke before the whole answer came. Where
// `may_have_arrived` holds the request may have been carried out: repeat it only with its Idempotency-Key.
class ConnectionFailed : public std::runtime_error {
 public:
  ConnectionFailed(const std::string& reason, bool request_may_have_arrived)
      : std::runtime_error(reason), may_have_arrived(request_may_have_arrived) {}
  bool may_have_arrived;
};

class Client {
 public:
  // Reads the files. Throws TlsError, or std::invalid_argument for a URL that is none.
  Client(boost::asio::any_io_executor executor, ClientSettings settings);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Sends method, target, headers and body, or body_file in pieces (Host, Content-Length and Accept are added) and gives the whole answer,
  // whatever its status. Connects when there is no open connection, resumes the TLS session where the server allows,
  // and repeats once on a fresh connection when the server had closed an idle one and a repeat is harmless (a safe
  // method, or an Idempotency-Key). Throws ConnectionFailed.
  boost::asio::awaitable<Response> send(Request request);

  // send() for the usual case.
  boost::asio::awaitable<Response> get(std::string target);
  boost::asio::awaitable<Response> post(std::string target, std::string content_type, std::string body,
                                        Headers headers);

  // Ends the connection; the next send makes a new one.
  void close();

  // For tests and the load driver: connections made so far, and of those how many resumed a TLS session.
  size_t connects() const;
  size_t resumptions() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace broker::net
