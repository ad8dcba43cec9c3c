#include "bench/pupil_errors.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <unordered_map>

#include "matcher/identifiers.h"
#include "matcher/normalise.h"

namespace bench {
namespace {

using matcher::PartialDate;
using matcher::PupilRecord;
using Pair = std::pair<const char*, const char*>;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string titled(std::string word) {
  if (!word.empty() && word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

// Puts one of the replacements that fit into the word, in either direction.
template <size_t Size>
std::string replaced(Random& random, const std::string& word, const std::array<Pair, Size>& pairs, int times) {
  std::string out = matcher::folded(word);
  for (int done = 0, tries = 0; done < times && tries < 60; ++tries) {
    const auto& [a, b] = pairs[below(random, Size)];
    const bool forward = happens(random, 0.5);
    const std::string from = forward ? a : b;
    const std::string to = forward ? b : a;
    if (from.empty()) continue;
    const size_t at = out.find(from, below(random, out.size() + 1));
    if (at == std::string::npos) continue;
    out.replace(at, from.size(), to);
    ++done;
  }
  return titled(out);
}

char neighbour(Random& random, char c) {
  static constexpr std::array<std::string_view, 3> rows = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  for (const auto row : rows) {
    const size_t at = row.find(c);
    if (at == std::string_view::npos) continue;
    return at == 0 || (at + 1 < row.size() && happens(random, 0.5)) ? row[at + 1] : row[at - 1];
  }
  return c;
}

const std::unordered_map<std::string, std::vector<std::string>>& nicknames() {
  static const auto table = [] {
    std::unordered_map<std::string, std::vector<std::string>> out;
    std::ifstream in("matcher/data/nicknames.txt");
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string full;
      words >> full;
      for (std::string word; words >> word;) {
        out[full].push_back(word);
        out[word].push_back(full);
      }
    }
    return out;
  }();
  return table;
}

}  // namespace

std::string typed_wrong(Random& random, const std::string& word) {
  if (word.size() < 3) return word;
  std::string out = without_marks(word);
  const size_t at = below(random, out.size() - 1) + (happens(random, 0.85) ? 1 : 0);
  if (at >= out.size() || !is_letter(out[at])) return out;
  const char lower = static_cast<char>(out[at] | 0x20);
  switch (below(random, 5)) {
    case 0: out[at] = neighbour(random, lower); break;
    case 1: out.erase(at, 1); break;
    case 2: out.insert(at, 1, neighbour(random, lower)); break;
    case 3: out.insert(at, 1, lower); break;
    default:
      if (at + 1 < out.size() && is_letter(out[at + 1])) std::swap(out[at], out[at + 1]);
  }
  return out;
}

std::string heard_wrong(Random& random, const std::string& word) {
  static constexpr std::array<Pair, 22> pairs = {
      {{"ph", "f"}, {"ck", "k"}, {"c", "k"},  {"ie", "y"}, {"ey", "y"},  {"ee", "ea"}, {"ai", "ay"}, {"ei", "ie"},
       {"s", "z"},  {"ss", "s"}, {"ll", "l"}, {"tt", "t"}, {"nn", "n"},  {"gh", "g"},  {"sh", "ch"}, {"m", "n"},
       {"d", "t"},  {"b", "p"},  {"oo", "u"}, {"e", "a"},  {"er", "ar"}, {"v", "f"}}};
  return replaced(random, word, pairs, happens(random, 0.3) ? 2 : 1);
}

std::string scanned_wrong(Random& random, const std::string& word) {
  static constexpr std::array<Pair, 10> pairs = {{{"rn", "m"},
                                                  {"l", "i"},
                                                  {"e", "c"},
                                                  {"cl", "d"},
                                                  {"o", "0"},
                                                  {"vv", "w"},
                                                  {"n", "h"},
                                                  {"u", "v"},
                                                  {"h", "b"},
                                                  {"t", "f"}}};
  return replaced(random, word, pairs, 1);
}

std::string carried_over(Random& random, const std::string& word) {
  static constexpr std::array<Pair, 26> pairs = {
      {{"ou", "u"}, {"oo", "u"}, {"ee", "i"},  {"aa", "a"},  {"kh", "k"},  {"gh", "g"},   {"dh", "d"},
       {"q", "k"},  {"y", "i"},  {"w", "v"},   {"sz", "sh"}, {"cz", "ch"}, {"j", "y"},    {"ss", "s"},
       {"mm", "m"}, {"ll", "l"}, {"ei", "ai"}, {"e", "a"},   {"o", "u"},   {"ia", "iya"}, {"iy", "y"},
       {"ks", "x"}, {"ts", "c"}, {"h", ""},    {"ie", "e"},  {"dj", "j"}}};
  return replaced(random, word, pairs, happens(random, 0.45) ? 2 : 1);
}

std::string without_marks(const std::string& word) {
  std::string out;
  for (const std::string& part : matcher::word_tokens(word)) out += (out.empty() ? "" : " ") + titled(part);
  return out;
}

void damage_names(Random& random, PupilRecord& record, std::vector<std::string>& families) {
  const auto either = [&](const char* family, auto change) {
    std::string& name = happens(random, 0.5) ? record.forename : record.surname;
    const std::string changed = change(random, name);
    if (changed == name || changed.empty()) return;
    name = changed;
    families.emplace_back(family);
  };
  switch (below(random, 16)) {
    case 0:
    case 1: either("typing", typed_wrong); break;
    case 2: either("hearing", heard_wrong); break;
    case 3: either("scanning", scanned_wrong); break;
    case 4:
    case 5: either("romanisation", carried_over); break;
    case 6:
    case 7: {
      const auto found = nicknames().find(matcher::folded(record.forename));
      if (found == nicknames().end()) break;
      record.forename = titled(found->second[below(random, found->second.size())]);
      families.emplace_back("nickname");
      break;
    }
    case 8: {
      const size_t cut = record.surname.find_first_of("- ");
      if (cut == std::string::npos) break;
      record.surname = happens(random, 0.5) ? record.surname.substr(0, cut) : record.surname.substr(cut + 1);
      families.emplace_back("half_surname");
      break;
    }
    case 9:
      std::swap(record.forename, record.surname);
      families.emplace_back("order");
      break;
    case 10:
      if (record.middle_names.empty()) break;
      std::swap(record.forename, record.middle_names);
      families.emplace_back("middle_as_first");
      break;
    case 11:
      if (record.surname.size() < 9) break;
      record.surname = without_marks(record.surname).substr(0, 7);
      families.emplace_back("truncation");
      break;
    case 12:
      record.forename = without_marks(record.forename);
      record.surname = without_marks(record.surname);
      break;
    case 13:
      record.surname = record.surname + (happens(random, 0.5) ? "-" : " ") + (happens(random, 0.5) ? "Bell" : "Stone");
      families.emplace_back("gained_half");
      break;
    case 14:
      if (record.middle_names.empty()) break;
      record.forename += " " + record.middle_names;
      record.middle_names.clear();
      families.emplace_back("joined_forenames");
      break;
    default:
      if (!happens(random, 0.25)) break;
      record.forename = without_marks(record.forename).substr(0, 1);
      families.emplace_back("initial");
  }
}

void damage_oddly(Random& random, PupilRecord& record, std::vector<std::string>& families,
                  const std::function<std::string()>& other_forename) {
  std::string& name = happens(random, 0.5) ? record.forename : record.surname;
  const auto any_letter = [&] { return static_cast<char>('a' + below(random, 26)); };
  const auto done = [&](const char* family) { families.emplace_back(family); };
  switch (below(random, 10)) {
    case 0:
      if (name.size() < 3) break;
      name = without_marks(name);
      name[below(random, name.size())] = any_letter();
      done("odd_letter");
      break;
    case 1:
      name = typed_wrong(random, heard_wrong(random, name));
      done("odd_twice");
      break;
    case 2: {
      std::string kept;
      const std::string plain = without_marks(name);
      for (size_t i = 0; i < plain.size(); ++i)
        if (i == 0 || std::string_view("aeiou").find(plain[i]) == std::string_view::npos) kept.push_back(plain[i]);
      name = kept;
      done("odd_vowels");
      break;
    }
    case 3:
    case 4:
      record.forename = other_forename();
      done("odd_calling_name");
      break;
    case 5:
      name.clear();
      done("odd_missing");
      break;
    case 6:
      record.forename = happens(random, 0.5) ? "Unknown" : "Baby";
      done("odd_placeholder");
      break;
    case 7:
      std::erase_if(name, [](char c) { return c == ' ' || c == '-' || c == '\''; });
      done("odd_blanks");
      break;
    case 8:
      if (name.size() < 6) break;
      name = without_marks(name).substr(0, 5);
      done("odd_cut");
      break;
    default:
      if (record.middle_names.empty()) break;
      record.forename += " " + without_marks(record.middle_names).substr(0, 1);
      record.middle_names.clear();
      done("odd_initial");
  }
}

void damage_date(Random& random, PupilRecord& record, std::vector<std::string>& families) {
  PartialDate& dob = record.dob;
  if (!dob.is_full()) return;
  const PartialDate before = dob;
  const auto is_real = [&] { return matcher::parse_partial_date(dob.text()).has_value(); };
  const char* family = "";
  switch (below(random, 10)) {
    case 0:
    case 1:
    case 2:
      family = "date_swap";
      std::swap(dob.day, dob.month);
      break;
    case 3:
      family = "date_digit";
      dob.day = dob.day - dob.day % 10 + static_cast<int>(below(random, 10));
      break;
    case 4:
      family = "date_digit";
      dob.month = 1 + static_cast<int>(below(random, 12));
      break;
    case 5:
      family = "date_year";
      dob.year += happens(random, 0.5) ? 1 : -1;
      break;
    case 6:
      family = "date_digit";
      dob.day = dob.day % 10 + 10 * static_cast<int>(below(random, 4));
      break;
    case 7:
      family = "date_default";
      dob.day = dob.month = 1;
      break;
    case 8:
      family = "date_near";
      dob.day += happens(random, 0.5) ? 1 : -1;
      break;
    default:
      family = "date_partial";
      dob.day = 0;
      if (happens(random, 0.4)) dob.month = 0;
  }
  if (dob == before || (dob.is_full() && !is_real())) {
    dob = before;
    return;
  }
  families.emplace_back(family);
}

void damage_upn(Random& random, PupilRecord& record, std::vector<std::string>& families) {
  if (record.upn.size() != 13) return;
  const size_t at = 1 + below(random, 11);
  if (happens(random, 0.6)) {
    record.upn[at] = static_cast<char>('0' + below(random, 10));
  } else {
    std::swap(record.upn[at], record.upn[at + 1]);
  }
  if (!matcher::is_valid_upn(record.upn)) families.emplace_back("upn_mistyped");
}

}  // namespace bench
