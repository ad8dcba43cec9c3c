#include "matcher/levels.h"

#include <array>
#include <cstdlib>

#include "matcher/particulars.h"

namespace matcher {
namespace {

using Digits = std::array<int, 8>;  // YYYYMMDD

Digits digits_of_date(uint32_t date) {
  const int year = year_of(date);
  const int month = month_of(date);
  const int day = day_of(date);
  return {year / 1000, year / 100 % 10, year / 10 % 10, year % 10, month / 10, month % 10, day / 10, day % 10};
}

bool is_default(uint32_t date) {
  return month_of(date) == 1 && day_of(date) == 1;
}

DobLevel partial_level(uint32_t a, uint32_t b) {
  if (year_of(a) != year_of(b)) return DobLevel::different;
  if (month_of(a) == 0 || month_of(b) == 0 || month_of(a) == month_of(b)) return DobLevel::partial;
  return is_default(a) || is_default(b) ? DobLevel::default_date : DobLevel::year;
}

struct DigitDifference {
  int count = 0;
  bool is_swap = false;
};

DigitDifference digit_difference(uint32_t a, uint32_t b) {
  const Digits x = digits_of_date(a);
  const Digits y = digits_of_date(b);
  DigitDifference out;
  size_t first = x.size();
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] == y[i]) continue;
    if (out.count++ == 0) first = i;
  }
  // Neighbours within the year, the month or the day.
  const bool within = first != 3 && first != 5 && first + 1 < x.size();
  out.is_swap = out.count == 2 && within && x[first] == y[first + 1] && x[first + 1] == y[first];
  return out;
}

// How many six-bit places differ, and whether two neighbours are exchanged.
struct PlaceDifference {
  int count = 0;
  bool is_swap = false;
};

PlaceDifference place_difference(uint64_t a, uint64_t b) {
  PlaceDifference out;
  int first = -1;
  const auto place = [](uint64_t x, int i) { return (x >> (6 * i)) & 63U; };
  for (int i = 0; i < 8; ++i) {
    if (place(a, i) == place(b, i)) continue;
    if (out.count++ == 0) first = i;
  }
  out.is_swap = out.count == 2 && place(a, first) == place(b, first + 1) && place(a, first + 1) == place(b, first);
  return out;
}

bool near_numbers(uint64_t a, uint64_t b, uint64_t base) {
  int count = 0;
  uint64_t before_a = base;
  uint64_t before_b = base;
  bool is_swap = false;
  for (; a != 0 || b != 0; a /= base, b /= base) {
    const uint64_t x = a % base;
    const uint64_t y = b % base;
    if (x != y) {
      ++count;
      is_swap = count == 2 && x == before_b && y == before_a;
    }
    before_a = x != y ? x : base;
    before_b = x != y ? y : base;
  }
  return count == 1 || (count == 2 && is_swap);
}

}  // namespace

DobLevel date_level(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return DobLevel::missing;
  if (day_of(a) == 0 || day_of(b) == 0) return partial_level(a, b);
  if (a == b) return DobLevel::exact;
  const bool same_year = year_of(a) == year_of(b);
  const bool same_month = month_of(a) == month_of(b);
  const bool same_day = day_of(a) == day_of(b);
  if (same_year && month_of(a) == day_of(b) && day_of(a) == month_of(b)) return DobLevel::swapped;
  const int years_apart = std::abs(year_of(a) - year_of(b));
  if (same_year && (is_default(a) || is_default(b))) return DobLevel::default_date;
  if (same_month && same_day && years_apart == 1) return DobLevel::year_off;
  const DigitDifference digits = digit_difference(a, b);
  if (digits.count == 1) return DobLevel::one_digit;
  if (digits.is_swap) return DobLevel::transposed;
  if (same_year && same_month) return DobLevel::month_year;
  if (same_month && same_day) return DobLevel::day_month;
  return same_year ? DobLevel::year : DobLevel::different;
}

UpnLevel upn_level(uint64_t a, uint64_t b) {
  if (a == 0 || b == 0) return UpnLevel::missing;
  const bool both_permanent = (a & b & upn_permanent) != 0;
  if ((a & upn_text_mask) == (b & upn_text_mask)) return both_permanent ? UpnLevel::equal : UpnLevel::equal_temporary;
  if (both_permanent) return UpnLevel::different;
  if (((a | b) & upn_wrong_letter) != 0) {
    // The check letter stands apart in the packed text, so the digits are compared without it.
    constexpr uint64_t letter_place = 100'000'000'000ULL * 36;
    const uint64_t x = a & upn_text_mask;
    const uint64_t y = b & upn_text_mask;
    const bool same_digits = x % letter_place == y % letter_place;
    const bool same_letter = x / letter_place == y / letter_place;
    const bool same_last = x % 36 == y % 36;
    if (same_digits) return UpnLevel::near;
    if (same_letter && ((same_last && near_numbers(x % letter_place / 36, y % letter_place / 36, 10)) ||
                        x % letter_place / 36 == y % letter_place / 36))
      return UpnLevel::near;
    // A swap of the last digit with its neighbour crosses the two bases.
    const auto last_two = [](uint64_t v) { return (v / 36 % 10) * 36 + v % 36; };
    const uint64_t p = last_two(x);
    const uint64_t q = last_two(y);
    if (same_letter && x / 360 == y / 360 && p / 36 == q % 36 && p % 36 == q / 36) return UpnLevel::near;
  }
  return UpnLevel::different_temporary;
}

PostcodeLevel postcode_level(uint64_t a, uint64_t b) {
  if (a == 0 || b == 0) return PostcodeLevel::missing;
  if (a == b) return PostcodeLevel::unit;
  const PlaceDifference difference = place_difference(a, b);
  const bool foreign = ((a | b) & postcode_foreign) != 0;
  if (foreign) return difference.count == 1 || difference.is_swap ? PostcodeLevel::near : PostcodeLevel::different;
  // A change in the last two letters is a neighbour as often as a slip, so it counts as the sector.
  if (postcode_sector(a) == postcode_sector(b)) return PostcodeLevel::sector;
  if (difference.count == 1 || difference.is_swap) return PostcodeLevel::near;
  return postcode_district(a) == postcode_district(b) ? PostcodeLevel::district : PostcodeLevel::different;
}

PhoneLevel phone_level(uint64_t a, uint64_t b) {
  if (a == 0 || b == 0) return PhoneLevel::missing;
  if (a == b) return PhoneLevel::same;
  return near_numbers(a, b, 10) ? PhoneLevel::near : PhoneLevel::different;
}

}  // namespace matcher
