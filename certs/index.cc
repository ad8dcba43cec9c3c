#include "certs/index.h"

#include <array>
#include <stdexcept>

#include "certs/files.h"
#include "certs/time_text.h"

namespace certs {
namespace {

constexpr std::string_view first_line = "# serial\tnot before\tnot after\trevoked\treason\tnames";
constexpr std::string_view nothing = "-";

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  size_t start = 0;
  while (true) {
    const size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string::npos) return parts;
    start = end + 1;
  }
}

std::optional<IndexEntry> read_line(const std::string& line) {
  const auto fields = split(line, '\t');
  if (fields.size() != 6) return std::nullopt;
  const auto not_before = parse_utc(fields[1]);
  const auto not_after = parse_utc(fields[2]);
  if (fields[0].empty() || normalised_serial(fields[0]) != fields[0] || !not_before || !not_after) return std::nullopt;
  IndexEntry entry{
      fields[0], *not_before, *not_after, std::nullopt, RevocationReason::unspecified, split(fields[5], ' ')};
  if (fields[3] == nothing) return fields[4] == nothing ? std::optional(entry) : std::nullopt;
  entry.revoked = parse_utc(fields[3]);
  const auto reason = reason_from(fields[4]);
  if (!entry.revoked || !reason) return std::nullopt;
  entry.reason = *reason;
  return entry;
}

std::string line_of(const IndexEntry& entry) {
  std::string line = entry.serial + '\t' + format_utc(entry.not_before) + '\t' + format_utc(entry.not_after) + '\t';
  line += entry.revoked ? format_utc(*entry.revoked) : nothing;
  line += '\t';
  line += entry.revoked ? word_of(entry.reason) : nothing;
  line += '\t';
  for (size_t i = 0; i < entry.names.size(); ++i) line += (i == 0 ? "" : " ") + entry.names[i];
  return line + '\n';
}

}  // namespace

CertificateStatus IndexEntry::status_at(std::chrono::sys_seconds now) const {
  if (revoked) return CertificateStatus::revoked;
  return now > not_after ? CertificateStatus::expired : CertificateStatus::valid;
}

std::string_view word_of(CertificateStatus status) {
  switch (status) {
    case CertificateStatus::valid: return "valid";
    case CertificateStatus::expired: return "expired";
    case CertificateStatus::revoked: return "revoked";
  }
  return "";
}

std::string_view word_of(RevocationReason reason) {
  switch (reason) {
    case RevocationReason::unspecified: return "unspecified";
    case RevocationReason::key_compromise: return "key-compromise";
    case RevocationReason::superseded: return "superseded";
    case RevocationReason::cessation: return "cessation";
  }
  return "";
}

std::optional<RevocationReason> reason_from(std::string_view word) {
  using enum RevocationReason;
  for (const auto reason : {unspecified, key_compromise, superseded, cessation})
    if (word == word_of(reason)) return reason;
  return std::nullopt;
}

std::vector<IndexEntry> read_index(const std::filesystem::path& path) {
  const auto lines = split(read_file(path), '\n');
  const auto unreadable = [&path](size_t line) {
    return std::runtime_error("line " + std::to_string(line) + " of " + path.string() + " can't be read");
  };
  // A whole file ends in a line feed, so that its last part is empty.
  if (lines.front() != first_line || !lines.back().empty())
    throw unreadable(lines.front() != first_line ? 1 : lines.size());
  std::vector<IndexEntry> entries;
  for (size_t i = 1; i + 1 < lines.size(); ++i) {
    auto entry = read_line(lines[i]);
    if (!entry) throw unreadable(i + 1);
    entries.push_back(std::move(*entry));
  }
  return entries;
}

void write_index(const std::filesystem::path& path, const std::vector<IndexEntry>& entries) {
  std::string text = std::string(first_line) + '\n';
  for (const auto& entry : entries) text += line_of(entry);
  write_file(path, text, public_mode);
}

}  // namespace certs
