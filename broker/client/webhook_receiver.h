// A receiver of webhooks on this machine, which refuses each push once. Used by `waymark conformance`.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "broker/net/server.h"

namespace broker::client {

struct Push {
  std::string id;  // webhook-id
  std::string timestamp;
  std::string signature;
  std::string body;
  int status = 0;  // what it was answered
};

// What is wrong with its signatures by Standard Webhooks, of which there have to be both, `v1` by `secret` and `v1a` by
// `public_key`; empty when nothing is.
std::string wrong_with_signature(const Push& push, const std::string& secret, const std::string& public_key);

class WebhookReceiver {
 public:
  // Listens on a free port of the loopback address. Throws std::system_error.
  WebhookReceiver();

  std::string url() const;
  // The pushes of this message, once there are so many or the time is over.
  std::vector<Push> await(const std::string& message_id, size_t count, std::chrono::milliseconds time);

 private:
  boost::asio::awaitable<net::Response> answer(net::Request request);

  boost::asio::io_context context_{1};
  std::map<std::string, std::vector<Push>> pushes_;  // by id
  net::Server server_;
};

}  // namespace broker::client
