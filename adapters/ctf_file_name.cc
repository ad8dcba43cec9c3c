#include "adapters/ctf_file_name.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "broker/base/text.h"

namespace adapters {
namespace {

constexpr size_t name_bytes_max = 255;
constexpr size_t stem_bytes = 7 + 1 + 3 + 1 + 7 + 1 + 3;

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Without `(12)` and the blanks before it, as often as it stands there.
std::string_view without_copy_number(std::string_view stem) {
  while (stem.ends_with(')')) {
    const auto open = stem.rfind('(');
    if (open == std::string_view::npos) break;
    const auto number = stem.substr(open + 1, stem.size() - open - 2);
    if (number.empty() || !is_digits(number)) break;
    stem = broker::base::trimmed(stem.substr(0, open));
  }
  return stem;
}

std::optional<CtfKind> parse_kind(std::string_view token) {
  if (token == "CTF") return CtfKind::transfer;
  if (token == "CML") return CtfKind::leaver;
  if (token == "CMJ") return CtfKind::joiner;
  return std::nullopt;
}

}  // namespace

PartyKind CtfParty::kind() const {
  if (lea == "XXX" && estab == "XXXX") return PartyKind::unknown;
  if (lea == "MMM" && estab == "MMMM") return PartyKind::outside;
  if (lea.size() != 3 || estab.size() != 4 || !is_digits(lea)) return PartyKind::invalid;
  if (estab == "LLLL") return PartyKind::authority;
  return is_digits(estab) ? PartyKind::school : PartyKind::invalid;
}

std::optional<CtfParty> parse_party(std::string_view text) {
  if (text.size() != 7) return std::nullopt;
  CtfParty party{std::string(text.substr(0, 3)), std::string(text.substr(3))};
  if (party.kind() == PartyKind::invalid) return std::nullopt;
  return party;
}

std::optional<CtfFileName> parse_ctf_file_name(std::string_view name) {
  if (name.size() > name_bytes_max) return std::nullopt;
  const auto folder = name.find_last_of("/\\");
  if (folder != std::string_view::npos) name.remove_prefix(folder + 1);
  std::string capitals(broker::base::trimmed(name));
  std::ranges::transform(capitals, capitals.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  std::string_view stem = capitals;
  stem = without_copy_number(stem);  // "….xml (1)"
  if (!stem.ends_with(".XML")) return std::nullopt;
  stem.remove_suffix(4);
  stem = without_copy_number(broker::base::trimmed(stem));  // "… (1).xml"
  if (stem.size() != stem_bytes || stem[7] != '_' || stem[11] != '_' || stem[19] != '_') return std::nullopt;
  const auto source = parse_party(stem.substr(0, 7));
  const auto kind = parse_kind(stem.substr(8, 3));
  const auto destination = parse_party(stem.substr(12, 7));
  const auto serial = broker::base::parse_number(stem.substr(20));
  if (!source || !kind || !destination || !serial) return std::nullopt;
  return CtfFileName{*source, *kind, *destination, static_cast<int>(*serial)};
}

std::string format_ctf_file_name(const CtfFileName& name) {
  constexpr std::array<std::string_view, 3> tokens = {"CTF", "CML", "CMJ"};
  std::array<char, 12> serial{};
  std::snprintf(serial.data(), serial.size(), "%03d", name.serial);
  return name.source.text() + "_" + std::string(tokens.at(static_cast<size_t>(name.kind))) + "_" +
         name.destination.text() + "_" + serial.data() + ".xml";
}

}  // namespace adapters
