// The name of a transfer file, `3144001_CTF_XXXXXXX_001.xml`: sender, type, recipient, serial number.
// Used when an upload arrives, to check the name against the header, and to name a file that we hand out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adapters {

enum class PartyKind {
  school,     // LAESTAB
  authority,  // `LLLL` in place of the establishment: the authority itself
  unknown,    // XXXXXXX: nobody knows where the child went
  outside,    // MMMMMMM: independent, Scotland, abroad: outside the maintained sector of England and Wales
  invalid,    // none of these; only in a header
};

// One end of a transfer, as a file name or a header gives it.
struct CtfParty {
  std::string lea;    // three digits, XXX or MMM
  std::string estab;  // four digits, LLLL, XXXX or MMMM

  PartyKind kind() const;
  std::string text() const { return lea + estab; }
  bool operator==(const CtfParty&) const = default;
};

// From seven characters in capitals; nothing when they are no party.
std::optional<CtfParty> parse_party(std::string_view text);

enum class CtfKind {
  transfer,  // CTF: to a school, an authority, or the lost pupils
  leaver,    // CML: a school tells its authority that a pupil left
  joiner,    // CMJ: a school tells its authority that a pupil arrived
};

struct CtfFileName {
  CtfParty source;
  CtfKind kind = CtfKind::transfer;
  CtfParty destination;
  int serial = 1;  // 0 to 999, counts up per destination

  bool operator==(const CtfFileName&) const = default;
};

// Reads a name in any case, without the folders before it and without the ` (1)` that browsers put behind a name that
// they have saved before. Nothing when it is no name of a transfer file.
std::optional<CtfFileName> parse_ctf_file_name(std::string_view name);

// `3144001_CTF_XXXXXXX_001.xml`.
std::string format_ctf_file_name(const CtfFileName& name);

}  // namespace adapters
