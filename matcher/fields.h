// The fields that two records are compared in, the ordered levels at which each can agree, and the words for them.
// The model has a weight for every level; the evidence shown to people is made of these words and of no value.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace matcher {

enum class Field : uint8_t {
  upn,
  forename,
  middle_names,
  surname,
  dob,
  sex,
  address,
  postcode,
  guardian,
  phone,
  school,
  identifier,
};
constexpr size_t fields = 12;
constexpr size_t levels_max = 12;

// The public name of a field, as evidence and files call it.
std::string_view field_name(Field field);

enum class Agreement : uint8_t { exact, close, different, missing };
std::string_view agreement_name(Agreement agreement);

struct LevelInfo {
  std::string_view name;
  Agreement agreement;
  std::string_view words;  // a sentence for an officer
};

// The levels of a field in order, the best first; the last one is always `missing`.
std::span<const LevelInfo> levels_of(Field field);
inline size_t missing_level(Field field) {
  return levels_of(field).size() - 1;
}
const LevelInfo& level_info(Field field, size_t level);

// The levels by name, in the order of levels_of.
enum class UpnLevel : uint8_t { equal, equal_temporary, former, near, different_temporary, different, missing };
enum class ForenameLevel : uint8_t {
  exact,
  variant,
  sounds,
  typo,
  weak,
  initial,
  subset,
  alternative,
  part,
  swapped,
  different,
  missing
};
enum class MiddleLevel : uint8_t { exact, close, initial, different, missing };
enum class SurnameLevel : uint8_t {
  exact,
  variant,
  sounds,
  typo,
  weak,
  subset,
  alternative,
  part,
  guardian,
  swapped,
  different,
  missing
};
enum class DobLevel : uint8_t {
  exact,
  swapped,
  one_digit,
  transposed,
  year_off,
  default_date,
  month_year,
  day_month,
  partial,
  year,
  different,
  missing
};
enum class SexLevel : uint8_t { same, different, missing };
enum class AddressLevel : uint8_t { same, street, some, town, different, missing };
enum class PostcodeLevel : uint8_t { unit, near, sector, district, different, missing };
enum class GuardianLevel : uint8_t { exact, close, forename, surname, different, missing };
enum class PhoneLevel : uint8_t { same, near, different, missing };
enum class SchoolLevel : uint8_t { same, different, missing };
enum class IdentifierLevel : uint8_t { same, near, different, missing };

}  // namespace matcher
