// The broker's API as one caller sees it: mutual TLS, idempotency keys, versions, patience. Used by the commands, the
// demo and the end-to-end tests. Blocking: each call runs its own event loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "broker/net/http.h"

namespace broker::client {

// Where the broker is and who calls it; paths are PEM files.
struct Access {
  std::string url;
  std::string authorities;
  std::string certificate;
  std::string private_key;
  std::string officer;  // sent as Waymark-Officer
  bool signs = false;   // what it writes, with the key of its certificate
  // How long a call goes on trying while the broker is away or says 503. Repeats carry the first try's key.
  std::chrono::milliseconds patience{0};
};

struct Answer {
  int status = 0;
  net::Headers headers;
  std::string body;

  bool is_granted() const { return status >= 200 && status < 300; }
  std::string header(std::string_view name) const;  // empty when absent
};

// The broker could not be reached within the patience, or not trusted. The exit code for it is 4.
class Unreachable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct PostOptions {
  std::string if_match = {};         // an ETag as it was given
  std::string idempotency_key = {};  // made when empty
  std::string content_type = "application/json";
  std::string content_disposition = {};
};

class Api {
 public:
  // Throws net::TlsError when a file can't be used, std::invalid_argument for a URL that is none.
  explicit Api(Access access);
  ~Api();
  Api(Api&&) noexcept;
  Api& operator=(Api&&) noexcept;

  // Targets are below the URL, such as `/v1/cases`.
  Answer get(const std::string& target, const std::string& accept = "application/json");
  Answer post(const std::string& target, const std::string& body, PostOptions options = {});
  // The body goes out in pieces; `on_sent` is told how much has gone.
  Answer post_file(const std::string& target, std::shared_ptr<const base::BodyFile> body, PostOptions options,
                   std::function<void(uint64_t bytes)> on_sent = {});
  Answer put(const std::string& target, const std::string& body, const std::string& content_type = "application/json");
  // With the headers given, as If-Match.
  Answer send(net::Request request);
  // Reads `resource` for its ETag and posts to `resource + event` with it; gives the refusal when it can't be read.
  Answer post_event(const std::string& resource, const std::string& event, const std::string& body);

  const Access& access() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A new idempotency key: no two are alike.
std::string new_key();

}  // namespace broker::client
