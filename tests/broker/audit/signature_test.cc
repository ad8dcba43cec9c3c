#include "broker/audit/signature.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "broker/base/text.h"
#include "tests/certs/test_authority.h"

namespace broker::audit {

using certs::TemporaryDirectory;

TEST(SigningKey, SignsWhatItsPublicKeyVerifies) {
  const TemporaryDirectory directory;
  const auto key = SigningKey::create(directory / "key.pem");
  const std::string bytes("some \0 bytes", 12);
  const auto signature = key.sign(bytes);
  EXPECT_EQ(signature.size(), signature_size);
  EXPECT_TRUE(key.public_key().verify(bytes, signature));
  EXPECT_FALSE(key.public_key().verify(bytes + "!", signature));
  EXPECT_FALSE(key.public_key().verify("", signature));
}

TEST(SigningKey, IsTheSameWhenLoadedAgainAndKnownByItsPublicKeyAlone) {
  const TemporaryDirectory directory;
  const auto made = SigningKey::create(directory / "key.pem");
  const auto loaded = SigningKey::load(directory / "key.pem");
  EXPECT_EQ(made.id(), loaded.id());
  EXPECT_EQ(made.id().size(), 16U);
  const auto shared = PublicKey::from_pem(made.public_key().pem());
  ASSERT_TRUE(shared);
  EXPECT_EQ(shared->id(), made.id());
  EXPECT_TRUE(shared->verify("bytes", loaded.sign("bytes")));
}

TEST(SigningKey, StandsInAFileThatOnlyItsUserReadsAndThatIsNeverOverwritten) {
  const TemporaryDirectory directory;
  const auto file = directory / "key.pem";
  const auto key = SigningKey::create(file);
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_THROW((void)SigningKey::create(file), std::runtime_error);
  EXPECT_EQ(SigningKey::load(file).id(), key.id());
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  EXPECT_THROW((void)SigningKey::load(file), std::runtime_error);
}

TEST(SigningKey, IsNotLoadedFromAnythingElse) {
  const TemporaryDirectory directory;
  EXPECT_THROW((void)SigningKey::load(directory / "absent"), std::runtime_error);
  const certs::KeyHandle rsa(EVP_RSA_gen(2048));
  const certs::KeyHandle other_curve(EVP_EC_gen("P-384"));
  for (const auto& text : {std::string(), std::string("no key"), certs::private_key_to_pem(rsa.get()),
                           certs::private_key_to_pem(other_curve.get())}) {
    certs::write_file(directory / "bad.pem", text, certs::private_mode);
    EXPECT_THROW((void)SigningKey::load(directory / "bad.pem"), std::runtime_error);
  }
}

TEST(PublicKey, VerifiesNothingButTheOneSignature) {
  const TemporaryDirectory directory;
  const auto key = SigningKey::create(directory / "key.pem");
  const auto other = SigningKey::create(directory / "other.pem");
  const auto signature = key.sign("bytes");
  EXPECT_FALSE(other.public_key().verify("bytes", signature));
  for (size_t i = 0; i < signature.size(); ++i) {
    auto bad = signature;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    EXPECT_FALSE(key.public_key().verify("bytes", bad)) << i;
  }
  for (const auto& bad :
       {std::string(), std::string(64, '\0'), std::string(64, '\xff'), signature.substr(1), signature + '\0'})
    EXPECT_FALSE(key.public_key().verify("bytes", bad));
}

TEST(PublicKey, ComesFromACallersCertificate) {
  const certs::TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto file = ca.directory / "caller-key.pem";
  certs::write_file(file, issued.key_pem, certs::private_mode);
  const auto callers_key = SigningKey::load(file);
  const auto shown = PublicKey::from_certificate_pem(issued.certificate_pem);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->id(), callers_key.id());
  EXPECT_TRUE(shown->verify("a reply", callers_key.sign("a reply")));
  EXPECT_FALSE(PublicKey::from_certificate_pem("no certificate"));
  EXPECT_FALSE(PublicKey::from_certificate_pem(issued.key_pem));
  EXPECT_FALSE(PublicKey::from_certificate(nullptr));
}

TEST(PublicKey, IsOfP256Only) {
  const certs::KeyHandle rsa(EVP_RSA_gen(2048));
  const certs::KeyHandle other_curve(EVP_EC_gen("P-384"));
  EXPECT_FALSE(PublicKey::from_pem(certs::public_key_to_pem(rsa.get())));
  EXPECT_FALSE(PublicKey::from_pem(certs::public_key_to_pem(other_curve.get())));
  EXPECT_FALSE(PublicKey::from_pem(""));
}

}  // namespace broker::audit
