// An HTTP request and response as plain values: what the API, the pages and the client see of the network.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "broker/base/body_file.h"

namespace broker::net {

class WebSocket;

// Header fields in the order they came; names compare without case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  // The value of the first field of that name, or nullptr.
  const std::string* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  size_t count(std::string_view name) const;
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string_view name, std::string value);  // replaces all of that name

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

// Who is at the other end of a connection. `verified` holds only for a certificate of a configured authority, within
// its time, not revoked, and passed by the peer check when the request arrived.
struct Peer {
  bool shown = false;        // a client certificate was presented
  bool verified = false;     // and it may be believed
  std::string verify_error;  // why not, in words fit for the client; empty when verified or not shown
  std::string der;           // the leaf certificate
  std::string fingerprint;   // SHA-256 of `der` in hexadecimal
  std::string address;       // remote IP address, without port
};

struct Request {
  std::string method;  // as sent, e.g. "GET"
  std::string target;  // as sent: path and query
  // Percent-decoded UTF-8, always begins with '/'. A target with NUL, a dot segment, an encoded slash or backslash, or
  // an empty segment was refused before.
  std::string path;
  // Percent-decoded pairs in order; `+` is a space.
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  std::string body;
  // A body that is too large for memory, in place of `body`. Owners: the request and its copies.
  std::shared_ptr<const base::BodyFile> body_file;
  // Owners: the session and the requests it has read. Never null in a handler; null in a client's request.
  std::shared_ptr<const Peer> peer;
  uint64_t number = 0;  // counts the requests of this process from 1, for logs

  // The first query parameter of that name, or nullptr.
  const std::string* query_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  // Content-Length, Date and Connection are written by the server.
  Headers headers;
  std::string body;
  bool close = false;  // the connection ends after this answer
  // With status 101: what is done with the connection, which is a WebSocket from here on and ends with it. Owners of
  // the socket: the session, and whoever sends beside this coroutine.
  std::function<boost::asio::awaitable<void>(std::shared_ptr<WebSocket>)> upgrade = {};
};

Response text_response(int status, std::string content_type, std::string body);

// What a target says, or nothing when it is one that the broker refuses (see Request::path).
struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};
std::optional<Target> parse_target(std::string_view target);

// `text` with everything but unreserved characters percent-encoded, for paths and queries.
std::string percent_encoded(std::string_view text);

// The reason phrase of a status, e.g. "Not Found".
std::string_view reason_of(int status);

}  // namespace broker::net
