// How often what goes wrong: the rates of one kind of data. Each profile is data of another make, so that the matcher
// is never judged by one kind alone. Used by the generator of pupils.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

// Every number is a chance from 0 to 1.
struct Rates {
  double twins = 0.06;        // that the next child of a household is born the same day
  double absent = 1.0 / 3;    // that a child asked for is not held
  double absent_sibling = 0;  // that an absent child is chosen among those with a brother or sister held
  double moved = 0.75;
  double new_surname = 0.05;
  double names_damaged = 0.85;  // of a first damage to the names
  double damaged_again = 0.5;   // of each further one
  double damaged_oddly = 0.0;   // that a damage is one of the second kind: any letters, several at once, other names
  double date_damaged = 0.30;
  double date_missing = 0.03;
  double held_damaged = 0.06;  // names of the registry
  double sex_missing = 0.15;
  double sex_wrong = 0.02;
  double guardian_missing = 0.40;
  double held_guardian_missing = 0.10;
  double phone_missing = 0.30;
  double middle_missing = 0.50;
  double school_missing = 0.35;
  double address_missing = 0.25;
  double street_missing = 0.0;  // of an address that is given: the postcode alone
  double upn_missing = 0.55;
  double upn_temporary = 0.07;
  double upn_new = 0.04;
  double upn_mistyped = 0.05;
  double upn_of_sibling = 0.0;
  double held_upn_missing = 0.06;
  bool in_capitals = false;  // the queries
};

struct Profile {
  std::string_view name;
  std::string_view what;
  Rates rates;
};

const std::vector<Profile>& profiles();
std::optional<Rates> rates_of(std::string_view profile);

}  // namespace bench
