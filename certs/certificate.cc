#include "certs/certificate.h"

#include <algorithm>
#include <array>

#include "certs/openssl.h"
#include "certs/time_text.h"

namespace certs {
namespace {

constexpr int serial_bits = 128;
constexpr int version_3 = 2;      // X.509 counts from 0
constexpr int crl_version_2 = 1;  // likewise
constexpr size_t serial_digits_max = 40;

std::string hex_of(const unsigned char* bytes, size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

IntegerHandle random_serial() {
  const NumberHandle number(BN_new());
  // RFC 5280 wants a serial above 0; of 2^128 the odd bit at the bottom costs one.
  require(number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ODD) == 1, "make a serial");
  IntegerHandle serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  require(serial != nullptr, "make a serial");
  return serial;
}

IntegerHandle serial_from(const std::string& hex) {
  BIGNUM* number = nullptr;
  require(BN_hex2bn(&number, hex.c_str()) == static_cast<int>(hex.size()), "read a serial");
  const NumberHandle owner(number);
  IntegerHandle serial(BN_to_ASN1_INTEGER(number, nullptr));
  require(serial != nullptr, "read a serial");
  return serial;
}

TimeHandle asn1_time(std::chrono::sys_seconds time) {
  TimeHandle made(ASN1_TIME_set(nullptr, time.time_since_epoch().count()));
  require(made != nullptr, "make a time");
  return made;
}

void set_subject(X509* certificate, const std::string& common_name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto add = [subject](const char* field, const std::string& value) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
    require(
        X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, bytes, static_cast<int>(value.size()), -1, 0) == 1,
        "name the subject");
  };
  add("O", "Waymark");
  add("CN", common_name);
}

// Only for constant text: OpenSSL reads commas and colons in it as its own little language.
void add_extension(X509* certificate, const X509* issuer, int nid, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

void add_name(GENERAL_NAMES* names, int type, ASN1_STRING* value) {
  require(value != nullptr, "name the subject");
  GeneralNameHandle name(GENERAL_NAME_new());
  require(name != nullptr, "name the subject");
  GENERAL_NAME_set0_value(name.get(), type, value);
  // The stack takes it over.
  require(sk_GENERAL_NAME_push(names, name.release()) > 0, "name the subject");
}

ASN1_STRING* ia5_text(const std::string& text) {
  ASN1_STRING* made = ASN1_IA5STRING_new();
  require(made != nullptr && ASN1_STRING_set(made, text.data(), static_cast<int>(text.size())) == 1, "copy a name");
  return made;
}

void add_alternative_names(X509* certificate, const CertificatePlan& plan) {
  if (plan.uris.empty() && plan.dns.empty() && plan.ips.empty()) return;
  const GeneralNamesHandle names(sk_GENERAL_NAME_new_null());
  require(names != nullptr, "name the subject");
  for (const auto& uri : plan.uris) add_name(names.get(), GEN_URI, ia5_text(uri));
  for (const auto& dns : plan.dns) add_name(names.get(), GEN_DNS, ia5_text(dns));
  for (const auto& ip : plan.ips) add_name(names.get(), GEN_IPADD, a2i_IPADDRESS(ip.c_str()));
  require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
          "add the names");
}

void add_use(X509* certificate, const X509* issuer, CertificateUse use) {
  if (use == CertificateUse::certificate_authority) {
    add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    return;
  }
  add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(certificate, issuer, NID_ext_key_usage, use == CertificateUse::server ? "serverAuth" : "clientAuth");
}

int crl_code_of(RevocationReason reason) {
  switch (reason) {
    case RevocationReason::unspecified: return CRL_REASON_UNSPECIFIED;
    case RevocationReason::key_compromise: return CRL_REASON_KEY_COMPROMISE;
    case RevocationReason::superseded: return CRL_REASON_SUPERSEDED;
    case RevocationReason::cessation: return CRL_REASON_CESSATION_OF_OPERATION;
  }
  return CRL_REASON_UNSPECIFIED;
}

void add_revocation(X509_CRL* crl, const Revocation& revocation) {
  RevokedHandle entry(X509_REVOKED_new());
  require(entry != nullptr, "list a revocation");
  const IntegerHandle serial = serial_from(revocation.serial);
  const TimeHandle time = asn1_time(revocation.time);
  require(X509_REVOKED_set_serialNumber(entry.get(), serial.get()) == 1 &&
              X509_REVOKED_set_revocationDate(entry.get(), time.get()) == 1,
          "list a revocation");
  // RFC 5280, 5.3.1: an unspecified reason is said by leaving it out.
  if (revocation.reason != RevocationReason::unspecified) {
    const std::unique_ptr<ASN1_ENUMERATED, Freer<ASN1_ENUMERATED_free>> code(ASN1_ENUMERATED_new());
    require(code && ASN1_ENUMERATED_set(code.get(), crl_code_of(revocation.reason)) == 1 &&
                X509_REVOKED_add1_ext_i2d(entry.get(), NID_crl_reason, code.get(), 0, X509V3_ADD_DEFAULT) == 1,
            "give a reason");
  }
  // The list takes it over.
  require(X509_CRL_add0_revoked(crl, entry.release()) == 1, "list a revocation");
}

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

std::string serial_of(const X509* certificate) {
  const NumberHandle number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  require(number != nullptr, "read a serial");
  const std::unique_ptr<char, decltype([](char* text) { OPENSSL_free(text); })> hex(BN_bn2hex(number.get()));
  require(hex != nullptr, "read a serial");
  return normalised_serial(hex.get());
}

std::string normalised_serial(std::string_view text) {
  std::string serial;
  for (const char c : text) {
    if (c == ':') continue;
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!((lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f'))) return "";
    if (serial.empty() && lower == '0') continue;
    serial += lower;
  }
  return serial.size() <= serial_digits_max ? serial : "";
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  require(X509_digest(certificate, EVP_sha256(), digest.data(), &size) == 1, "hash a certificate");
  return hex_of(digest.data(), size);
}

std::optional<std::chrono::sys_seconds> not_before_of(const X509* certificate) {
  return time_of(X509_get0_notBefore(certificate));
}

std::optional<std::chrono::sys_seconds> not_after_of(const X509* certificate) {
  return time_of(X509_get0_notAfter(certificate));
}

bool is_dns_name(std::string_view text) {
  constexpr size_t name_max = 253;
  constexpr size_t label_max = 63;
  if (text.empty() || text.size() > name_max) return false;
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > label_max || label.front() == '-' || label.back() == '-' ||
        !std::ranges::all_of(label, is_label_character))
      return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_ip_address(const std::string& text) {
  const std::unique_ptr<ASN1_OCTET_STRING, Freer<ASN1_OCTET_STRING_free>> address(a2i_IPADDRESS(text.c_str()));
  return address != nullptr;
}

std::string make_certificate(const CertificatePlan& plan, EVP_PKEY* subject_key, const X509* issuer,
                             EVP_PKEY* issuer_key) {
  const CertificateHandle certificate(X509_new());
  require(certificate && X509_set_version(certificate.get(), version_3) == 1, "make a certificate");
  const IntegerHandle serial = random_serial();
  const TimeHandle not_before = asn1_time(plan.not_before);
  const TimeHandle not_after = asn1_time(plan.not_after);
  set_subject(certificate.get(), plan.common_name);
  const X509* signer = issuer != nullptr ? issuer : certificate.get();
  require(X509_set_serialNumber(certificate.get(), serial.get()) == 1 &&
              X509_set1_notBefore(certificate.get(), not_before.get()) == 1 &&
              X509_set1_notAfter(certificate.get(), not_after.get()) == 1 &&
              X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer)) == 1 &&
              X509_set_pubkey(certificate.get(), subject_key) == 1,
          "make a certificate");
  add_use(certificate.get(), signer, plan.use);
  add_extension(certificate.get(), signer, NID_subject_key_identifier, "hash");
  add_extension(certificate.get(), signer, NID_authority_key_identifier, "keyid:always");
  add_alternative_names(certificate.get(), plan);
  require(X509_sign(certificate.get(), issuer_key, EVP_sha256()) > 0, "sign a certificate");
  return certificate_to_pem(certificate.get());
}

std::string make_crl(const CrlPlan& plan, const X509* issuer, EVP_PKEY* issuer_key) {
  const CrlHandle crl(X509_CRL_new());
  const TimeHandle this_update = asn1_time(plan.this_update);
  const TimeHandle next_update = asn1_time(plan.next_update);
  const IntegerHandle number(ASN1_INTEGER_new());
  require(crl && number && X509_CRL_set_version(crl.get(), crl_version_2) == 1 &&
              X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer)) == 1 &&
              X509_CRL_set1_lastUpdate(crl.get(), this_update.get()) == 1 &&
              X509_CRL_set1_nextUpdate(crl.get(), next_update.get()) == 1 &&
              ASN1_INTEGER_set_int64(number.get(), plan.number) == 1 &&
              X509_CRL_add1_ext_i2d(crl.get(), NID_crl_number, number.get(), 0, X509V3_ADD_DEFAULT) == 1,
          "make a revocation list");
  X509V3_CTX context{};
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), nullptr, nullptr, crl.get(), 0);
  const ExtensionHandle key_id(X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
  require(key_id && X509_CRL_add_ext(crl.get(), key_id.get(), -1) == 1, "make a revocation list");
  for (const auto& revocation : plan.revocations) add_revocation(crl.get(), revocation);
  require(X509_CRL_sort(crl.get()) == 1 && X509_CRL_sign(crl.get(), issuer_key, EVP_sha256()) > 0,
          "sign a revocation list");
  return crl_to_pem(crl.get());
}

}  // namespace certs
