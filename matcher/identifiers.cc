#include "matcher/identifiers.h"

#include <algorithm>
#include <array>

namespace matcher {
namespace {

constexpr std::string_view check_letters = "ABCDEFGHJKLMNPQRTUVWXYZ";  // no I, O or S
constexpr size_t upn_length = 13;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

// Blanks out, letters to capitals.
std::string compact(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\t') continue;
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return out;
}

void add_valid(std::vector<std::string>& out, const std::string& upn, std::string_view original) {
  if (upn != original && is_valid_upn(upn) && std::ranges::find(out, upn) == out.end()) out.push_back(upn);
}

// Postcode shapes: A9, A99, AA9, AA99, A9A, AA9A before the inward 9AA.
bool is_outward(std::string_view text) {
  if (text.size() < 2 || text.size() > 4 || !is_capital(text[0])) return false;
  const size_t area = is_capital(text[1]) ? 2 : 1;
  const std::string_view district = text.substr(area);
  if (district.empty() || district.size() > 2 || !is_digit(district[0])) return false;
  return district.size() == 1 || is_digit(district[1]) || is_capital(district[1]);
}

}  // namespace

std::string cleaned_upn(std::string_view text) {
  return compact(text);
}

std::optional<char> upn_check_letter(std::string_view twelve) {
  if (twelve.size() != upn_length - 1 || !all_digits(twelve.substr(0, 11))) return std::nullopt;
  int sum = 0;
  for (size_t i = 0; i < twelve.size(); ++i) {
    int value = 0;
    if (is_digit(twelve[i])) {
      value = twelve[i] - '0';
    } else {
      const size_t place = check_letters.find(twelve[i]);
      if (place == std::string_view::npos) return std::nullopt;
      value = static_cast<int>(place);
    }
    sum += value * static_cast<int>(i + 2);
  }
  return check_letters[static_cast<size_t>(sum % 23)];
}

UpnKind upn_kind(std::string_view upn) {
  if (upn.size() != upn_length || check_letters.find(upn[0]) == std::string_view::npos) return UpnKind::malformed;
  const auto letter = upn_check_letter(upn.substr(1));
  if (!letter) return UpnKind::malformed;
  if (*letter != upn[0]) return UpnKind::wrong_letter;
  return is_digit(upn.back()) ? UpnKind::permanent : UpnKind::temporary;
}

bool is_valid_upn(std::string_view upn) {
  const UpnKind kind = upn_kind(upn);
  return kind == UpnKind::permanent || kind == UpnKind::temporary;
}

std::vector<std::string> upn_repairs(std::string_view upn) {
  std::vector<std::string> out;
  if (upn.size() != upn_length) return out;
  const std::string original(upn);
  if (const auto letter = upn_check_letter(upn.substr(1))) {
    std::string relettered = original;
    relettered[0] = *letter;
    add_valid(out, relettered, original);
  }
  for (size_t i = 1; i < upn_length; ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string changed = original;
      changed[i] = digit;
      add_valid(out, changed, original);
    }
    if (i + 1 < upn_length) {
      std::string swapped = original;
      std::swap(swapped[i], swapped[i + 1]);
      add_valid(out, swapped, original);
    }
  }
  return out;
}

bool is_valid_uln(std::string_view uln) {
  if (uln.size() != 10 || !all_digits(uln) || uln[0] == '0') return false;
  int sum = 0;
  for (size_t i = 0; i < uln.size(); ++i) sum += (uln[i] - '0') * static_cast<int>(10 - i);
  return sum % 11 == 10;
}

bool is_laestab(std::string_view text) {
  return text.size() == 7 && all_digits(text);
}

std::optional<std::string> parsed_laestab(std::string_view text) {
  const std::string packed = compact(text);
  if (is_laestab(packed)) return packed;
  if (packed.size() != 8 || (packed[3] != '/' && packed[3] != '-')) return std::nullopt;
  const std::string joined = packed.substr(0, 3) + packed.substr(4);
  if (!is_laestab(joined)) return std::nullopt;
  return joined;
}

bool is_la_code(std::string_view text) {
  return text.size() == 3 && all_digits(text);
}

bool is_urn(std::string_view text) {
  return text.size() == 6 && all_digits(text);
}

bool is_uprn(std::string_view text) {
  return text.size() <= 12 && all_digits(text);
}

std::optional<std::string> parsed_postcode(std::string_view text) {
  const std::string packed = compact(text);
  if (packed.size() < 5 || packed.size() > 7) return std::nullopt;
  const std::string_view outward = std::string_view(packed).substr(0, packed.size() - 3);
  const std::string_view inward = std::string_view(packed).substr(packed.size() - 3);
  if (!is_digit(inward[0]) || !is_capital(inward[1]) || !is_capital(inward[2])) return std::nullopt;
  if (!is_outward(outward)) return std::nullopt;
  return std::string(outward) + " " + std::string(inward);
}

}  // namespace matcher
