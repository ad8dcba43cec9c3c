// Common Transfer Files, and the leaver (CML) and joiner (CMJ) files that schools send to their authority, to pupil
// records and back. What is not a child's identity is kept as it stands: the file goes on to another school unchanged.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/ctf_file_name.h"
#include "adapters/row_error.h"
#include "adapters/xml_text.h"
#include "broker/base/result.h"
#include "matcher/pupil_record.h"

namespace adapters {

inline constexpr size_t ctf_bytes_max = 20 * 1024 * 1024;
inline constexpr size_t ctf_pupils_max = 50'000;
inline constexpr size_t ctf_field_bytes_max = 500;  // of one value that goes into a record
inline constexpr size_t ctf_repeats_max = 20;       // former UPNs, contacts, telephones: the first ones are read

// Text as the file gives it, without the blanks around it; empty where it gives none.
struct CtfHeader {
  std::string document_name = "Common Transfer File";
  std::string version;             // "25.0"
  std::string date_time;           // "2026-11-13T09:30:00"
  std::string document_qualifier;  // "full" or "partial"
  std::string data_qualifier;
  std::string data_descriptor;
  std::string supplier_id;
  CtfParty source;
  std::string source_urn;
  std::string source_name;
  std::string academic_year;
  CtfParty destination;
  bool operator==(const CtfHeader&) const = default;
};

struct CtfPupil {
  size_t row = 0;   // 1-based, in the order of the file
  size_t line = 0;  // of the file's text, where the pupil begins
  matcher::PupilRecord record;
  RowErrors errors;         // fields that are not in the record, or are there although they look wrong; see row_code
  bool is_refused = false;  // neither a name nor a UPN: nobody could be found by it
};

struct CtfFile {
  CtfHeader header;
  CtfKind kind = CtfKind::transfer;  // by the file's name, else by its elements
  std::vector<CtfPupil> pupils;
  std::vector<FileWarning> warnings;
  XmlText document;  // the whole file

  // Destination not known, or outside the maintained sector; or a leaver's file.
  bool is_of_lost_pupils() const;
};

// Reads a file; `file_name` as the sender named it, empty when it has none. Versions 24 and 25 are expected, others
// read with a warning. Refused as a whole, with a `code` among the problem's members: too large, no XML or in another
// encoding, a document type or entity, elements too deep or too many (see xml_text.h and xml_guard.h);
// `admissions-file`, `unknown-root`, `no-header`, `no-pupils`, `too-many-pupils`, and `several-lost-pupils` where the
// destination is XXXXXXX, since such a file holds one pupil.
broker::base::Result<CtfFile> read_ctf(std::string_view bytes, std::string_view file_name);

// The bytes that read_ctf was given: nothing of a file is lost, and reading it again gives the same.
std::string write_ctf(const CtfFile& file);

// The same file with this one of its pupils only, so that who claims a child is not shown its classmates.
// `row` is that of a pupil of the file.
std::string write_ctf_of_pupil(const CtfFile& file, size_t row);

// A new file in UTF-8. `Sex` from version 25 on, `Gender` before. What a record has and a transfer file does not
// (siblings, previous addresses, other identifiers) is left out; so are address, contacts and school of a restricted
// record.
std::string make_ctf(const CtfHeader& header, std::span<const matcher::PupilRecord> records);

}  // namespace adapters
