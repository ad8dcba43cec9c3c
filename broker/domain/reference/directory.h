// Who the authorities of England and Wales are: codes, names, regions, neighbours, and what became of those that were
// dissolved. The facts only; contacts and settings of an authority are in the store.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/base/time.h"

namespace broker::domain::reference {

enum class AuthorityStatus {
  live,      // in use today
  historic,  // dissolved, renumbered or outside England and Wales: seen in UPNs and old records only
};

struct AuthorityFacts {
  std::string code;  // three digits
  std::string name;
  std::string region;    // English region, "Wales" or "Outside UK"; empty where unknown
  std::string nation;    // "England", "Wales", "BFPO"; empty where unknown
  std::string gss_code;  // ONS code, empty where unknown
  AuthorityStatus status = AuthorityStatus::live;
  std::optional<base::Date> valid_from;  // known for those that succeeded a dissolved one
  std::optional<base::Date> valid_to;    // last day in being
  std::vector<std::string> successors;   // codes, ascending
  std::vector<std::string> neighbours;   // codes, ascending; over land or narrow water, English authorities only
};

// The tables above, read and checked against one another. Ordered by code.
class Directory {
 public:
  // Refused, naming table and line, when a table can't be read or contradicts another.
  static base::Result<Directory> read(std::string_view la_codes, std::string_view la_codes_historic,
                                      std::string_view neighbours);

  const AuthorityFacts* find(std::string_view code) const;
  std::span<const AuthorityFacts> all() const { return facts_; }

 private:
  std::vector<AuthorityFacts> facts_;
  std::map<std::string, size_t, std::less<>> by_code_;
};

// The directory that is compiled in, read once. Throws std::logic_error, naming table and line, when it is broken;
// a program calls this when it starts, so that it fails then.
const Directory& directory();

// Live or historic; nullptr for a code that never was.
const AuthorityFacts* find_authority(std::string_view code);

// An authority that can own a case or answer an enquiry today: English, Welsh or 702 (BFPO).
bool is_known_authority(std::string_view code);

// A code that can stand in a UPN or a LAESTAB of any age: live or historic.
bool is_known_la_code(std::string_view code);

// Live and historic, by ascending code.
std::span<const AuthorityFacts> all_authorities();

// Empty for an unknown code or region.
std::string_view region_of(std::string_view code);

// Codes; empty for an unknown code and for an authority without neighbours.
std::span<const std::string> neighbours_of(std::string_view code);

}  // namespace broker::domain::reference
