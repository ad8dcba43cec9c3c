// Signatures of the broker and of its callers: ECDSA on P-256 with SHA-256, in the raw form of JOSE (r and s, 64
// bytes).
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// OpenSSL's, declared here so that users of this header need not read OpenSSL's.
using EVP_PKEY = struct evp_pkey_st;
using EVP_PKEY_CTX = struct evp_pkey_ctx_st;
using X509 = struct x509_st;

namespace broker::audit {

inline constexpr size_t signature_size = 64;

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const;
};
using KeyPointer = std::unique_ptr<EVP_PKEY, KeyDeleter>;

struct KeyContextDeleter {
  void operator()(EVP_PKEY_CTX* context) const;
};
using KeyContextPointer = std::unique_ptr<EVP_PKEY_CTX, KeyContextDeleter>;

// The half of a key that verifies. Its id is the first 16 hexadecimal digits of the SHA-256 of its
// SubjectPublicKeyInfo, so that anyone who has the key knows its id.
class PublicKey {
 public:
  // Nothing unless there is a P-256 key. From a certificate only the key is taken: who it is for, and whether it still
  // stands, is for the caller to have checked.
  static std::optional<PublicKey> from_pem(std::string_view pem);
  static std::optional<PublicKey> from_certificate_pem(std::string_view pem);
  static std::optional<PublicKey> from_certificate(const X509* certificate);

  bool verify(std::string_view bytes, std::string_view signature) const;
  const std::string& id() const { return id_; }
  std::string pem() const;

 private:
  friend class SigningKey;
  explicit PublicKey(KeyPointer key);
  static std::optional<PublicKey> from_key(KeyPointer key);

  KeyPointer key_;
  std::string id_;
};

// The broker's own key, in a file that only its user can read.
class SigningKey {
 public:
  // Makes a key and its file. Throws when the file exists: a lost key is a log that can't be continued.
  static SigningKey create(const std::filesystem::path& file);
  // Throws when there is no P-256 key in the file, or when everybody may read it.
  static SigningKey load(const std::filesystem::path& file);

  // By one thread at a time.
  std::string sign(std::string_view bytes) const;
  const PublicKey& public_key() const { return public_key_; }
  const std::string& id() const { return public_key_.id(); }

 private:
  SigningKey(KeyPointer key, PublicKey public_key);

  KeyPointer key_;
  KeyContextPointer signing_;  // ready to sign again and again: making one costs as much as a signature
  PublicKey public_key_;
};

}  // namespace broker::audit
