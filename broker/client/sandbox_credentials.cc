#include "broker/client/sandbox_credentials.h"

#include <algorithm>
#include <stdexcept>

#include "broker/net/tls.h"
#include "certs/certificate_authority.h"
#include "certs/files.h"

namespace broker::client {
namespace {

using certs::CertificateAuthority;

template <typename T>
T or_throw(tl::expected<T, certs::Refusal> result) {
  if (!result) throw std::runtime_error(result.error().reason);
  return std::move(*result);
}

CertificateAuthority open_authority(const std::filesystem::path& directory, std::chrono::sys_seconds now) {
  auto opened = CertificateAuthority::open(directory);
  if (opened) return std::move(*opened);
  return or_throw(CertificateAuthority::init(directory, "Waymark sandbox", certs::ca_validity, now));
}

// A crash between writing the two files leaves a pair that does not fit.
bool is_pair(const Credential& credential, const std::filesystem::path& authority) {
  if (!std::filesystem::exists(credential.certificate) || !std::filesystem::exists(credential.private_key))
    return false;
  try {
    net::make_client_context({.certificate = credential.certificate.string(),
                              .private_key = credential.private_key.string(),
                              .authorities = authority.string()});
    return true;
  } catch (const net::TlsError&) {
    return false;
  }
}

// Issues what is missing or near its end, and leaves the rest alone.
class Issuer {
 public:
  Issuer(const CertificateAuthority& authority, std::filesystem::path directory, std::chrono::sys_seconds now)
      : authority_(authority), directory_(std::move(directory)), now_(now), entries_(authority.entries()) {}

  Credential client(const std::string& identity, std::string stem) {
    certs::IssueRequest request;
    request.identity = "urn:waymark:" + identity;
    return keep_or_issue(request, request.identity, std::move(stem));
  }

  Credential server() {
    certs::IssueRequest request;
    request.dns = {"localhost"};
    request.ips = {"127.0.0.1", "::1"};
    request.valid_for = certs::server_validity;
    return keep_or_issue(request, "DNS:localhost", "server");
  }

 private:
  Credential keep_or_issue(const certs::IssueRequest& request, const std::string& name, const std::string& stem) {
    const Credential credential{directory_ / (stem + ".pem"), directory_ / (stem + "-key.pem")};
    if (is_fresh(name) && is_pair(credential, authority_.certificate_file())) return credential;
    const auto issued = or_throw(authority_.issue(request, now_));
    certs::write_file(credential.private_key, issued.key_pem, certs::private_mode);
    certs::write_file(credential.certificate, issued.certificate_pem, certs::public_mode);
    return credential;
  }

  // The file holds the last one that was issued under this name.
  bool is_fresh(const std::string& name) const {
    const auto last = std::find_if(entries_.rbegin(), entries_.rend(), [&](const certs::IndexEntry& entry) {
      return std::find(entry.names.begin(), entry.names.end(), name) != entry.names.end();
    });
    return last != entries_.rend() && last->status_at(now_) == certs::CertificateStatus::valid &&
           last->not_after > now_ + sandbox_renewal;
  }

  const CertificateAuthority& authority_;
  std::filesystem::path directory_;
  std::chrono::sys_seconds now_;
  std::vector<certs::IndexEntry> entries_;
};

}  // namespace

std::string sandbox_school(const std::string& authority, int number) {
  return authority + std::to_string(4000 + number);
}

SandboxCredentials make_credentials(const std::filesystem::path& directory, const std::vector<std::string>& authorities,
                                    std::chrono::sys_seconds now) {
  const CertificateAuthority authority = open_authority(directory / "ca", now);
  renew_list(directory, now);
  const std::filesystem::path files = directory / "certs";
  std::filesystem::create_directories(files);
  Issuer issuer(authority, files, now);
  SandboxCredentials credentials;
  credentials.authority = authority.certificate_file();
  credentials.revocations = authority.crl_file();
  credentials.server = issuer.server();
  credentials.operator_ = issuer.client("operator:sandbox", "operator");
  for (const std::string& code : authorities) {
    credentials.authorities[code] = issuer.client("authority:" + code, "authority-" + code);
    for (int number = 1; number <= sandbox_schools; ++number) {
      const std::string laestab = sandbox_school(code, number);
      credentials.schools[laestab] = issuer.client("school:" + laestab, "school-" + laestab);
    }
    for (const std::string officer : sandbox_officers) {
      credentials.officers[code][officer] =
          issuer.client("officer:" + code + ":" + officer, "officer-" + code + "-" + officer);
    }
  }
  return credentials;
}

bool renew_list(const std::filesystem::path& directory, std::chrono::sys_seconds now) {
  const auto authority = or_throw(CertificateAuthority::open(directory / "ca"));
  if (authority.crl_next_update() > now + sandbox_list_renewal) return false;
  authority.renew_crl(now);
  return true;
}

}  // namespace broker::client
