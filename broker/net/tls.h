// The files and rules of a TLS endpoint, and the OpenSSL context made from them. OpenSSL types appear by name only.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

struct ssl_ctx_st;

namespace broker::net {

// PEM files; paths. Read when a context is made, so replaced files take effect at the next reload.
struct TlsFiles {
  std::string certificate;  // leaf first, then intermediates
  std::string private_key;
  // CA certificates that the other end's certificate must chain to. A server without asks for no client certificate; a
  // client without takes the system's.
  std::string authorities = {};
  // A server's: the CRL of each of these authorities. One that is missing or stale fails closed.
  std::string revocations = {};
};

class TlsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct FreeTlsContext {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTlsContext>;

// A server's context: TLS 1.3 (1.2 as well if asked), asks for a client certificate and lets the handshake succeed
// whatever is shown, so that the refusal can be said in HTTP; the verdict is read from the stream afterwards. Throws
// TlsError when a file can't be used; the message names the file.
TlsContext make_server_context(const TlsFiles& files, bool allow_tls12);

// A client's context: verifies the server against `authorities`. Certificate and key may be empty: then none is shown.
TlsContext make_client_context(const TlsFiles& files);

}  // namespace broker::net
