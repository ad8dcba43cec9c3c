// The list of every certificate that was issued, kept as a text file with one line each, for people and scripts too.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/certificate.h"

namespace certs {

enum class CertificateStatus { valid, expired, revoked };

struct IndexEntry {
  std::string serial;
  std::chrono::sys_seconds not_before{};
  std::chrono::sys_seconds not_after{};
  std::optional<std::chrono::sys_seconds> revoked;
  RevocationReason reason = RevocationReason::unspecified;
  std::vector<std::string> names;  // `urn:waymark:…`, `DNS:…`, `IP:…`

  CertificateStatus status_at(std::chrono::sys_seconds now) const;
  bool operator==(const IndexEntry&) const = default;
};

std::string_view word_of(CertificateStatus status);
std::string_view word_of(RevocationReason reason);
std::optional<RevocationReason> reason_from(std::string_view word);

// Throws std::runtime_error with the number of a line that can't be read: an index with a hole must not be signed over.
std::vector<IndexEntry> read_index(const std::filesystem::path& path);
void write_index(const std::filesystem::path& path, const std::vector<IndexEntry>& entries);

}  // namespace certs
