// How a TLS server checks its clients' certificates. The handshake does the chain, the time, the use and the revocation
// list; the server then asks caller_of, and RevocationList again for sessions that were resumed or stay open.
#pragma once

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

#include "certs/caller.h"
#include "certs/revocation_list.h"

// OpenSSL's, declared here so that users of this header need not read OpenSSL's.
using SSL_CTX = struct ssl_ctx_st;

namespace certs {

// Requires a client certificate that one of the CAs in `ca_file` issued for clients and that its list in `crl_file`
// does not name; without a fresh list of its CA every client is refused. Calling it again on the same context puts the
// new files into force for all later handshakes; when it refuses, with a sentence for the log, the context is
// unchanged.
tl::expected<void, std::string> configure_client_verification(SSL_CTX* context, const std::filesystem::path& ca_file,
                                                              const std::filesystem::path& crl_file);

enum class TlsMinimum { tls_1_3, tls_1_2 };

// TLS 1.3 only, unless the configuration allows 1.2; then without renegotiation, compression, or ciphers that lack
// forward secrecy and authenticated encryption.
void require_tls(SSL_CTX* context, TlsMinimum minimum);

}  // namespace certs
