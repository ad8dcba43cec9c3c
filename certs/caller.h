// Who a client certificate speaks for. Its one SAN URI `urn:waymark:…` is the caller; nothing in a request can change
// it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

// OpenSSL's certificate, declared here so that users of this header need not read OpenSSL's.
using X509 = struct x509_st;

namespace certs {

enum class CallerKind { authority, school, officer, operator_ };

struct Caller {
  CallerKind kind = CallerKind::authority;
  std::string authority;                 // three digits; a school's are the first three of its LAESTAB; operators: none
  std::string school;                    // seven digits, the LAESTAB; schools only
  std::string officer;                   // the id that its authority gave it; officers only
  std::string name;                      // operators only
  std::string serial;                    // of the certificate, lower-case hexadecimal without leading zeros
  std::chrono::sys_seconds not_after{};  // the certificate is worth nothing later
  std::string fingerprint;               // SHA-256 of the DER, lower-case hexadecimal
  bool operator==(const Caller&) const = default;
};

enum class CallerError {
  no_certificate,
  no_identity,
  two_identities,
  malformed_identity,
  unknown_kind,
  unknown_authority,
};

// "authority", "school", "officer", "operator": the word in the URN.
std::string_view word_of(CallerKind kind);
// One sentence that may be shown to the peer.
std::string_view words_of(CallerError error);

// The caller of a certificate whose chain, time and revocation TLS has checked already. Refuses a certificate with no
// Waymark identity, with two, with one of an unknown kind or form, or of an authority that is not known.
tl::expected<Caller, CallerError> caller_of(const X509* certificate,
                                            const std::function<bool(std::string_view)>& is_known_authority);

// The identity alone: `urn:waymark:authority:314`, `:school:3144001`, `:officer:314:<id>` or `:operator:<name>`, in
// exactly this spelling. An id or name is 1 to 64 of letters, digits and `. _ @ -`, the first a letter or digit.
tl::expected<Caller, CallerError> read_identity(std::string_view urn);

}  // namespace certs
