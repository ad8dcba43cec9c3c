#include "certs/verify.h"

#include <system_error>
#include <vector>

#include <openssl/ssl.h>

#include "certs/files.h"
#include "certs/openssl.h"

namespace certs {
namespace {

// Sessions are resumed only by a server that checked its clients in this same way.
constexpr std::string_view session_context = "waymark-clients";

constexpr const char* tls_1_2_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";

StoreHandle store_of(const std::vector<CertificateHandle>& authorities, const std::vector<CrlHandle>& crls) {
  StoreHandle store(X509_STORE_new());
  require(store != nullptr, "make a certificate store");
  for (const auto& authority : authorities)
    require(X509_STORE_add_cert(store.get(), authority.get()) == 1, "trust a certificate authority");
  for (const auto& crl : crls) require(X509_STORE_add_crl(store.get(), crl.get()) == 1, "add a revocation list");
  // Of the leaf alone: our CAs are roots, whose end is the operator's to configure.
  require(X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK) == 1, "demand a revocation list");
  return store;
}

}  // namespace

tl::expected<void, std::string> configure_client_verification(SSL_CTX* context, const std::filesystem::path& ca_file,
                                                              const std::filesystem::path& crl_file) {
  // Refuses what the handshake would only show as one refused client after the other.
  if (const auto list = RevocationList::load(ca_file, crl_file); !list) return tl::unexpected(list.error());
  std::vector<CertificateHandle> authorities;
  std::vector<CrlHandle> crls;
  try {
    authorities = certificates_from_pem(read_file(ca_file));
    crls = crls_from_pem(read_file(crl_file));
  } catch (const std::system_error& error) {
    return tl::unexpected(std::string(error.what()));
  }
  StoreHandle store = store_of(authorities, crls);
  std::unique_ptr<STACK_OF(X509_NAME),
                  decltype([](STACK_OF(X509_NAME) * names) { sk_X509_NAME_pop_free(names, X509_NAME_free); })>
      names(sk_X509_NAME_new_null());
  require(names != nullptr, "name the certificate authorities");
  for (const auto& authority : authorities) {
    X509_NAME* name = X509_NAME_dup(X509_get_subject_name(authority.get()));
    require(name != nullptr && sk_X509_NAME_push(names.get(), name) > 0, "name the certificate authorities");
  }
  require(SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(session_context.data()),
                                         static_cast<unsigned>(session_context.size())) == 1,
          "name the sessions");
  // The context takes both over.
  SSL_CTX_set_cert_store(context, store.release());
  SSL_CTX_set_client_CA_list(context, names.release());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return {};
}

void require_tls(SSL_CTX* context, TlsMinimum minimum) {
  const int version = minimum == TlsMinimum::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  require(SSL_CTX_set_min_proto_version(context, version) == 1, "set the lowest TLS version");
  require(SSL_CTX_set_cipher_list(context, tls_1_2_ciphers) == 1, "set the ciphers");
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
}

}  // namespace certs
