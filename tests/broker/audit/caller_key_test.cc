// Signatures that callers make with the keys of their certificates, of each kind, and what is no such signature.
#include "broker/audit/caller_key.h"

#include <gtest/gtest.h>

#include "broker/audit/jws.h"
#include "broker/base/text.h"
#include "tests/certs/test_authority.h"

namespace broker::audit {
namespace {

using certs::TemporaryDirectory;

certs::KeyHandle make(const std::string& kind, unsigned bits = 2048) {
  if (kind == "EdDSA") return certs::KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (kind == "RS256") return certs::KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(bits)));
  return certs::make_key();
}

// A certificate over this key; who issued it is not asked here.
certs::CertificateHandle certificate_of(EVP_PKEY* key, const EVP_MD* digest) {
  certs::CertificateHandle certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  certs::require(X509_sign(certificate.get(), key, digest) > 0, "sign a certificate");
  return certificate;
}

struct Caller {
  explicit Caller(const std::string& kind, unsigned bits = 2048) {
    const auto key = make(kind, bits);
    const auto made = certificate_of(key.get(), kind == "EdDSA" ? nullptr : EVP_sha256());
    certificate = directory.write("cert.pem", certs::certificate_to_pem(made.get()));
    private_key = directory.write("key.pem", certs::private_key_to_pem(key.get()));
  }
  CallerSigner signer() const { return CallerSigner::load(private_key, certificate); }

  TemporaryDirectory directory;
  std::filesystem::path certificate, private_key;
};

JwsError error_of(const CallerKey& key, const std::string& jws, const std::string& payload = "payload") {
  const auto verified = verify_detached_jws(key, payload, jws);
  return verified ? throw std::runtime_error("was verified") : verified.error();
}

class EachKind : public testing::TestWithParam<std::string> {};

}  // namespace

TEST_P(EachKind, OfKeySignsAndVerifies) {
  const CallerSigner signer = Caller(GetParam()).signer();
  EXPECT_EQ(signer.key().algorithm(), GetParam());
  const std::string jws = sign_detached_jws(signer, "payload");
  EXPECT_TRUE(verify_detached_jws(signer.key(), "payload", jws));
  EXPECT_EQ(error_of(signer.key(), jws, "payload "), JwsError::bad_signature);
  EXPECT_EQ(error_of(Caller(GetParam()).signer().key(), jws), JwsError::unknown_key);
}

TEST_P(EachKind, OfKeyTakesNoOthersAlgorithm) {
  const CallerSigner signer = Caller(GetParam()).signer();
  for (const char* algorithm : {"ES256", "EdDSA", "RS256", "none", "HS256", "PS256", ""}) {
    const std::string header = base::to_base64url(std::string(R"({"alg":")") + algorithm + "\"}");
    const std::string jws =
        header + ".." + base::to_base64url(signer.sign(header + "." + base::to_base64url("payload")));
    if (algorithm == GetParam()) {
      EXPECT_TRUE(verify_detached_jws(signer.key(), "payload", jws));
    } else {
      EXPECT_EQ(error_of(signer.key(), jws), JwsError::unsupported_algorithm) << algorithm;
    }
  }
}

TEST_P(EachKind, OfKeyRefusesEveryDamagedSignature) {
  const CallerSigner signer = Caller(GetParam()).signer();
  const std::string jws = sign_detached_jws(signer, "payload");
  for (size_t i = 0; i < jws.size(); ++i) {
    std::string damaged = jws;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_detached_jws(signer.key(), "payload", damaged)) << i;
    EXPECT_FALSE(verify_detached_jws(signer.key(), "payload", jws.substr(0, i))) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Algorithms, EachKind, testing::Values("ES256", "EdDSA", "RS256"));

TEST(ACallersKey, IsOfAKindThatSignsWell) {
  EXPECT_THROW(Caller("RS256", 1024).signer(), std::runtime_error);
  EXPECT_FALSE(CallerKey::from_certificate_der("").has_value());
  EXPECT_FALSE(CallerKey::from_certificate_der("no certificate").has_value());
}

TEST(ACallersKey, IsTheCertificates) {
  const Caller one("ES256"), other("ES256");
  EXPECT_THROW(CallerSigner::load(one.private_key, other.certificate), std::runtime_error);
}

}  // namespace broker::audit
