// A certificate authority in a directory of its own, for one test, and certificates that the real one would not issue.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "certs/certificate_authority.h"
#include "certs/files.h"
#include "certs/openssl.h"

namespace certs {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "waymark-certs-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::chrono::sys_seconds present() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

struct TestAuthority {
  explicit TestAuthority(std::chrono::sys_seconds since = present(), const std::string& name = "Waymark test")
      : authority(CertificateAuthority::init(directory / "ca", name, ca_validity, since).value()) {}

  Issued issue(const std::string& identity, std::chrono::sys_seconds now = present()) const {
    IssueRequest request;
    request.identity = identity;
    return authority.issue(request, now).value();
  }

  Issued issue_server(std::chrono::sys_seconds now = present()) const {
    IssueRequest request;
    request.dns = {"localhost"};
    request.ips = {"127.0.0.1"};
    return authority.issue(request, now).value();
  }

  // Signed with the authority's own key, whatever it says.
  Issued issue_unchecked(CertificatePlan plan) const {
    plan.not_before = present() - clock_skew;
    plan.not_after = present() + client_validity;
    const auto signer = certificate_from_pem(read_file(authority.certificate_file()));
    const auto signer_key = private_key_from_pem(read_file(directory / "ca/ca-key.pem"));
    const auto key = make_key();
    Issued issued;
    issued.certificate_pem = make_certificate(plan, key.get(), signer.get(), signer_key.get());
    issued.key_pem = private_key_to_pem(key.get());
    issued.serial = serial_of(certificate_from_pem(issued.certificate_pem).get());
    return issued;
  }

  TemporaryDirectory directory;
  CertificateAuthority authority;
};

}  // namespace certs
