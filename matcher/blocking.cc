#include "matcher/blocking.h"

#include <algorithm>

#include "matcher/identifiers.h"

namespace matcher {
namespace {

enum class KeyKind : uint64_t {
  upn = 1,
  uln,
  phone,
  postcode,
  uprn,
  dob,
  dob_name,
  name_pair,
  guardian,
  school_name,
  extra,
  address,
  place_name
};

uint64_t key(KeyKind kind, uint64_t a, uint64_t b = 0) {
  return mix(mix(a + static_cast<uint64_t>(kind) * 0x9e3779b97f4a7c15ULL) ^ (b * 0xff51afd7ed558ccdULL));
}

bool is_date(int year, int month, int day) {
  if (year < 1850 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (month == 2) return day <= 28 || (day == 29 && year % 4 == 0);
  return day <= 30 || (month != 4 && month != 6 && month != 9 && month != 11);
}

// Names enough for the keys; more names of one record add little.
constexpr size_t pair_names_max = 3;
constexpr int months_in_year = 12;
constexpr int days_in_month_max = 31;
constexpr size_t part_letters_min = 5;  // of a part of an identifier, for it to be a key

struct Names {
  std::vector<Skeleton> forenames;
  std::vector<Skeleton> surnames;
  std::vector<Skeleton> middles;
  std::vector<std::pair<Skeleton, Skeleton>> guardians;
  Skeleton street = 0;  // of the longest word
  size_t street_letters = 0;
  uint64_t house = 0;
  Skeleton town = 0;
};

void add_once(std::vector<Skeleton>& to, Skeleton skeleton) {
  if (skeleton != 0 && std::ranges::find(to, skeleton) == to.end()) to.push_back(skeleton);
}

Names names_of(std::span<const RecordStore::Element> elements, const TokenTable& tokens) {
  Names out;
  Skeleton guardian_forename = 0;
  for (size_t i = 0; i < elements.size(); ++i) {
    const Role role = RecordStore::role_of(elements[i]);
    if (role == Role::wide) {
      i += 2;
      continue;
    }
    const Skeleton skeleton = tokens.skeleton(RecordStore::token_of(elements[i]));
    if (role == Role::middle) {
      add_once(out.middles, skeleton);
    } else if (is_forename_role(role)) {
      add_once(out.forenames, skeleton);
    } else if (is_surname_role(role)) {
      add_once(out.surnames, skeleton);
    } else if (role == Role::street) {
      const size_t letters = tokens.text(RecordStore::token_of(elements[i])).size();
      if (letters > out.street_letters) {
        out.street = skeleton;
        out.street_letters = letters;
      }
    } else if (role == Role::house && out.house == 0) {
      out.house = hash_text(tokens.text(RecordStore::token_of(elements[i])));
    } else if (role == Role::town) {
      out.town = skeleton;
    } else if (role == Role::guardian_forename) {
      guardian_forename = skeleton;
    } else if (role == Role::guardian_surname) {
      if (guardian_forename != 0) out.guardians.emplace_back(guardian_forename, skeleton);
      guardian_forename = 0;
    }
  }
  return out;
}

void add_name_keys(const Names& names, const Fixed& fixed, std::vector<uint64_t>& keys) {
  for (size_t i = 0; i < std::min(names.forenames.size(), pair_names_max); ++i)
    for (size_t j = 0; j < std::min(names.surnames.size(), pair_names_max); ++j)
      keys.push_back(name_pair_key(names.forenames[i], names.surnames[j]));
  if (fixed.dob != 0) {
    for (const Skeleton name : names.forenames) keys.push_back(dob_name_key(fixed.dob, name));
    for (const Skeleton name : names.surnames) keys.push_back(dob_name_key(fixed.dob, name));
  }
  for (const auto& [forename, surname] : names.guardians) keys.push_back(guardian_key(forename, surname));
  if (names.street != 0 && names.house != 0) keys.push_back(address_key(names.street, names.house));
  // Without a postcode of this country, town and street have to stand in for it.
  if (fixed.postcode == 0 || (fixed.postcode & postcode_foreign) != 0) {
    for (const Skeleton place : {names.town, names.street}) {
      if (place == 0) continue;
      for (const Skeleton name : names.forenames) keys.push_back(place_name_key(place, name));
      for (const Skeleton name : names.surnames) keys.push_back(place_name_key(place, name));
    }
  }
  if (fixed.school != 0 && !names.forenames.empty())
    keys.push_back(school_name_key(fixed.school, names.forenames.front()));
}

void add_wide_key(WideKind kind, uint64_t value, std::vector<uint64_t>& keys) {
  switch (kind) {
    case WideKind::upn: keys.push_back(upn_key(value)); break;
    case WideKind::uln: keys.push_back(uln_key(value)); break;
    case WideKind::phone: keys.push_back(phone_key(value)); break;
    case WideKind::postcode: keys.push_back(postcode_key(value)); break;
  }
}

}  // namespace

uint64_t upn_key(uint64_t upn) {
  return key(KeyKind::upn, upn & upn_text_mask);
}
uint64_t uln_key(uint64_t uln) {
  return key(KeyKind::uln, uln);
}
uint64_t phone_key(uint64_t phone) {
  return key(KeyKind::phone, phone);
}
uint64_t postcode_key(uint64_t postcode) {
  return key(KeyKind::postcode, postcode);
}
uint64_t uprn_key(uint64_t uprn) {
  return key(KeyKind::uprn, uprn);
}
uint64_t dob_key(uint32_t dob) {
  return key(KeyKind::dob, dob);
}
uint64_t dob_name_key(uint32_t dob, Skeleton name) {
  return key(KeyKind::dob_name, dob, name);
}
uint64_t name_pair_key(Skeleton forename, Skeleton surname) {
  return key(KeyKind::name_pair, forename, surname);
}
uint64_t guardian_key(Skeleton forename, Skeleton surname) {
  return key(KeyKind::guardian, forename, surname);
}
uint64_t school_name_key(uint32_t school, Skeleton forename) {
  return key(KeyKind::school_name, school, forename);
}
uint64_t extra_key(uint64_t text_hash) {
  return key(KeyKind::extra, text_hash);
}

uint64_t address_key(Skeleton street, uint64_t house) {
  return key(KeyKind::address, street, house);
}
uint64_t place_name_key(Skeleton place, Skeleton name) {
  return key(KeyKind::place_name, place, name);
}

std::vector<std::string_view> extra_parts(std::string_view extra) {
  std::vector<std::string_view> out;
  std::string_view rest = extra.substr(std::min(extra.size(), extra.find('=') + 1));
  if (rest.find(' ') == std::string_view::npos) return out;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(' '), rest.size());
    if (end >= part_letters_min) out.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::vector<uint32_t> dates_within(uint32_t dob) {
  std::vector<uint32_t> out;
  const int year = year_of(dob);
  const bool is_any_month = month_of(dob) == 0 || (month_of(dob) == 1 && day_of(dob) == 1);
  if (year == 0 || (day_of(dob) != 0 && !is_any_month)) return out;
  const int first = is_any_month ? 1 : month_of(dob);
  const int last = is_any_month ? months_in_year : month_of(dob);
  for (int month = first; month <= last; ++month) {
    out.push_back(packed_date(year, month, 0));
    for (int day = 1; day <= days_in_month_max; ++day)
      if (is_date(year, month, day)) out.push_back(packed_date(year, month, day));
  }
  out.push_back(packed_date(year, 0, 0));
  std::erase(out, dob);
  return out;
}

std::vector<uint32_t> dates_near(uint32_t dob) {
  std::vector<uint32_t> out;
  const int year = year_of(dob);
  const int month = month_of(dob);
  const int day = day_of(dob);
  if (year == 0 || day == 0) return out;
  const auto add = [&](int y, int m, int d) {
    if (!is_date(y, m, d)) return;
    const uint32_t date = packed_date(y, m, d);
    if (date != dob && std::ranges::find(out, date) == out.end()) out.push_back(date);
  };
  add(year, day, month);
  for (const int step : {-1, 1, -10, 10}) add(year + step, month, day);
  add(year - year % 100 + year % 10 * 10 + year / 10 % 10, month, day);
  for (int digit = 0; digit <= 9; ++digit) {
    add(year - year % 10 + digit, month, day);
    add(year, digit < 2 ? digit * 10 + month % 10 : month, day);
    add(year, month - month % 10 + digit, day);
    add(year, month, day - day % 10 + digit);
    add(year, month, digit < 4 ? digit * 10 + day % 10 : day);
  }
  add(year, month, day % 10 * 10 + day / 10);
  add(year, month % 10 * 10 + month / 10, day);
  for (const int step : {-1, 1}) {
    add(year, month, day + step);
    add(year, month + step, day);
  }
  add(year, month, 1);
  add(year, 1, 1);
  // As a record has it that does not know the day, or the month either.
  out.push_back(packed_date(year, month, 0));
  out.push_back(packed_date(year, 0, 0));
  return out;
}

void keys_of(const RecordStore& store, const TokenTable& tokens, Slot slot, std::vector<uint64_t>& keys) {
  keys.clear();
  const Fixed& fixed = store.fixed(slot);
  const auto elements = store.elements(slot);
  if (fixed.upn != 0) {
    keys.push_back(upn_key(fixed.upn));
    // A mistyped number is also filed under what it may have been, so that it is met from either side.
    if ((fixed.upn & upn_wrong_letter) != 0)
      for (const std::string& repaired : upn_repairs(unpacked_upn(fixed.upn)))
        keys.push_back(upn_key(packed_upn(repaired)));
  }
  if (fixed.phone != 0) keys.push_back(phone_key(fixed.phone));
  if (fixed.postcode != 0) keys.push_back(postcode_key(fixed.postcode));
  if (fixed.uprn != 0) keys.push_back(uprn_key(fixed.uprn));
  if (fixed.dob != 0) keys.push_back(dob_key(fixed.dob));
  add_name_keys(names_of(elements, tokens), fixed, keys);
  for (size_t i = 0; i < elements.size(); ++i) {
    const Role role = RecordStore::role_of(elements[i]);
    const TokenId token = RecordStore::token_of(elements[i]);
    if (role == Role::extra) {
      keys.push_back(extra_key(hash_text(tokens.text(token))));
      for (const std::string_view part : extra_parts(tokens.text(token))) keys.push_back(extra_key(hash_text(part)));
    }
    if (role != Role::wide) continue;
    add_wide_key(static_cast<WideKind>(token), (uint64_t{elements[i + 1]} << 32) | elements[i + 2], keys);
    i += 2;
  }
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
}

size_t BlockTable::memory_bytes() const {
  size_t out = 0;
  for (const PostingTable& table : shards_) out += table.memory_bytes();
  return out;
}

void BlockTable::save(SnapshotWriter& out) const {
  for (const PostingTable& table : shards_) table.save(out);
}

bool BlockTable::load(SnapshotReader& in) {
  return std::ranges::all_of(shards_, [&](PostingTable& table) { return table.load(in); });
}

}  // namespace matcher
