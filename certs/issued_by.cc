#include "certs/issued_by.h"

#include <openssl/err.h>

#include "certs/openssl.h"

namespace certs {

std::optional<Caller> caller_issued_by(std::string_view der, std::string_view authorities_pem,
                                       std::chrono::sys_seconds at) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const CertificateHandle certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  const StoreHandle store(X509_STORE_new());
  const StoreContextHandle context(X509_STORE_CTX_new());
  require(store && context, "check a certificate");
  for (const auto& authority : certificates_from_pem(authorities_pem)) {
    require(X509_STORE_add_cert(store.get(), authority.get()) == 1, "trust a certificate authority");
  }
  bool is_good = certificate && X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr) == 1;
  if (is_good) {
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
    X509_STORE_CTX_set_time(context.get(), 0, static_cast<time_t>(at.time_since_epoch().count()));
    is_good = X509_verify_cert(context.get()) == 1;
  }
  ERR_clear_error();
  if (!is_good) return std::nullopt;
  const auto caller = caller_of(certificate.get(), [](std::string_view) { return true; });
  return caller ? std::optional(*caller) : std::nullopt;
}

}  // namespace certs
