#include "broker/audit/caller_key.h"

#include <stdexcept>

#include <openssl/err.h>

#include "broker/audit/ecdsa_form.h"
#include "broker/base/text.h"
#include "certs/files.h"
#include "certs/openssl.h"

namespace broker::audit {
namespace {

constexpr int rsa_bits_min = 2048;

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string algorithm_of(const EVP_PKEY* key) {
  if (certs::is_p256(key)) return "ES256";
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return "EdDSA";
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= rsa_bits_min) return "RS256";
  return {};
}

// Ed25519 hashes by itself.
const char* digest_of(const std::string& algorithm) {
  return algorithm == "EdDSA" ? nullptr : "SHA256";
}

}  // namespace

CallerKey::CallerKey(KeyPointer key, std::string algorithm, std::string thumbprint)
    : key_(std::move(key)), algorithm_(std::move(algorithm)), thumbprint_(std::move(thumbprint)) {}

std::optional<CallerKey> CallerKey::from_certificate_der(std::string_view der) {
  const unsigned char* bytes = unsigned_bytes(der);
  const certs::CertificateHandle certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  if (!certificate) ERR_clear_error();
  EVP_PKEY* key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
  if (key == nullptr || EVP_PKEY_up_ref(key) != 1) return std::nullopt;
  KeyPointer owned(key);
  std::string algorithm = algorithm_of(key);
  if (algorithm.empty()) return std::nullopt;
  return CallerKey(std::move(owned), std::move(algorithm), base::to_base64url(base::sha256(der)));
}

bool CallerKey::verify(std::string_view bytes, std::string_view signature) const {
  std::string form(signature);
  if (algorithm_ == "ES256") {
    if (signature.size() != signature_size) return false;
    form = asn1_from_jose(signature);
  }
  const certs::DigestContextHandle context(EVP_MD_CTX_new());
  certs::require(context && EVP_DigestVerifyInit_ex(context.get(), nullptr, digest_of(algorithm_), nullptr, nullptr,
                                                    key_.get(), nullptr) == 1,
                 "verify a signature");
  const bool is_good =
      EVP_DigestVerify(context.get(), unsigned_bytes(form), form.size(), unsigned_bytes(bytes), bytes.size()) == 1;
  if (!is_good) ERR_clear_error();
  return is_good;
}

CallerSigner::CallerSigner(KeyPointer private_key, CallerKey key)
    : private_key_(std::move(private_key)), key_(std::move(key)) {}

CallerSigner CallerSigner::load(const std::filesystem::path& key, const std::filesystem::path& certificate) {
  KeyPointer private_key(certs::private_key_from_pem(certs::read_file(key)).release());
  if (!private_key) throw std::runtime_error(key.string() + " holds no unencrypted key");
  const auto read = certs::certificate_from_pem(certs::read_file(certificate));
  unsigned char* der = nullptr;
  const int size = read ? i2d_X509(read.get(), &der) : 0;
  if (size <= 0) throw std::runtime_error(certificate.string() + " holds no certificate");
  const std::string bytes(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  auto public_key = CallerKey::from_certificate_der(bytes);
  if (!public_key) throw std::runtime_error(certificate.string() + " has a key that signs nothing here");
  if (EVP_PKEY_eq(private_key.get(), X509_get0_pubkey(read.get())) != 1) {
    throw std::runtime_error(key.string() + " is not the key of " + certificate.string());
  }
  return CallerSigner(std::move(private_key), std::move(*public_key));
}

std::string CallerSigner::sign(std::string_view bytes) const {
  const certs::DigestContextHandle context(EVP_MD_CTX_new());
  certs::require(context && EVP_DigestSignInit_ex(context.get(), nullptr, digest_of(key_.algorithm()), nullptr, nullptr,
                                                  private_key_.get(), nullptr) == 1,
                 "sign");
  size_t size = 0;
  certs::require(EVP_DigestSign(context.get(), nullptr, &size, unsigned_bytes(bytes), bytes.size()) == 1, "sign");
  std::string signature(size, '\0');
  certs::require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                unsigned_bytes(bytes), bytes.size()) == 1,
                 "sign");
  signature.resize(size);
  return key_.algorithm() == "ES256" ? jose_from_asn1(signature) : signature;
}

}  // namespace broker::audit
