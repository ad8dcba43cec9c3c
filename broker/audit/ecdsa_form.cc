#include "broker/audit/ecdsa_form.h"

#include "broker/audit/signature.h"
#include "certs/openssl.h"

namespace broker::audit {
namespace {

constexpr int half_size = signature_size / 2;

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string jose_from_asn1(std::string_view der) {
  const unsigned char* start = unsigned_bytes(der);
  const certs::SignatureHandle signature(d2i_ECDSA_SIG(nullptr, &start, static_cast<long>(der.size())));
  certs::require(signature != nullptr, "read a signature");
  std::string raw(signature_size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  certs::require(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, half_size) == half_size &&
                     BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + half_size, half_size) == half_size,
                 "write a signature");
  return raw;
}

std::string asn1_from_jose(std::string_view raw) {
  const certs::SignatureHandle signature(ECDSA_SIG_new());
  certs::NumberHandle r(BN_bin2bn(unsigned_bytes(raw), half_size, nullptr));
  certs::NumberHandle s(BN_bin2bn(unsigned_bytes(raw) + half_size, half_size, nullptr));
  certs::require(signature && r && s, "read a signature");
  // The signature takes both over.
  certs::require(ECDSA_SIG_set0(signature.get(), r.release(), s.release()) == 1, "read a signature");
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  certs::require(size > 0, "write a signature");
  const std::unique_ptr<unsigned char, decltype([](unsigned char* bytes) { OPENSSL_free(bytes); })> owner(der);
  return std::string(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
}

}  // namespace broker::audit
