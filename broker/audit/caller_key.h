// The keys of callers' certificates, of whatever kind a certificate authority gives out: P-256 (ES256), Ed25519 (EdDSA)
// or RSA of 2,048 bits and more (RS256). Callers sign what they send with them; the broker and every recipient verify.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "broker/audit/signature.h"

namespace broker::audit {

// The half that verifies, of a certificate that is known to stand.
class CallerKey {
 public:
  // Nothing for what is no certificate, or one with a key of another kind.
  static std::optional<CallerKey> from_certificate_der(std::string_view der);

  bool verify(std::string_view bytes, std::string_view signature) const;
  // ES256, EdDSA or RS256: a key has one, and a signature can't name another.
  const std::string& algorithm() const { return algorithm_; }
  // SHA-256 of the certificate, base64url: what a header names as x5t#S256.
  const std::string& thumbprint() const { return thumbprint_; }

 private:
  CallerKey(KeyPointer key, std::string algorithm, std::string thumbprint);

  KeyPointer key_;
  std::string algorithm_;
  std::string thumbprint_;
};

// The half that signs, at the caller's.
class CallerSigner {
 public:
  // PEM files. Throws when there is no such key, or when it is not the certificate's.
  static CallerSigner load(const std::filesystem::path& key, const std::filesystem::path& certificate);

  std::string sign(std::string_view bytes) const;
  const CallerKey& key() const { return key_; }

 private:
  CallerSigner(KeyPointer private_key, CallerKey key);

  KeyPointer private_key_;
  CallerKey key_;
};

}  // namespace broker::audit
