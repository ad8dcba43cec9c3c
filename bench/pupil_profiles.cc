#include "bench/pupil_profiles.h"

namespace bench {

const std::vector<Profile>& profiles() {
  static const std::vector<Profile> all = {
      {"plain", "moved families, a quarter without an error, a third of the UPNs", {}},
      {"hard",
       "most names and many dates damaged, several times and oddly; few UPNs",
       {.names_damaged = 0.96,
        .damaged_again = 0.6,
        .damaged_oddly = 0.3,
        .date_damaged = 0.40,
        .held_damaged = 0.10,
        .upn_missing = 0.72,
        .upn_of_sibling = 0.003}},
      {"no_upn",
       "no UPN on either side, names and dates damaged",
       {.names_damaged = 0.92,
        .damaged_oddly = 0.2,
        .date_damaged = 0.38,
        .upn_missing = 1.0,
        .held_upn_missing = 1.0}},
      {"twins",
       "half the brothers and sisters are twins, and most absent children have one held",
       {.twins = 0.5, .absent_sibling = 0.9, .names_damaged = 0.9, .damaged_oddly = 0.2, .upn_missing = 0.7}},
      {"sparse",
       "names, date and postcode, little else; no UPN to learn from",
       {.names_damaged = 0.7,
        .damaged_oddly = 0.2,
        .date_damaged = 0.25,
        .sex_missing = 0.4,
        .guardian_missing = 1.0,
        .held_guardian_missing = 1.0,
        .middle_missing = 0.9,
        .school_missing = 1.0,
        .street_missing = 1.0,
        .upn_missing = 1.0,
        .held_upn_missing = 1.0}},
      {"rich",
       "nearly everything filled, capitals, few moved, many UPNs",
       {.moved = 0.4,
        .names_damaged = 0.6,
        .damaged_oddly = 0.1,
        .date_damaged = 0.12,
        .sex_missing = 0.02,
        .guardian_missing = 0.1,
        .phone_missing = 0.1,
        .middle_missing = 0.2,
        .school_missing = 0.05,
        .address_missing = 0.03,
        .upn_missing = 0.15,
        .in_capitals = true}},
  };
  return all;
}

std::optional<Rates> rates_of(std::string_view profile) {
  for (const Profile& one : profiles())
    if (one.name == profile) return one.rates;
  return std::nullopt;
}

}  // namespace bench
