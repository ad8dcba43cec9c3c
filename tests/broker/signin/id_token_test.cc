// ID tokens made by hand, and each thing that can be wrong with one.
#include "broker/signin/id_token.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "broker/audit/signature.h"
#include "broker/base/text.h"
#include "certs/openssl.h"
#include "tests/support/scratch.h"

namespace broker::signin {
namespace {

using namespace std::chrono_literals;

const base::Time now = *base::parse_time("2026-11-13T09:30:00Z");
constexpr int64_t now_seconds = 1794562200;

const audit::SigningKey& ec_key() {
  static const support::Scratch scratch;
  static const audit::SigningKey key = audit::SigningKey::create(scratch.path() / "key.pem");
  return key;
}

EVP_PKEY* rsa_key() {
  static const certs::KeyHandle key(EVP_RSA_gen(2048));
  return key.get();
}

std::string number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  certs::require(EVP_PKEY_get_bn_param(key, name, &number) == 1, "read a key");
  const certs::NumberHandle owner(number);
  std::string bytes(static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

message::WebKey ec_web_key() {
  const std::string pem = ec_key().public_key().pem();
  std::string text;
  for (const auto line : base::split(pem, '\n')) {
    if (!line.starts_with("-----")) text += line;
  }
  const std::string info = *base::from_base64(text);
  message::WebKey key;
  key.id = "ec";
  key.type = "EC";
  key.curve = "P-256";
  key.x = info.substr(info.size() - 64, 32);
  key.y = info.substr(info.size() - 32);
  return key;
}

message::WebKey rsa_web_key() {
  message::WebKey key;
  key.id = "rsa";
  key.type = "RSA";
  key.algorithm = "RS256";
  key.use = "sig";
  key.modulus = number_of(rsa_key(), OSSL_PKEY_PARAM_RSA_N);
  key.exponent = number_of(rsa_key(), OSSL_PKEY_PARAM_RSA_E);
  return key;
}

std::string signed_by_rsa(const std::string& text) {
  const certs::DigestContextHandle context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  certs::require(EVP_DigestSignInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, rsa_key(), nullptr) == 1 &&
                     EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1,
                 "sign");
  std::string signature(size, '\0');
  certs::require(
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) == 1,
      "sign");
  return signature;
}

struct Claims {
  std::string issuer = "https://id.invalid/314";
  std::string audience = R"("waymark")";
  int64_t expires = now_seconds + 300;
  int64_t issued = now_seconds;
  std::string nonce = "once";
  std::string subject = "a.obi";
  std::string more;

  std::string text() const {
    return R"({"iss":")" + issuer + R"(","aud":)" + audience + R"(,"exp":)" + std::to_string(expires) + R"(,"iat":)" +
           std::to_string(issued) + R"(,"nonce":")" + nonce + R"(","sub":")" + subject + R"(","roles":["officer"])" +
           more + "}";
  }
};

std::string unsigned_token(const std::string& header, const std::string& claims) {
  return base::to_base64url(header) + "." + base::to_base64url(claims);
}

std::string ec_token(const Claims& claims, const std::string& header = R"({"alg":"ES256","kid":"ec"})") {
  const std::string text = unsigned_token(header, claims.text());
  return text + "." + base::to_base64url(ec_key().sign(text));
}

std::string rsa_token(const Claims& claims, const std::string& header = R"({"alg":"RS256","kid":"rsa"})") {
  const std::string text = unsigned_token(header, claims.text());
  return text + "." + base::to_base64url(signed_by_rsa(text));
}

const Expected expected{"https://id.invalid/314", "waymark", "once", now};

std::vector<message::WebKey> keys() {
  return {rsa_web_key(), ec_web_key()};
}

// Empty when the token is taken; otherwise why not.
std::string refused(const std::string& token) {
  const auto claims = verify_id_token(token, keys(), expected);
  return claims ? "" : claims.error().detail;
}

std::string refused(const Claims& claims) {
  const std::string by_ec = refused(ec_token(claims));
  EXPECT_EQ(refused(rsa_token(claims)), by_ec);
  return by_ec;
}

}  // namespace

TEST(IdToken, IsTakenWithEitherSignature) {
  EXPECT_EQ(refused(ec_token({})), "");
  EXPECT_EQ(refused(rsa_token({})), "");
  const auto claims = verify_id_token(ec_token({}), keys(), expected);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->subject, "a.obi");
  EXPECT_EQ(claims->texts.at("roles"), (std::vector<std::string>{"officer"}));
}

TEST(IdToken, IsRefusedForEachClaimThatIsWrong) {
  EXPECT_EQ(refused(Claims{}), "");
  EXPECT_NE(refused(Claims{.issuer = "https://id.invalid/318"}), "");
  EXPECT_NE(refused(Claims{.issuer = "https://id.invalid/314/"}), "");
  EXPECT_NE(refused(Claims{.audience = R"("somebody")"}), "");
  EXPECT_NE(refused(Claims{.audience = "[]"}), "");
  EXPECT_NE(refused(Claims{.nonce = "twice"}), "");
  EXPECT_NE(refused(Claims{.nonce = ""}), "");
  EXPECT_NE(refused(Claims{.subject = ""}), "");
}

TEST(IdToken, IsOfItsTimeWithAMinuteOfLeeway) {
  EXPECT_EQ(refused(Claims{.expires = now_seconds - 59}), "");
  EXPECT_NE(refused(Claims{.expires = now_seconds - 60}), "");
  EXPECT_EQ(refused(Claims{.issued = now_seconds + 60}), "");
  EXPECT_NE(refused(Claims{.issued = now_seconds + 61}), "");
  EXPECT_NE(refused(Claims{.more = R"(,"nbf":1794562261)"}), "");
}

TEST(IdToken, ForSeveralNamesUsAsTheOneItWasGivenTo) {
  EXPECT_NE(refused(Claims{.audience = R"(["waymark","other"])"}), "");
  EXPECT_EQ(refused(Claims{.audience = R"(["waymark","other"])", .more = R"(,"azp":"waymark")"}), "");
  EXPECT_NE(refused(Claims{.audience = R"(["waymark","other"])", .more = R"(,"azp":"other")"}), "");
  EXPECT_NE(refused(Claims{.more = R"(,"azp":"other")"}), "");
}

TEST(IdToken, IsNeverTakenUnsigned) {
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"NONE"})", R"({"alg":""})", R"({})"}) {
    const std::string token = unsigned_token(header, Claims{}.text());
    EXPECT_NE(refused(token + "."), "") << header;
    EXPECT_NE(refused(token), "") << header;
  }
}

// HS256 with the public key as its secret is the classic way past a verifier that lets the token choose.
TEST(IdToken, IsTakenWithNoOtherAlgorithm) {
  for (const char* algorithm : {"HS256", "RS384", "PS256", "ES384", "EdDSA"}) {
    const std::string header = std::string(R"({"alg":")") + algorithm + R"(","kid":"rsa"})";
    EXPECT_NE(refused(rsa_token({}, header)), "") << algorithm;
  }
  EXPECT_NE(refused(rsa_token({}, R"({"alg":"ES256","kid":"rsa"})")), "");
  EXPECT_NE(refused(ec_token({}, R"({"alg":"RS256","kid":"ec"})")), "");
  EXPECT_NE(refused(ec_token({}, R"({"alg":"ES256","kid":"ec","crit":["exp"]})")), "");
}

TEST(IdToken, IsSignedByTheKeyThatItNames) {
  EXPECT_NE(refused(ec_token({}, R"({"alg":"ES256","kid":"gone"})")), "");
  EXPECT_EQ(refused(ec_token({}, R"({"alg":"ES256"})")), "");
  EXPECT_FALSE(has_key_for(ec_token({}, R"({"alg":"ES256","kid":"gone"})"), keys()));
  EXPECT_TRUE(has_key_for(ec_token({}), keys()));
  auto for_encryption = keys();
  for_encryption[1].use = "enc";
  EXPECT_FALSE(verify_id_token(ec_token({}), for_encryption, expected));
  auto another = keys();
  another[1].x.back() = static_cast<char>(another[1].x.back() ^ 1);
  EXPECT_FALSE(verify_id_token(ec_token({}), another, expected));
  EXPECT_FALSE(verify_id_token(ec_token({}), {}, expected));
}

TEST(IdToken, IsRefusedWhenAByteOfItChanges) {
  const std::string token = ec_token({});
  for (size_t place = 0; place < token.size(); place += 7) {
    std::string changed = token;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    if (changed == token) continue;
    EXPECT_NE(refused(changed), "") << place;
  }
  for (const size_t length : {size_t{0}, size_t{1}, token.size() / 2, token.size() - 1}) {
    EXPECT_NE(refused(token.substr(0, length)), "") << length;
  }
}

// An RSA key that can be factored is no key.
TEST(IdToken, IsRefusedWithAShortKey) {
  auto shortened = keys();
  shortened[0].modulus = shortened[0].modulus.substr(0, 128);
  EXPECT_FALSE(verify_id_token(rsa_token({}), shortened, expected));
  shortened[0].modulus.clear();
  EXPECT_FALSE(verify_id_token(rsa_token({}), shortened, expected));
}

}  // namespace broker::signin
