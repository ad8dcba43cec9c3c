// A pupil record in the form that is compared: numbers packed into words, text as folded words with what each is for.
// Made from what came in, once; what a restricted record must not tell is left out here, so that nothing later can.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/pupil_record.h"

namespace matcher {

// What a word of a record is. Fits four bits.
enum class Role : uint8_t {
  forename,
  preferred_forename,
  former_forename,
  middle,
  surname,
  preferred_surname,
  former_surname,
  guardian_forename,  // begins the next guardian
  guardian_surname,
  street,  // a word of an address line
  house,   // a number of an address line
  town,    // the whole town as one word
  extra,   // scheme=value of another identifier
  wide,    // not a word: an identifier of two 32-bit halves follows
};

constexpr bool is_forename_role(Role role) {
  return role <= Role::middle;
}
constexpr bool is_surname_role(Role role) {
  return role >= Role::surname && role <= Role::former_surname;
}

// An identifier beyond the first of its kind.
enum class WideKind : uint8_t { upn, uln, phone, postcode };

struct Wide {
  WideKind kind = WideKind::upn;
  uint64_t value = 0;
  bool operator==(const Wide&) const = default;
};

struct Word {
  Role role = Role::forename;
  std::string text;
  bool operator==(const Word&) const = default;
};

// What nearly every record has; 0 is unknown.
struct Fixed {
  uint64_t upn = 0;
  uint64_t postcode = 0;
  uint64_t phone = 0;
  uint64_t uprn = 0;
  uint32_t dob = 0;
  uint32_t school = 0;
  uint8_t sex = 0;  // 1 male, 2 female
  bool operator==(const Fixed&) const = default;
};

struct Particulars {
  Fixed fixed;
  std::vector<Word> words;
  std::vector<Wide> wides;
  bool restricted = false;
  bool operator==(const Particulars&) const = default;
};

Particulars particulars_of(const PupilRecord& record);

// True when the record asks with an address, a school or a telephone.
bool has_address_terms(const PupilRecord& record);

// UPN: 48 bits of text below three flags.
constexpr uint64_t upn_text_mask = (uint64_t{1} << 48) - 1;
constexpr uint64_t upn_permanent = uint64_t{1} << 60;
constexpr uint64_t upn_temporary = uint64_t{1} << 61;
constexpr uint64_t upn_wrong_letter = uint64_t{1} << 62;
uint64_t packed_upn(std::string_view text);
std::string unpacked_upn(uint64_t upn);

// Postcode: up to eight letters or digits, six bits each, the first highest; a foreign one has a flag of its own.
constexpr uint64_t postcode_foreign = uint64_t{1} << 63;
uint64_t packed_postcode(std::string_view text);
constexpr uint64_t postcode_sector(uint64_t postcode) {
  return postcode >> 12;
}  // without the last two letters
constexpr uint64_t postcode_district(uint64_t postcode) {
  return postcode >> 18;
}  // without the inward part

// The last ten digits of a telephone number; 0 when there are fewer than seven.
uint64_t packed_phone(std::string_view text);

constexpr uint32_t packed_date(int year, int month, int day) {
  return (static_cast<uint32_t>(year) << 9) | (static_cast<uint32_t>(month) << 5) | static_cast<uint32_t>(day);
}
inline uint32_t packed_date(const PartialDate& date) {
  return packed_date(date.year, date.month, date.day);
}
constexpr int year_of(uint32_t date) {
  return static_cast<int>(date >> 9);
}
constexpr int month_of(uint32_t date) {
  return static_cast<int>((date >> 5) & 15U);
}
constexpr int day_of(uint32_t date) {
  return static_cast<int>(date & 31U);
}

}  // namespace matcher
