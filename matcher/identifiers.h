// The identifiers of English and Welsh education and what makes each of them well formed: UPN, ULN, LAESTAB, URN, UPRN.
// Used by the readers of files, by the API and by the matcher, so that a number is judged in one place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace matcher {

enum class UpnKind {
  permanent,     // the check letter is right, the last character is a digit
  temporary,     // the check letter is right, the last character is a letter
  wrong_letter,  // the shape is right and the check letter is not: typed wrong somewhere
  malformed,     // no UPN at all
};

// Without blanks and in capitals, as people type them with either.
std::string cleaned_upn(std::string_view text);

UpnKind upn_kind(std::string_view upn);

// Permanent or temporary with the right check letter.
bool is_valid_upn(std::string_view upn);

// The letter that belongs in front of the other twelve characters; nothing when they have no UPN's shape.
std::optional<char> upn_check_letter(std::string_view twelve);

// Every valid UPN that one wrong digit, one swap of neighbours or a wrong check letter would turn into this one.
// Only for finding candidates: a repaired number asserts nothing.
std::vector<std::string> upn_repairs(std::string_view upn);

// Ten digits, the first not 0, weights 10 to 1, remainder 10 by 11.
bool is_valid_uln(std::string_view uln);

// Three digits of the authority and four of the establishment.
bool is_laestab(std::string_view text);

// The LAESTAB as seven digits, from `3144001`, `314/4001`, `314 4001` or `314-4001`; nothing for anything else.
std::optional<std::string> parsed_laestab(std::string_view text);

bool is_la_code(std::string_view text);  // three digits
bool is_urn(std::string_view text);      // six digits
bool is_uprn(std::string_view text);     // up to twelve digits

// `SW1A 1AA` from what people type; nothing when it cannot be a postcode of the United Kingdom.
std::optional<std::string> parsed_postcode(std::string_view text);

}  // namespace matcher
