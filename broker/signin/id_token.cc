#include "broker/signin/id_token.h"

#include <algorithm>
#include <optional>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include "broker/audit/signature.h"
#include "broker/base/text.h"
#include "certs/openssl.h"

namespace broker::signin {
namespace {

using base::refuse;
using base::Result;
using message::WebKey;

constexpr size_t token_bytes_max = 16 * 1024;
constexpr size_t coordinate_size = 32;
constexpr int modulus_bits_min = 2048;
constexpr size_t modulus_bytes_max = 1024;

// SubjectPublicKeyInfo of a key on P-256 up to its point.
constexpr std::string_view p256_head(
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04", 27);

base::Refusal untrusted(const std::string& why) {
  return refuse(
      base::problem(base::ProblemType::not_permitted, "Your account service's answer was not accepted: " + why + "."));
}

struct Parts {
  message::TokenHeader header;
  std::string claims;  // JSON
  std::string signature;
  std::string signed_text;
};

std::optional<Parts> parts_of(std::string_view token) {
  if (token.size() > token_bytes_max) return std::nullopt;
  const auto parts = base::split(token, '.');
  if (parts.size() != 3) return std::nullopt;
  const auto header = base::from_base64url(parts[0]);
  const auto claims = base::from_base64url(parts[1]);
  const auto signature = base::from_base64url(parts[2]);
  if (!header || !claims || !signature) return std::nullopt;
  const auto known = message::decode_token_header(*header);
  if (!known) return std::nullopt;
  return Parts{*known, *claims, *signature, std::string(token.substr(0, parts[0].size() + 1 + parts[1].size()))};
}

// The algorithm says which type of key makes it; a key of another type, or kept for another use, is never tried.
bool fits(const WebKey& key, const message::TokenHeader& header) {
  const std::string_view type = header.algorithm == "RS256" ? "RSA" : header.algorithm == "ES256" ? "EC" : "";
  if (type.empty() || key.type != type) return false;
  if (!key.algorithm.empty() && key.algorithm != header.algorithm) return false;
  if (!key.use.empty() && key.use != "sig") return false;
  return header.key_id.empty() || key.id == header.key_id;
}

bool is_signed_es256(const WebKey& key, const Parts& parts) {
  if (key.curve != "P-256" || key.x.size() != coordinate_size || key.y.size() != coordinate_size) return false;
  const std::string info = std::string(p256_head) + key.x + key.y;
  const auto known = audit::PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n" + base::to_base64(info) +
                                                "\n-----END PUBLIC KEY-----\n");
  ERR_clear_error();
  return known && known->verify(parts.signed_text, parts.signature);
}

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

certs::KeyHandle rsa_key(const WebKey& key) {
  using Builder = std::unique_ptr<OSSL_PARAM_BLD, certs::Freer<OSSL_PARAM_BLD_free>>;
  using Values = std::unique_ptr<OSSL_PARAM, certs::Freer<OSSL_PARAM_free>>;
  using Context = std::unique_ptr<EVP_PKEY_CTX, certs::Freer<EVP_PKEY_CTX_free>>;
  const certs::NumberHandle n(BN_bin2bn(unsigned_bytes(key.modulus), static_cast<int>(key.modulus.size()), nullptr));
  const certs::NumberHandle e(BN_bin2bn(unsigned_bytes(key.exponent), static_cast<int>(key.exponent.size()), nullptr));
  const Builder builder(OSSL_PARAM_BLD_new());
  certs::require(n && e && builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
                     OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1,
                 "read a key");
  const Values values(OSSL_PARAM_BLD_to_param(builder.get()));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* made = nullptr;
  const bool is_made = values && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                       EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, values.get()) == 1;
  return certs::KeyHandle(is_made ? made : nullptr);
}

bool is_signed_rs256(const WebKey& key, const Parts& parts) {
  if (key.modulus.empty() || key.modulus.size() > modulus_bytes_max || key.exponent.empty()) return false;
  if (key.exponent.size() > sizeof(uint64_t)) return false;
  const certs::KeyHandle rsa = rsa_key(key);
  const certs::DigestContextHandle context(EVP_MD_CTX_new());
  const bool is_good =
      rsa && context && EVP_PKEY_get_bits(rsa.get()) >= modulus_bits_min &&
      EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA256", nullptr, nullptr, rsa.get(), nullptr) == 1 &&
      EVP_DigestVerify(context.get(), unsigned_bytes(parts.signature), parts.signature.size(),
                       unsigned_bytes(parts.signed_text), parts.signed_text.size()) == 1;
  if (!is_good) ERR_clear_error();
  return is_good;
}

std::optional<std::string> wrong_in(const message::TokenClaims& claims, const Expected& expected) {
  if (claims.issuer != expected.issuer) return "it is of another issuer";
  if (std::ranges::find(claims.audience, expected.client_id) == claims.audience.end()) return "it is for somebody else";
  if (claims.audience.size() > 1 && claims.authorized_party != expected.client_id) return "it is for several";
  if (!claims.authorized_party.empty() && claims.authorized_party != expected.client_id) {
    return "it was given to somebody else";
  }
  const int64_t now = std::chrono::floor<std::chrono::seconds>(expected.now).time_since_epoch().count();
  const int64_t leeway = token_leeway.count();
  if (!claims.expires || *claims.expires + leeway <= now) return "it has expired";
  if (!claims.issued || *claims.issued - leeway > now) return "it is of the future";
  if (claims.not_before && *claims.not_before - leeway > now) return "it is not valid yet";
  if (claims.nonce.empty() || claims.nonce != expected.nonce) return "it belongs to another sign-in";
  if (claims.subject.empty()) return "it names nobody";
  return std::nullopt;
}

}  // namespace

bool has_key_for(std::string_view token, std::span<const WebKey> keys) {
  const auto parts = parts_of(token);
  return parts && std::ranges::any_of(keys, [&](const WebKey& key) { return fits(key, parts->header); });
}

Result<message::TokenClaims> verify_id_token(std::string_view token, std::span<const WebKey> keys,
                                             const Expected& expected) {
  const auto parts = parts_of(token);
  if (!parts) return untrusted("it can't be read");
  if (parts->header.algorithm != "RS256" && parts->header.algorithm != "ES256") {
    return untrusted("it is not signed with RS256 or ES256");
  }
  if (parts->header.has_critical) return untrusted("it demands what is not understood here");
  const bool is_es256 = parts->header.algorithm == "ES256";
  const bool is_signed = std::ranges::any_of(keys, [&](const WebKey& key) {
    return fits(key, parts->header) && (is_es256 ? is_signed_es256(key, *parts) : is_signed_rs256(key, *parts));
  });
  if (!is_signed) return untrusted("none of the service's keys has signed it");
  const auto claims = message::decode_token_claims(parts->claims);
  if (!claims) return untrusted("it can't be read");
  if (const auto wrong = wrong_in(*claims, expected)) return untrusted(*wrong);
  return *claims;
}

}  // namespace broker::signin
