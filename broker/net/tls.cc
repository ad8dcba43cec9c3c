#include "broker/net/tls.h"

#include <cstdint>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "broker/net/tls_verdict.h"
#include "certs/certificate.h"
#include "certs/verify.h"

namespace broker::net {
namespace {

constexpr int chain_depth_max = 4;
// A resumed session skips the chain's check, so it is not offered for long.
constexpr long ticket_seconds = 3600;
constexpr int tickets_per_handshake = 1;

[[noreturn]] void fail(const std::string& what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  throw TlsError(what + (reason ? std::string(": ") + reason : std::string()));
}

void use_identity(SSL_CTX* context, const TlsFiles& files) {
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1) {
    fail("can't use the certificate in " + files.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1) {
    fail("can't use the private key in " + files.private_key);
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    fail("the private key in " + files.private_key + " is not that of " + files.certificate);
  }
}

TlsContext make_context(const SSL_METHOD* method, bool allow_tls12) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(method));
  if (!context) fail("can't make a TLS context");
  certs::require_tls(context.get(), allow_tls12 ? certs::TlsMinimum::tls_1_2 : certs::TlsMinimum::tls_1_3);
  // An encrypted key is an error; nobody is asked for a passphrase.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return -1; });
  // Idle connections keep no buffers; a write may stop halfway and go on from another place.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  return context;
}

int verdict_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

// Lets every handshake go on and keeps the first reason against the certificate.
int note_verdict(int is_fine, X509_STORE_CTX* store) {
  auto* const tls = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto first = reinterpret_cast<intptr_t>(SSL_get_ex_data(tls, verdict_index()));
  if (!is_fine && first == X509_V_OK) {
    first = X509_STORE_CTX_get_error(store);
    // A pointer's room for a small number. NOLINTNEXTLINE(performance-no-int-to-ptr)
    SSL_set_ex_data(tls, verdict_index(), reinterpret_cast<void*>(first));
  }
  // What stays here at the end is kept with the session, for when it is resumed.
  if (first != X509_V_OK) X509_STORE_CTX_set_error(store, static_cast<int>(first));
  return 1;
}

std::string words_of(long error) {
  switch (error) {
    case X509_V_OK: return {};
    case X509_V_ERR_CERT_HAS_EXPIRED: return "The certificate has expired.";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "The certificate is not valid yet.";
    case X509_V_ERR_CERT_REVOKED: return "The certificate was revoked.";
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID: return "Whether the certificate was revoked is not known here at present.";
    case X509_V_ERR_INVALID_PURPOSE: return "The certificate was not issued for a client.";
    default: return "The certificate was not issued by an authority that is trusted here.";
  }
}

}  // namespace

void FreeTlsContext::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsContext make_server_context(const TlsFiles& files, bool allow_tls12) {
  TlsContext context = make_context(TLS_server_method(), allow_tls12);
  use_identity(context.get(), files);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets alone, which cost us no memory
  SSL_CTX_set_timeout(context.get(), ticket_seconds);
  SSL_CTX_set_num_tickets(context.get(), tickets_per_handshake);
  if (files.authorities.empty()) return context;
  const auto done = certs::configure_client_verification(context.get(), files.authorities, files.revocations);
  if (!done) throw TlsError(done.error());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, note_verdict);
  SSL_CTX_set_verify_depth(context.get(), chain_depth_max);
  return context;
}

TlsContext make_client_context(const TlsFiles& files) {
  TlsContext context = make_context(TLS_client_method(), true);
  if (!files.certificate.empty()) use_identity(context.get(), files);
  const bool has_authorities = files.authorities.empty()
                                   ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                                   : SSL_CTX_load_verify_file(context.get(), files.authorities.c_str()) == 1;
  if (!has_authorities) fail("can't read the authorities in " + files.authorities);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  return context;
}

ClientCertificate client_certificate(ssl_st* tls) {
  ClientCertificate result;
  X509* const certificate = SSL_get0_peer_certificate(tls);
  if (!certificate) return result;
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) fail("can't encode a certificate");
  result.der.assign(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  long error = SSL_get_verify_result(tls);
  // Resumption trusts the first handshake's verdict, and that was some time ago.
  result.not_after = certs::not_after_of(certificate).value_or(std::chrono::sys_seconds{});
  if (error == X509_V_OK && result.not_after <= std::chrono::system_clock::now()) error = X509_V_ERR_CERT_HAS_EXPIRED;
  result.error = words_of(error);
  return result;
}

}  // namespace broker::net
