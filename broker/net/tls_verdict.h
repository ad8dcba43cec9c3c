// What a finished handshake says of the client's certificate. Inside of the server.
#pragma once

#include <chrono>
#include <string>

struct ssl_st;

namespace broker::net {

struct ClientCertificate {
  std::string der;    // empty: none was shown
  std::string error;  // why it may not be believed, in words for the client; empty when it may
  std::chrono::sys_seconds not_after{};
};

ClientCertificate client_certificate(ssl_st* tls);

}  // namespace broker::net
