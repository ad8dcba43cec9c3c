#include "broker/audit/signature.h"

#include <stdexcept>

#include <openssl/err.h>

#include "broker/audit/ecdsa_form.h"
#include "broker/base/text.h"
#include "certs/files.h"
#include "certs/openssl.h"

namespace broker::audit {
namespace {

constexpr size_t id_digits = 16;
// Two numbers of up to 33 bytes, each with its tag and length, in a sequence.
constexpr size_t der_size_max = 72;

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string id_of(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  certs::require(size > 0, "write a public key");
  const std::unique_ptr<unsigned char, decltype([](unsigned char* bytes) { OPENSSL_free(bytes); })> owner(der);
  const std::string_view bytes(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  return base::to_hex(base::sha256(bytes)).substr(0, id_digits);
}

KeyPointer owned(certs::KeyHandle key) {
  return KeyPointer(key.release());
}

}  // namespace

void KeyDeleter::operator()(EVP_PKEY* key) const {
  EVP_PKEY_free(key);
}

void KeyContextDeleter::operator()(EVP_PKEY_CTX* context) const {
  EVP_PKEY_CTX_free(context);
}

PublicKey::PublicKey(KeyPointer key) : key_(std::move(key)), id_(id_of(key_.get())) {}

std::optional<PublicKey> PublicKey::from_key(KeyPointer key) {
  if (!certs::is_p256(key.get())) return std::nullopt;
  return PublicKey(std::move(key));
}

std::optional<PublicKey> PublicKey::from_pem(std::string_view pem) {
  return from_key(owned(certs::public_key_from_pem(pem)));
}

std::optional<PublicKey> PublicKey::from_certificate_pem(std::string_view pem) {
  const auto certificate = certs::certificate_from_pem(pem);
  return from_certificate(certificate.get());
}

std::optional<PublicKey> PublicKey::from_certificate(const X509* certificate) {
  EVP_PKEY* key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate);
  if (key == nullptr || EVP_PKEY_up_ref(key) != 1) return std::nullopt;
  return from_key(KeyPointer(key));
}

bool PublicKey::verify(std::string_view bytes, std::string_view signature) const {
  if (signature.size() != signature_size) return false;
  const std::string der = asn1_from_jose(signature);
  const certs::DigestContextHandle context(EVP_MD_CTX_new());
  certs::require(
      context && EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, key_.get(), nullptr) == 1,
      "verify a signature");
  const bool is_good =
      EVP_DigestVerify(context.get(), unsigned_bytes(der), der.size(), unsigned_bytes(bytes), bytes.size()) == 1;
  if (!is_good) ERR_clear_error();
  return is_good;
}

std::string PublicKey::pem() const {
  return certs::public_key_to_pem(key_.get());
}

SigningKey::SigningKey(KeyPointer key, PublicKey public_key)
    : key_(std::move(key)),
      signing_(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)),
      public_key_(std::move(public_key)) {
  certs::require(signing_ && EVP_PKEY_sign_init(signing_.get()) == 1, "use a key to sign");
}

SigningKey SigningKey::create(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) throw std::runtime_error(file.string() + " exists already");
  certs::write_file(file, certs::private_key_to_pem(certs::make_key().get()), certs::private_mode);
  return load(file);
}

SigningKey SigningKey::load(const std::filesystem::path& file) {
  using std::filesystem::perms;
  if ((std::filesystem::status(file).permissions() & perms::others_all) != perms::none)
    throw std::runtime_error(file.string() + " must not be open to other users");
  auto key = owned(certs::private_key_from_pem(certs::read_file(file)));
  if (!certs::is_p256(key.get())) throw std::runtime_error(file.string() + " holds no unencrypted P-256 key");
  auto public_key = PublicKey::from_pem(certs::public_key_to_pem(key.get()));
  if (!public_key) throw std::runtime_error(file.string() + " holds no unencrypted P-256 key");
  return SigningKey(std::move(key), std::move(*public_key));
}

std::string SigningKey::sign(std::string_view bytes) const {
  const std::string digest = base::sha256(bytes);
  size_t size = der_size_max;
  std::string der(size, '\0');
  certs::require(EVP_PKEY_sign(signing_.get(), reinterpret_cast<unsigned char*>(der.data()), &size,
                               unsigned_bytes(digest), digest.size()) == 1,
                 "sign");
  der.resize(size);
  return jose_from_asn1(der);
}

}  // namespace broker::audit
