#include "certs/caller.h"

#include <algorithm>
#include <array>
#include <optional>

#include "certs/certificate.h"
#include "certs/openssl.h"

namespace certs {
namespace {

constexpr std::string_view identity_prefix = "urn:waymark:";
constexpr size_t name_length_max = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool are_digits(std::string_view text, size_t count) {
  return text.size() == count && std::ranges::all_of(text, is_digit);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= name_length_max && is_letter_or_digit(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '@' || c == '-'; });
}

// In any case of letters: `URN:Waymark:` must be seen, to be refused, and not be passed over as somebody else's URI.
bool has_identity_prefix(std::string_view uri) {
  if (uri.size() < identity_prefix.size()) return false;
  return std::equal(identity_prefix.begin(), identity_prefix.end(), uri.begin(), [](char wanted, char c) {
    return wanted == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  });
}

// The only identity among the certificate's names, or why there is no such one.
tl::expected<Caller, CallerError> only_identity(const X509* certificate) {
  int found = 0;
  const GeneralNamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, &found, nullptr)));
  if (!names) {
    constexpr int absent = -1;
    return tl::unexpected(found == absent ? CallerError::no_identity : CallerError::malformed_identity);
  }
  std::optional<std::string_view> identity;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
    // With its length, never as a C string: what follows a NUL is part of the name.
    const std::string_view uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<size_t>(ASN1_STRING_length(text)));
    if (!has_identity_prefix(uri)) continue;
    if (identity) return tl::unexpected(CallerError::two_identities);
    identity = uri;
  }
  if (!identity) return tl::unexpected(CallerError::no_identity);
  return read_identity(*identity);
}

}  // namespace

std::string_view word_of(CallerKind kind) {
  switch (kind) {
    case CallerKind::authority: return "authority";
    case CallerKind::school: return "school";
    case CallerKind::officer: return "officer";
    case CallerKind::operator_: return "operator";
  }
  return "";
}

std::string_view words_of(CallerError error) {
  switch (error) {
    case CallerError::no_certificate: return "no client certificate was shown";
    case CallerError::no_identity: return "the certificate names no Waymark identity";
    case CallerError::two_identities: return "the certificate names more than one Waymark identity";
    case CallerError::malformed_identity: return "the certificate's Waymark identity is malformed";
    case CallerError::unknown_kind: return "the certificate's Waymark identity is of an unknown kind";
    case CallerError::unknown_authority: return "the certificate's authority is not known here";
  }
  return "";
}

tl::expected<Caller, CallerError> caller_of(const X509* certificate,
                                            const std::function<bool(std::string_view)>& is_known_authority) {
  if (certificate == nullptr) return tl::unexpected(CallerError::no_certificate);
  auto caller = only_identity(certificate);
  if (!caller) return caller;
  if (caller->kind != CallerKind::operator_ && !is_known_authority(caller->authority))
    return tl::unexpected(CallerError::unknown_authority);
  const auto not_after = not_after_of(certificate);
  if (!not_after) return tl::unexpected(CallerError::malformed_identity);
  caller->not_after = *not_after;
  caller->serial = serial_of(certificate);
  caller->fingerprint = fingerprint_of(certificate);
  return caller;
}

tl::expected<Caller, CallerError> read_identity(std::string_view urn) {
  const tl::unexpected malformed(CallerError::malformed_identity);
  if (!urn.starts_with(identity_prefix)) return malformed;
  urn.remove_prefix(identity_prefix.size());
  const size_t colon = urn.find(':');
  if (colon == std::string_view::npos) return malformed;
  const std::string_view kind = urn.substr(0, colon);
  const std::string_view value = urn.substr(colon + 1);

  Caller caller;
  if (kind == word_of(CallerKind::authority)) {
    if (!are_digits(value, 3)) return malformed;
    caller.kind = CallerKind::authority;
    caller.authority = value;
  } else if (kind == word_of(CallerKind::school)) {
    if (!are_digits(value, 7)) return malformed;
    caller.kind = CallerKind::school;
    caller.authority = value.substr(0, 3);
    caller.school = value;
  } else if (kind == word_of(CallerKind::officer)) {
    if (value.size() < 5 || !are_digits(value.substr(0, 3), 3) || value[3] != ':' || !is_name(value.substr(4)))
      return malformed;
    caller.kind = CallerKind::officer;
    caller.authority = value.substr(0, 3);
    caller.officer = value.substr(4);
  } else if (kind == word_of(CallerKind::operator_)) {
    if (!is_name(value)) return malformed;
    caller.kind = CallerKind::operator_;
    caller.name = value;
  } else {
    return tl::unexpected(CallerError::unknown_kind);
  }
  return caller;
}

}  // namespace certs
