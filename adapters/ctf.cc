#include "adapters/ctf.h"

#include <algorithm>
#include <array>

#include <pugixml.hpp>

#include "adapters/ctf_pupil.h"
#include "adapters/refused_file.h"
#include "adapters/xml_guard.h"
#include "broker/base/ensure.h"
#include "broker/domain/reference/directory.h"

namespace adapters {
namespace {

using broker::base::refuse;
using broker::base::Result;

// The current version and the one before.
constexpr std::array<std::string_view, 2> expected_versions = {"24", "25"};

// Text for a header, cut rather than refused: no header text decides about a child.
std::string header_text(const pugi::xml_node& parent, const char* name) {
  auto text = element_text(parent.child(name));
  if (text.size() > ctf_field_bytes_max) text.clear();
  return text;
}

CtfParty header_party(const pugi::xml_node& school) {
  CtfParty party{header_text(school, "LEA"), header_text(school, "Estab")};
  for (auto* part : {&party.lea, &party.estab}) {
    std::ranges::transform(*part, part->begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  }
  return party;
}

CtfHeader read_header(const pugi::xml_node& element) {
  const auto source = element.child("SourceSchool");
  CtfHeader header;
  header.document_name = header_text(element, "DocumentName");
  header.version = header_text(element, "CTFversion");
  header.date_time = header_text(element, "DateTime");
  header.document_qualifier = header_text(element, "DocumentQualifier");
  header.data_qualifier = header_text(element, "DataQualifier");
  header.data_descriptor = header_text(element, "DataDescriptor");
  header.supplier_id = header_text(element, "SupplierID");
  header.source = header_party(source);
  header.source_urn = header_text(source, "URN");
  header.source_name = header_text(source, "SchoolName");
  header.academic_year = header_text(source, "AcademicYear");
  header.destination = header_party(element.child("DestSchool"));
  return header;
}

void check_version(CtfFile& file) {
  const std::string_view version = file.header.version;
  const bool is_expected = std::ranges::any_of(expected_versions, [&](std::string_view expected) {
    return version.starts_with(expected) && (version.size() == 2 || version[2] == '.');
  });
  if (!is_expected) {
    file.warnings.push_back({"version-not-expected", "The file is not of version 24 or 25; it was read all the same."});
  }
}

void check_party(CtfFile& file, const CtfParty& party, const std::string& role) {
  const auto kind = party.kind();
  if (kind == PartyKind::invalid) {
    file.warnings.push_back({role + "-invalid", "The header gives no valid " + role + " school."});
    return;
  }
  if (kind == PartyKind::unknown || kind == PartyKind::outside) return;
  const auto* authority = broker::domain::reference::find_authority(party.lea);
  if (authority == nullptr) {
    file.warnings.push_back({role + "-authority-unknown", "No authority has the code of the " + role + " school."});
  } else if (!broker::domain::reference::is_known_authority(party.lea)) {
    std::string reason = "The authority " + party.lea + " of the " + role + " school is no longer in being";
    for (const auto& code : authority->successors)
      reason += (code == authority->successors.front() ? "; now " : ", ") + code;
    file.warnings.push_back({role + "-authority-dissolved", reason + "."});
  }
}

// The name against the header; the header wins, and the name stands in where the header says nothing.
void check_name(CtfFile& file, std::string_view file_name, const std::optional<CtfFileName>& name) {
  if (file_name.empty()) return;
  if (!name) {
    file.warnings.push_back(
        {"file-name-not-known", "The file is not named like a transfer file: LLLSSSS_CTF_LLLSSSS_NNN.xml."});
    return;
  }
  if (!file_name.ends_with(format_ctf_file_name(*name))) {
    file.warnings.push_back(
        {"file-name-repaired", "The name of the file was read as " + format_ctf_file_name(*name) + "."});
  }
  const auto compare = [&file](CtfParty& in_header, const CtfParty& in_name, const std::string& role) {
    if (in_header.text().empty()) {
      in_header = in_name;
      file.warnings.push_back({role + "-from-name", "The header gives no " + role + "; it was taken from the name."});
    } else if (in_header != in_name) {
      file.warnings.push_back(
          {role + "-differs", "The " + role + " in the name of the file is not the one in its header."});
    }
  };
  compare(file.header.source, name->source, "source");
  compare(file.header.destination, name->destination, "destination");
}

std::optional<broker::base::Problem> check_root(std::string_view name) {
  if (name == "ATfile") {
    return refused_file("admissions-file", "This is an admissions transfer file (ATF), not a common transfer file.");
  }
  if (name != "CTfile" && name != "CMEfile") {
    return refused_file("unknown-root", "The outermost element is not CTfile, so this is no transfer file.");
  }
  return std::nullopt;
}

// Counts lines in one pass, since offsets ascend.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}
  size_t line_at(std::ptrdiff_t offset) {
    broker::base::ensure(offset >= at_ && static_cast<size_t>(offset) <= text_.size());
    line_ += static_cast<size_t>(std::count(text_.begin() + at_, text_.begin() + offset, '\n'));
    at_ = offset;
    return line_;
  }

 private:
  std::string_view text_;
  std::ptrdiff_t at_ = 0;
  size_t line_ = 1;
};

std::optional<broker::base::Problem> read_pupils(CtfFile& file, const pugi::xml_node& root) {
  LineCounter lines(file.document.text);
  bool has_gender = false;
  for (const auto& group : root.children()) {
    if (!holds_pupils(group.name())) continue;
    for (const auto& element : group.children("Pupil")) {
      if (file.pupils.size() == ctf_pupils_max) {
        return refused_file("too-many-pupils", "The file has more than " + std::to_string(ctf_pupils_max) + " pupils.",
                            broker::base::ProblemType::too_large);
      }
      auto pupil = read_ctf_pupil(element, file.pupils.size() + 1, file.header, file.kind);
      pupil.line = lines.line_at(element.offset_debug());
      file.pupils.push_back(std::move(pupil));
      has_gender = has_gender || element.child("Gender");
    }
  }
  if (file.pupils.empty()) return refused_file("no-pupils", "The file has no pupil.");
  const bool is_lost = file.header.destination.kind() == PartyKind::unknown;
  if (is_lost && file.kind == CtfKind::transfer && file.pupils.size() > 1) {
    return refused_file("several-lost-pupils", "A file with destination XXXXXXX holds one pupil; this one holds " +
                                                   std::to_string(file.pupils.size()) + ". Send one file for each.");
  }
  if (has_gender && file.header.version.starts_with("25")) {
    file.warnings.push_back(
        {"gender-in-version-25", "Version 25 has Sex in place of Gender; Gender was read all the same."});
  }
  return std::nullopt;
}

}  // namespace

bool CtfFile::is_of_lost_pupils() const {
  const auto destination = header.destination.kind();
  if (kind == CtfKind::joiner) return false;
  return kind == CtfKind::leaver || destination == PartyKind::unknown || destination == PartyKind::outside;
}

Result<CtfFile> read_ctf(std::string_view bytes, std::string_view file_name) {
  auto text = decode_xml(bytes, ctf_bytes_max);
  if (!text) return refuse(text.error());
  CtfFile file;
  file.document = std::move(*text);
  if (auto problem = check_xml(file.document.text)) return refuse(std::move(*problem));

  pugi::xml_document document;
  const auto parsed = document.load_buffer(file.document.text.data(), file.document.text.size(), pugi::parse_default,
                                           pugi::encoding_utf8);
  if (!parsed) return refuse(refused_file("malformed-xml", "The file is not well-formed XML."));
  const auto root = document.document_element();
  if (auto problem = check_root(root.name())) return refuse(std::move(*problem));

  const auto name = parse_ctf_file_name(file_name);
  const auto header = root.child("Header");
  if (!header && !name)
    return refuse(refused_file("no-header", "The file has no header and no name that stands in for it."));
  file.header = read_header(header);
  if (name) {
    file.kind = name->kind;
  } else if (root.child("CMEpupilData")) {
    file.kind = CtfKind::leaver;
  }
  check_version(file);
  check_name(file, file_name, name);
  check_party(file, file.header.source, "source");
  check_party(file, file.header.destination, "destination");
  if (auto problem = read_pupils(file, root)) return refuse(std::move(*problem));
  return file;
}

}  // namespace adapters
