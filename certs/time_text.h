// Times as certificates carry them, whole seconds in UTC, and their RFC 3339 text in the index and on the screen.
#pragma once

#include <chrono>
#include <optional>
#include <string>

// OpenSSL's, declared here so that its headers need not be read.
using ASN1_TIME = struct asn1_string_st;

namespace certs {

// `2026-11-13T09:30:00Z`.
std::string format_utc(std::chrono::sys_seconds time);
// Reads exactly that form; nothing for anything else.
std::optional<std::chrono::sys_seconds> parse_utc(const std::string& text);

// Nothing when the certificate's time can't be read.
std::optional<std::chrono::sys_seconds> time_of(const ASN1_TIME* time);

}  // namespace certs
