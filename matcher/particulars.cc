#include "matcher/particulars.h"

#include <algorithm>
#include <array>

#include "matcher/identifiers.h"
#include "matcher/normalise.h"

namespace matcher {
namespace {

// Limits on one record, so that no file can make one record cost what a thousand do.
constexpr size_t name_words_max = 6;
constexpr size_t address_words_max = 12;
constexpr size_t guardians_max = 4;
constexpr size_t wides_max = 16;
constexpr size_t extras_max = 8;
constexpr uint32_t urn_offset = 10'000'000;  // above every LAESTAB

constexpr std::array<std::string_view, 14> titles = {"mr",   "mrs",  "ms",  "miss",   "dr",     "prof",   "sir",
                                                     "lady", "lord", "rev", "master", "mother", "father", "mx"};

// What is written where a name is not known.
constexpr std::array<std::string_view, 20> name_fillers = {
    "unknown", "unk", "not known", "not given", "no name", "noname", "n a", "none",     "null",      "tbc",
    "tba",     "fnu", "lnu",       "unnamed",   "baby",    "infant", "xx",  "baby boy", "baby girl", "xxx"};

// The very date that forms and databases put where none is known.
constexpr std::array<PartialDate, 4> date_fillers = {{{1900, 1, 1}, {1901, 1, 1}, {1970, 1, 1}, {1753, 1, 1}}};

std::vector<std::string> known_name(const std::string& text) {
  const bool is_filler = std::ranges::find(name_fillers, std::string_view(folded(text))) != name_fillers.end();
  return is_filler ? std::vector<std::string>() : name_tokens(text);
}

uint32_t known_date(const PartialDate& date) {
  return std::ranges::find(date_fillers, date) != date_fillers.end() ? 0 : packed_date(date);
}

// Not ZZ99, which stands for no fixed abode and places abroad, and not a telephone number of one digit all through.
uint64_t known_postcode(const std::string& text) {
  const std::string plain = folded(text);
  return plain.starts_with("zz99") ? 0 : packed_postcode(text);
}

uint64_t known_phone(const std::string& text) {
  const std::string digits = digits_of(text);
  const bool is_filler = digits.size() > 2 && digits.find_first_not_of(digits[2], 2) == std::string::npos;
  return is_filler ? 0 : packed_phone(text);
}

void add_words(Particulars& out, Role role, const std::vector<std::string>& words, size_t words_max) {
  for (size_t i = 0; i < std::min(words.size(), words_max); ++i) {
    const Word word{role, words[i]};
    if (std::ranges::find(out.words, word) == out.words.end()) out.words.push_back(word);
  }
}

void add_wide(Particulars& out, WideKind kind, uint64_t value) {
  const Wide wide{kind, value};
  if (value == 0 || out.wides.size() >= wides_max || std::ranges::find(out.wides, wide) != out.wides.end()) return;
  out.wides.push_back(wide);
}

void add_names(Particulars& out, const PupilRecord& record) {
  add_words(out, Role::forename, known_name(record.forename), name_words_max);
  add_words(out, Role::preferred_forename, known_name(record.preferred_forename), name_words_max);
  add_words(out, Role::former_forename, known_name(record.former_forename), name_words_max);
  add_words(out, Role::middle, known_name(record.middle_names), name_words_max);
  add_words(out, Role::surname, known_name(record.surname), name_words_max);
  add_words(out, Role::preferred_surname, known_name(record.preferred_surname), name_words_max);
  add_words(out, Role::former_surname, known_name(record.former_surname), name_words_max);
}

void add_guardian(Particulars& out, const std::string& name) {
  std::vector<std::string> words = known_name(name);
  std::erase_if(words, [](const std::string& word) { return std::ranges::find(titles, word) != titles.end(); });
  if (words.empty()) return;
  // Not through add_words: two guardians may share a word, and the order tells them apart.
  if (words.size() == 1) {
    out.words.push_back({Role::guardian_surname, words[0]});
    return;
  }
  out.words.push_back({Role::guardian_forename, words.front()});
  out.words.push_back({Role::guardian_surname, words.back()});
}

bool begins_with_digit(const std::string& word) {
  return word[0] >= '0' && word[0] <= '9';
}

void add_address(Particulars& out, const Address& address) {
  size_t count = 0;
  for (const std::string& line : address.lines) {
    for (std::string& word : word_tokens(line)) {
      if (++count > address_words_max) break;
      const Word placed{begins_with_digit(word) ? Role::house : Role::street, std::move(word)};
      if (std::ranges::find(out.words, placed) == out.words.end()) out.words.push_back(placed);
    }
  }
  const std::string town = folded(address.town);
  if (!town.empty()) add_words(out, Role::town, {town}, 1);
}

void add_home(Particulars& out, const PupilRecord& record) {
  add_address(out, record.address);
  out.fixed.postcode = known_postcode(record.address.postcode);
  if (is_uprn(record.address.uprn) && !record.address.uprn.empty()) out.fixed.uprn = std::stoull(record.address.uprn);
  for (const Address& previous : record.previous_addresses)
    if (!previous.restricted) add_wide(out, WideKind::postcode, known_postcode(previous.postcode));
  if (const auto laestab = parsed_laestab(record.school.laestab)) {
    out.fixed.school = static_cast<uint32_t>(std::stoul(*laestab));
  } else if (is_urn(record.school.urn)) {
    out.fixed.school = urn_offset + static_cast<uint32_t>(std::stoul(record.school.urn));
  }
  for (const Guardian& guardian : record.guardians) {
    const uint64_t phone = known_phone(guardian.phone);
    if (out.fixed.phone == 0) {
      out.fixed.phone = phone;
    } else {
      add_wide(out, WideKind::phone, phone);
    }
  }
}

}  // namespace

Particulars particulars_of(const PupilRecord& record) {
  Particulars out;
  out.restricted = record.address.restricted;
  out.fixed.upn = packed_upn(cleaned_upn(record.upn));
  for (const std::string& former : record.former_upns) add_wide(out, WideKind::upn, packed_upn(cleaned_upn(former)));
  if (is_valid_uln(record.uln)) add_wide(out, WideKind::uln, std::stoull(record.uln));
  out.fixed.dob = known_date(record.dob);
  if (record.sex == "M") out.fixed.sex = 1;
  if (record.sex == "F") out.fixed.sex = 2;
  add_names(out, record);
  for (size_t i = 0; i < std::min(record.guardians.size(), guardians_max); ++i)
    add_guardian(out, record.guardians[i].name);
  for (size_t i = 0; i < std::min(record.identifiers.size(), extras_max); ++i) {
    const std::string value = folded(record.identifiers[i].value);
    if (!value.empty()) add_words(out, Role::extra, {folded(record.identifiers[i].scheme) + "=" + value}, 1);
  }
  if (!out.restricted) add_home(out, record);
  return out;
}

bool has_address_terms(const PupilRecord& record) {
  const bool has_phone = std::ranges::any_of(record.guardians, [](const Guardian& g) { return !g.phone.empty(); });
  const bool has_previous =
      std::ranges::any_of(record.previous_addresses, [](const Address& a) { return !a.is_empty(); });
  return !record.address.is_empty() || has_previous || has_phone || !record.school.is_empty();
}

uint64_t packed_upn(std::string_view text) {
  const UpnKind kind = upn_kind(text);
  if (kind == UpnKind::malformed) return 0;
  uint64_t out = static_cast<uint64_t>(text[0] - 'A');
  for (size_t i = 1; i < 12; ++i) out = out * 10 + static_cast<uint64_t>(text[i] - '0');
  const char last = text[12];
  out = out * 36 + static_cast<uint64_t>(last >= 'A' ? last - 'A' + 10 : last - '0');
  if (kind == UpnKind::permanent) return out | upn_permanent;
  return out | (kind == UpnKind::temporary ? upn_temporary : upn_wrong_letter);
}

std::string unpacked_upn(uint64_t upn) {
  uint64_t rest = upn & upn_text_mask;
  std::string out(13, '0');
  const auto last = static_cast<char>(rest % 36);
  out[12] = static_cast<char>(last >= 10 ? 'A' + last - 10 : '0' + last);
  rest /= 36;
  for (size_t i = 11; i >= 1; --i, rest /= 10) out[i] = static_cast<char>('0' + rest % 10);
  out[0] = static_cast<char>('A' + rest);
  return out;
}

uint64_t packed_postcode(std::string_view text) {
  std::string letters;
  uint64_t flag = 0;
  if (const auto postcode = parsed_postcode(text)) {
    // The outward part fills four places, so that sectors and districts are prefixes.
    const size_t blank = postcode->find(' ');
    letters = postcode->substr(0, blank);
    letters.resize(4, ' ');
    letters += postcode->substr(blank + 1);
  } else {
    letters = folded(text);
    std::erase(letters, ' ');
    for (char& c : letters) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    letters = letters.substr(0, 8);
    flag = postcode_foreign;
  }
  if (letters.empty()) return 0;
  uint64_t out = 0;
  for (const char c : letters) {
    uint64_t code = 0;
    if (c >= 'A' && c <= 'Z') code = static_cast<uint64_t>(c - 'A' + 11);
    if (c >= '0' && c <= '9') code = static_cast<uint64_t>(c - '0' + 1);
    out = (out << 6) | code;
  }
  return out | flag;
}

uint64_t packed_phone(std::string_view text) {
  const std::string digits = digits_of(text);
  if (digits.size() < 7) return 0;
  return std::stoull(digits.size() > 10 ? digits.substr(digits.size() - 10) : digits);
}

}  // namespace matcher
