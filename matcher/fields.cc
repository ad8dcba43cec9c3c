#include "matcher/fields.h"

#include <array>

namespace matcher {
namespace {

using enum Agreement;

constexpr std::array<LevelInfo, 7> upn_levels = {{
    {"equal", exact, "The UPN is the same."},
    {"equal_temporary", exact, "The UPN is the same, but temporary or with a wrong check letter."},
    {"former", exact, "The UPN of one is a former UPN of the other."},
    {"near", close, "The UPNs are one typing error apart, and a check letter fails."},
    {"different_temporary", different, "The UPNs differ, but one is temporary or mistyped."},
    {"different", different, "Both UPNs are permanent and they differ."},
    {"missing", missing, "A UPN is missing."},
}};
constexpr std::array<LevelInfo, 12> forename_levels = {{
    {"exact", exact, "The forename is the same."},
    {"variant", close, "The forenames are forms of one name: a nickname or another spelling."},
    {"sounds", close, "The forenames sound alike."},
    {"typo", close, "The forenames are one typing error apart."},
    {"weak", close, "The forenames are somewhat alike."},
    {"initial", close, "One forename is the initial of the other."},
    {"subset", close, "One forename is a part of the other."},
    {"alternative", close, "The forename of one is a preferred, former or middle name of the other."},
    {"part", close, "Only some of several forenames agree."},
    {"swapped", close, "Forename and surname are exchanged."},
    {"different", different, "The forenames differ."},
    {"missing", missing, "A forename is missing."},
}};
constexpr std::array<LevelInfo, 5> middle_levels = {{
    {"exact", exact, "A middle name is the same."},
    {"close", close, "A middle name is close."},
    {"initial", close, "One middle name is the initial of the other."},
    {"different", different, "The middle names differ."},
    {"missing", missing, "A middle name is missing."},
}};
constexpr std::array<LevelInfo, 12> surname_levels = {{
    {"exact", exact, "The surname is the same."},
    {"variant", close, "The surnames are spellings of one name."},
    {"sounds", close, "The surnames sound alike."},
    {"typo", close, "The surnames are one typing error apart."},
    {"weak", close, "The surnames are somewhat alike."},
    {"subset", close, "One surname is a half of the other."},
    {"alternative", close, "The surname of one is a former or preferred surname of the other."},
    {"part", close, "Only a half of two double surnames agrees."},
    {"guardian", close, "The surname of one is the surname of the other's guardian."},
    {"swapped", close, "Forename and surname are exchanged."},
    {"different", different, "The surnames differ."},
    {"missing", missing, "A surname is missing."},
}};
constexpr std::array<LevelInfo, 12> dob_levels = {{
    {"exact", exact, "The date of birth is the same."},
    {"swapped", close, "Day and month of birth are exchanged."},
    {"one_digit", close, "One digit of the date of birth differs."},
    {"transposed", close, "Two neighbouring digits of the date of birth are exchanged."},
    {"year_off", close, "Day and month of birth agree, the year is one off."},
    {"default_date", close, "One date of birth is the first of January, which often stands for an unknown day."},
    {"month_year", close, "Month and year of birth agree."},
    {"day_month", close, "Day and month of birth agree, the year does not."},
    {"partial", close, "The known parts of the date of birth agree."},
    {"year", different, "Only the year of birth agrees."},
    {"different", different, "The dates of birth differ."},
    {"missing", missing, "A date of birth is missing."},
}};
constexpr std::array<LevelInfo, 3> sex_levels = {{
    {"same", exact, "The sex is the same."},
    {"different", different, "The sex differs."},
    {"missing", missing, "A sex is missing."},
}};
constexpr std::array<LevelInfo, 6> address_levels = {{
    {"same", exact, "The address is the same."},
    {"street", close, "The street is the same."},
    {"some", close, "The addresses are somewhat alike."},
    {"town", close, "The town is the same."},
    {"different", different, "The addresses differ, as they do when a family moves."},
    {"missing", missing, "An address is missing."},
}};
constexpr std::array<LevelInfo, 6> postcode_levels = {{
    {"unit", exact, "The postcode is the same."},
    {"near", close, "The postcodes are one typing error apart."},
    {"sector", close, "The postcode sector is the same."},
    {"district", close, "The postcode district is the same."},
    {"different", different, "The postcodes differ, as they do when a family moves."},
    {"missing", missing, "A postcode is missing."},
}};
constexpr std::array<LevelInfo, 6> guardian_levels = {{
    {"exact", exact, "A guardian has the same name."},
    {"close", close, "A guardian has nearly the same name."},
    {"forename", close, "A guardian has the same forename."},
    {"surname", close, "A guardian has the same surname."},
    {"different", different, "The guardians' names differ."},
    {"missing", missing, "A guardian's name is missing."},
}};
constexpr std::array<LevelInfo, 4> phone_levels = {{
    {"same", exact, "A telephone number is the same."},
    {"near", close, "The telephone numbers are one typing error apart."},
    {"different", different, "The telephone numbers differ."},
    {"missing", missing, "A telephone number is missing."},
}};
constexpr std::array<LevelInfo, 3> school_levels = {{
    {"same", exact, "The school is the same."},
    {"different", different, "The schools differ, as they do when a family moves."},
    {"missing", missing, "A school is missing."},
}};
constexpr std::array<LevelInfo, 4> identifier_levels = {{
    {"same", exact, "Another identifier is the same."},
    {"near", close, "Another identifier is nearly the same."},
    {"different", different, "Another identifier differs."},
    {"missing", missing, "No other identifier is known of both."},
}};

}  // namespace

std::string_view field_name(Field field) {
  static constexpr std::array<std::string_view, fields> names = {"upn",      "forename", "middle_names", "surname",
                                                                 "dob",      "sex",      "address",      "postcode",
                                                                 "guardian", "phone",    "school",       "identifier"};
  return names.at(static_cast<size_t>(field));
}

std::string_view agreement_name(Agreement agreement) {
  static constexpr std::array<std::string_view, 4> names = {"exact", "close", "different", "missing"};
  return names.at(static_cast<size_t>(agreement));
}

std::span<const LevelInfo> levels_of(Field field) {
  switch (field) {
    case Field::upn: return upn_levels;
    case Field::forename: return forename_levels;
    case Field::middle_names: return middle_levels;
    case Field::surname: return surname_levels;
    case Field::dob: return dob_levels;
    case Field::sex: return sex_levels;
    case Field::address: return address_levels;
    case Field::postcode: return postcode_levels;
    case Field::guardian: return guardian_levels;
    case Field::phone: return phone_levels;
    case Field::school: return school_levels;
    case Field::identifier: break;
  }
  return identifier_levels;
}

const LevelInfo& level_info(Field field, size_t level) {
  const auto levels = levels_of(field);
  return levels[level < levels.size() ? level : levels.size() - 1];
}

}  // namespace matcher
