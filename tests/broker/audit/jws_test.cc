#include "broker/audit/jws.h"

#include <gtest/gtest.h>

#include "broker/base/text.h"
#include "tests/certs/test_authority.h"

namespace broker::audit {
namespace {

struct Jws : testing::Test {
  certs::TemporaryDirectory directory;
  SigningKey key = SigningKey::create(directory / "key.pem");
  std::vector<PublicKey> keys;

  Jws() { keys.push_back(*PublicKey::from_pem(key.public_key().pem())); }

  // Signed well, under whatever header.
  std::string under(const std::string& header, const std::string& payload = "payload") const {
    const std::string encoded = base::to_base64url(header);
    return encoded + ".." + base::to_base64url(key.sign(encoded + "." + base::to_base64url(payload)));
  }
  JwsError error_of(const std::string& jws, const std::string& payload = "payload") const {
    const auto verified = verify_detached_jws(keys, payload, jws);
    return verified ? throw std::runtime_error("was verified") : verified.error();
  }
};

// A P-256 key of which only its two coordinates are known: SubjectPublicKeyInfo with the point after its fixed start.
PublicKey key_at(const std::string& x, const std::string& y) {
  const std::string der = *base::from_hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") +
                          *base::from_base64url(x) + *base::from_base64url(y);
  const std::string text = base::to_base64(der);
  return *PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n" + text.substr(0, 64) + "\n" + text.substr(64) +
                              "\n-----END PUBLIC KEY-----\n");
}

}  // namespace

TEST_F(Jws, VerifiesWhatItSigned) {
  const auto jws = sign_detached_jws(key, "payload");
  const auto header = base::from_base64url(jws.substr(0, jws.find('.')));
  EXPECT_EQ(header, R"({"alg":"ES256","kid":")" + key.id() + R"("})");
  EXPECT_NE(jws.find(".."), std::string::npos);
  EXPECT_EQ(verify_detached_jws(keys, "payload", jws), key.id());
  EXPECT_EQ(verify_detached_jws(keys, "", sign_detached_jws(key, "")), key.id());
}

// RFC 7515, appendix A.3, with its payload detached as appendix F says.
TEST_F(Jws, VerifiesTheExampleOfTheStandard) {
  std::vector<PublicKey> standard;
  standard.push_back(
      key_at("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
  const auto payload = *base::from_base64url(
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ");
  EXPECT_TRUE(verify_detached_jws(
      standard, payload,
      "eyJhbGciOiJFUzI1NiJ9..DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"));
}

TEST_F(Jws, VerifiesACallersSignatureWithTheKeyOfItsCertificate) {
  const certs::TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  certs::write_file(ca.directory / "own.pem", issued.key_pem, certs::private_mode);
  const auto callers_key = SigningKey::load(ca.directory / "own.pem");
  std::vector<PublicKey> shown;
  shown.push_back(*PublicKey::from_certificate_pem(issued.certificate_pem));
  EXPECT_TRUE(verify_detached_jws(shown, "reply", sign_detached_jws(callers_key, "reply")));
  EXPECT_EQ(verify_detached_jws(shown, "reply", sign_detached_jws(key, "reply")).error(), JwsError::unknown_key);
}

TEST_F(Jws, TakesTheHeadersThatOtherProgramsWrite) {
  EXPECT_TRUE(verify_detached_jws(keys, "payload", under(R"({"alg":"ES256"})")));
  EXPECT_TRUE(verify_detached_jws(keys, "payload", under(R"( { "typ" : "JOSE", "alg" : "ES256" } )")));
  EXPECT_TRUE(verify_detached_jws(keys, "payload", under(R"({"kid":")" + key.id() + R"(","alg":"ES256"})")));
}

TEST_F(Jws, IsRefusedForAnotherPayloadOrKey) {
  const auto jws = sign_detached_jws(key, "payload");
  EXPECT_EQ(error_of(jws, "another"), JwsError::bad_signature);
  const auto other = SigningKey::create(directory / "other.pem");
  EXPECT_EQ(error_of(sign_detached_jws(other, "payload")), JwsError::unknown_key);
  EXPECT_EQ(verify_detached_jws({}, "payload", jws).error(), JwsError::unknown_key);
}

TEST_F(Jws, IsRefusedWithAnyOtherAlgorithm) {
  for (const std::string algorithm : {"none", "HS256", "RS256", "ES384", "es256", ""})
    EXPECT_EQ(error_of(under(R"({"alg":")" + algorithm + R"("})")), JwsError::unsupported_algorithm) << algorithm;
  EXPECT_EQ(error_of(under(R"({"kid":"x"})")), JwsError::unsupported_algorithm);
}

TEST_F(Jws, IsRefusedWithAHeaderThatBringsItsOwnRulesOrReadsTwoWays) {
  for (const std::string header :
       {R"({"alg":"ES256","crit":["b64"],"b64":false})", R"({"alg":"ES256","crit":"x"})",
        R"({"alg":"ES256","jwk":"x"})", R"({"alg":"none","alg":"ES256"})", R"({"alg":"ES256"}x)", R"({"alg":"ES256",})",
        R"({"al\u0067":"ES256"})", R"({"alg":"ES256","n":1})", R"({})", R"(["ES256"])", R"()", R"({"alg":"ES256")",
        R"({"alg":"ES256)", "{\"alg\":\"ES256\",\"x\":\"\xff\"}", "{\"alg\":\"ES256\",\"x\":\"\n\"}"})
    EXPECT_EQ(error_of(under(header)), JwsError::malformed) << header;
}

TEST_F(Jws, IsRefusedInAnyOtherSpelling) {
  const auto jws = sign_detached_jws(key, "payload");
  const auto dots = jws.find("..");
  EXPECT_EQ(error_of(jws.substr(0, dots) + "." + base::to_base64url("payload") + jws.substr(dots + 1)),
            JwsError::malformed);
  EXPECT_EQ(error_of(jws + "=="), JwsError::malformed);
  EXPECT_EQ(error_of(jws + "."), JwsError::malformed);
  EXPECT_EQ(error_of(" " + jws), JwsError::malformed);
  EXPECT_EQ(error_of(""), JwsError::malformed);
  EXPECT_EQ(error_of(".."), JwsError::malformed);
  EXPECT_EQ(error_of(jws + std::string(5000, 'A')), JwsError::malformed);
  // One byte short; two characters, since any other number could end in a digit that no encoder writes.
  EXPECT_EQ(error_of(jws.substr(0, jws.size() - 2)), JwsError::bad_signature);
}

TEST(JwsError, HasASentenceForEach) {
  using enum JwsError;
  for (const auto error : {malformed, unsupported_algorithm, unknown_key, bad_signature})
    EXPECT_FALSE(words_of(error).empty());
}

}  // namespace broker::audit
