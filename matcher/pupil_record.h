// The particulars of a child as one source gave them, and the partial date that comes with them.
// Every room that carries a child carries this type: the matcher compares it, the adapters fill it, the API shows it.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace matcher {

// A date of which the day, or the day and the month, may be unknown: `2014-05-03`, `2014-05`, `2014`.
// Month and day are 0 where unknown. Always a real calendar date as far as it is known.
struct PartialDate {
  int year = 0;
  int month = 0;
  int day = 0;

  bool is_known() const { return year != 0; }
  bool is_full() const { return day != 0; }
  // ISO 8601 in as many parts as are known; empty when nothing is.
  std::string text() const;
  auto operator<=>(const PartialDate&) const = default;
};

// Reads `YYYY-MM-DD`, `DD/MM/YYYY`, `YYYY-MM` or `YYYY`; nothing when it is none of these or no calendar date.
std::optional<PartialDate> parse_partial_date(std::string_view text);

struct Address {
  std::vector<std::string> lines;
  std::string town;
  std::string postcode;
  std::string uprn;         // Unique Property Reference Number
  bool restricted = false;  // refuge or protection: never leaves the broker to another authority

  bool is_empty() const { return lines.empty() && town.empty() && postcode.empty() && uprn.empty(); }
  bool operator==(const Address&) const = default;
};

struct Guardian {
  std::string name;
  std::string phone;
  bool operator==(const Guardian&) const = default;
};

struct Sibling {
  std::string forename;
  std::string surname;
  PartialDate dob;
  std::string school;
  bool operator==(const Sibling&) const = default;
};

struct SchoolReference {
  std::string laestab;  // 3-digit LA code and 4-digit establishment number
  std::string urn;
  std::string name;

  bool is_empty() const { return laestab.empty() && urn.empty() && name.empty(); }
  bool operator==(const SchoolReference&) const = default;
};

// An identifier with the scheme that issued it, for a consistent identifier whose number is left to regulations.
struct Identifier {
  std::string scheme;
  std::string value;
  bool operator==(const Identifier&) const = default;
};

// Text is UTF-8, as given and not normalised; an empty member is an unknown one.
struct PupilRecord {
  std::string upn;
  std::vector<std::string> former_upns;
  std::string uln;
  std::vector<Identifier> identifiers;
  std::string surname;
  std::string forename;
  std::string middle_names;
  std::string former_surname;
  std::string former_forename;
  std::string preferred_surname;
  std::string preferred_forename;
  PartialDate dob;
  std::string sex;  // "M", "F" or empty
  Address address;
  std::vector<Address> previous_addresses;
  std::vector<Guardian> guardians;
  std::vector<Sibling> siblings;
  SchoolReference school;
  std::string la_code;
  std::string year_group;
  PartialDate leaving_date;
  PartialDate start_date;

  bool operator==(const PupilRecord&) const = default;
};

}  // namespace matcher
