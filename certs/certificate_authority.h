// The private certificate authority: a directory with its key, its certificate, its revocation list and the index of
// what it issued. For `waymark certs` and the sandbox. Several processes may use one directory at the same time.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "certs/index.h"

namespace certs {

// Why the authority does not do what was asked, in words for the operator.
struct Refusal {
  std::string reason;
};

inline constexpr std::chrono::days ca_validity{3650};
inline constexpr std::chrono::days client_validity{90};
inline constexpr std::chrono::days server_validity{365};
inline constexpr std::chrono::days issued_validity_max{398};
// After this the list is stale and every client is refused, so renew it well before.
inline constexpr std::chrono::days crl_validity{30};
// Certificates and lists begin this much in the past: the clocks of councils differ.
inline constexpr std::chrono::minutes clock_skew{5};

// Either an identity (a client's) or at least one DNS name or IP address (a server's).
struct IssueRequest {
  std::string identity;  // `urn:waymark:…`, see read_identity
  std::vector<std::string> dns;
  std::vector<std::string> ips;
  std::chrono::days valid_for = client_validity;
  // PKCS#10 with a P-256 key, when the key was made elsewhere. Only its key is used, none of its names.
  std::string request_pem;
};

struct Issued {
  std::string serial;
  std::string certificate_pem;
  std::string key_pem;  // empty when the key was made elsewhere; it is kept nowhere here
  std::chrono::sys_seconds not_after{};
};

class CertificateAuthority {
 public:
  // Makes the directory where needed, and in it the key, the certificate, an empty index and an empty revocation list.
  // Refuses a directory that has an authority already.
  static tl::expected<CertificateAuthority, Refusal> init(const std::filesystem::path& directory,
                                                          const std::string& name, std::chrono::days valid_for,
                                                          std::chrono::sys_seconds now);
  static tl::expected<CertificateAuthority, Refusal> open(const std::filesystem::path& directory);

  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
  ~CertificateAuthority();

  // An identity may have several valid certificates, so that a new one is in place before the old one ends.
  tl::expected<Issued, Refusal> issue(const IssueRequest& request, std::chrono::sys_seconds now) const;

  // Marks the certificate and writes a new revocation list. Revoking again changes nothing but renews the list.
  tl::expected<IndexEntry, Refusal> revoke(const std::string& serial, RevocationReason reason,
                                           std::chrono::sys_seconds now) const;
  // The same for a certificate file; refused when this authority did not sign it.
  tl::expected<IndexEntry, Refusal> revoke_certificate(const std::string& certificate_pem, RevocationReason reason,
                                                       std::chrono::sys_seconds now) const;

  void renew_crl(std::chrono::sys_seconds now) const;

  // Everything issued, in that order.
  std::vector<IndexEntry> entries() const;
  std::chrono::sys_seconds not_after() const;
  // When the present revocation list goes stale.
  std::chrono::sys_seconds crl_next_update() const;

  std::filesystem::path certificate_file() const;
  std::filesystem::path crl_file() const;

 private:
  struct Keys;
  CertificateAuthority(std::filesystem::path directory, std::unique_ptr<Keys> keys);
  void write_crl(const std::vector<IndexEntry>& entries, std::chrono::sys_seconds now) const;

  std::filesystem::path directory_;
  std::unique_ptr<Keys> keys_;
};

}  // namespace certs
