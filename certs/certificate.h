// Reading single certificates, and making certificates and revocation lists with the extensions that TLS checks. The
// making half is for CertificateAuthority, which decides what may be issued, and for tests, which need bad ones too.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// OpenSSL's, declared here so that users of this header need not read OpenSSL's.
using X509 = struct x509_st;
using X509_CRL = struct X509_crl_st;
using EVP_PKEY = struct evp_pkey_st;

namespace certs {

// Lower-case hexadecimal without leading zeros, the one form in which we compare serial numbers.
std::string serial_of(const X509* certificate);
// The same form of what a person typed or another tool printed (`0A:1B`); empty when it is no serial number.
std::string normalised_serial(std::string_view text);

// SHA-256 of the DER, lower-case hexadecimal.
std::string fingerprint_of(const X509* certificate);

std::optional<std::chrono::sys_seconds> not_before_of(const X509* certificate);
std::optional<std::chrono::sys_seconds> not_after_of(const X509* certificate);

enum class CertificateUse { certificate_authority, server, client };

struct CertificatePlan {
  CertificateUse use = CertificateUse::client;
  std::string common_name;
  std::vector<std::string> uris;
  std::vector<std::string> dns;
  std::vector<std::string> ips;
  std::chrono::sys_seconds not_before{};
  std::chrono::sys_seconds not_after{};
};

enum class RevocationReason { unspecified, key_compromise, superseded, cessation };

struct Revocation {
  std::string serial;
  std::chrono::sys_seconds time{};
  RevocationReason reason = RevocationReason::unspecified;
};

struct CrlPlan {
  int64_t number = 0;
  std::chrono::sys_seconds this_update{};
  std::chrono::sys_seconds next_update{};
  std::vector<Revocation> revocations;
};

// DNS names as a certificate may carry them (no wildcard), and IPv4 or IPv6 addresses.
bool is_dns_name(std::string_view text);
bool is_ip_address(const std::string& text);

// PEM of a new certificate with a random serial of 128 bits. Without an issuer it is self-signed. Every name in the
// plan must have been checked; what OpenSSL refuses is thrown.
std::string make_certificate(const CertificatePlan& plan, EVP_PKEY* subject_key, const X509* issuer,
                             EVP_PKEY* issuer_key);

// PEM of a new revocation list of the issuer.
std::string make_crl(const CrlPlan& plan, const X509* issuer, EVP_PKEY* issuer_key);

}  // namespace certs
