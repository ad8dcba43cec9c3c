// The certificate authority of a sandbox and the certificates it needs: made at the first start, kept at the next, and
// issued again when they come near their end. Used by the sandbox alone.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace broker::client {

struct Credential {
  std::filesystem::path certificate;
  std::filesystem::path private_key;
};

struct SandboxCredentials {
  std::filesystem::path authority;    // CA certificate
  std::filesystem::path revocations;  // CRL
  Credential server;                  // for localhost, 127.0.0.1 and ::1
  std::map<std::string, Credential> authorities;
  std::map<std::string, Credential> schools;                          // by LAESTAB
  std::map<std::string, std::map<std::string, Credential>> officers;  // by authority and id
  Credential operator_;
};

// Invented: the schools 001 and 002 above 4000, and two officers, of each authority.
inline constexpr int sandbox_schools = 2;
std::string sandbox_school(const std::string& authority, int number);  // from 1
inline constexpr const char* sandbox_officers[] = {"a.obi", "b.lane"};

// A certificate or list that ends sooner than this is issued again.
inline constexpr std::chrono::days sandbox_renewal{30};
inline constexpr std::chrono::days sandbox_list_renewal{10};

// Makes or continues `directory`/ca and `directory`/certs. Throws std::runtime_error with words for the user.
SandboxCredentials make_credentials(const std::filesystem::path& directory, const std::vector<std::string>& authorities,
                                    std::chrono::sys_seconds now);

// Writes a fresh revocation list when the present one comes near its end; says whether it did.
bool renew_list(const std::filesystem::path& directory, std::chrono::sys_seconds now);

}  // namespace broker::client
