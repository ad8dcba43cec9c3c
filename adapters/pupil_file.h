// An uploaded file of any kind (CSV, transfer file, or a zip of them) as a sequence of parts of bounded size, so that a
// million rows need no more memory than a few thousand. Used by uploads, in the call itself or by the upload worker.
#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/ctf.h"
#include "adapters/zip.h"
#include "broker/base/result.h"

namespace adapters {

// Codes of whole files, or members of zips, that are refused; see also zip_code.
namespace file_code {
inline constexpr std::string_view unreadable = "unreadable-file";
inline constexpr std::string_view not_a_pupil_file = "not-a-pupil-file";
inline constexpr std::string_view destination_known = "destination-known";
inline constexpr std::string_view destination_unknown = "destination-unknown";
inline constexpr std::string_view destination_closed = "destination-closed";
inline constexpr std::string_view not_a_transfer = "not-a-transfer";
inline constexpr std::string_view leavers_file = "leavers-file";
inline constexpr std::string_view joiners_file = "joiners-file";
inline constexpr std::string_view source_not_yours = "source-not-yours";
}  // namespace file_code

enum class FileFormat { csv, ctf, zip };
enum class FilePurpose {
  lost,      // pupils who left to nobody knows where
  arrivals,  // pupils who came
  transfer,  // whole transfer files for a destination that their header names
};

// One pupil of a file. `row` is the line of a CSV file or the pupil of a transfer file, from 1.
struct FileRow {
  std::string member;  // of a zip; empty otherwise
  int64_t row = 0;
  matcher::PupilRecord pupil;
  std::string transfer_file;  // of a lost pupil: a transfer file with this pupil alone
  std::string transfer_name;
};

// A whole transfer file with a known destination.
struct AddressedFile {
  std::string member;
  std::string name;
  std::string bytes;
  CtfHeader header;
  int64_t pupils = 0;
  std::vector<std::string> upns;  // of its pupils, where it gives them
};

// What was refused of a file, with what the row said, so that it can be mended and sent again.
struct FileRefusal {
  std::string member;
  RowError error;
  std::string text;  // the CSV row as it came, empty otherwise
};

struct FilePart {
  std::vector<FileRow> rows;
  std::vector<AddressedFile> files;
  std::vector<FileRefusal> refusals;
  int64_t received = 0;
  int64_t rejected = 0;
  std::vector<std::string> warnings;
  bool is_last = false;
};

class PupilFileReader {
 public:
  virtual ~PupilFileReader() = default;

  // About `rows_max` rows more; at most one transfer file's pupils above that. Refused, and then at its end, when the
  // file can't be read on as a whole.
  virtual broker::base::Result<FilePart> next(size_t rows_max) = 0;
  // Of the file so far, for a progress bar.
  virtual uint64_t bytes_read() const = 0;

  // The bytes, or the open file (a descriptor that can seek), outlive the reader.
  static std::unique_ptr<PupilFileReader> open(std::string_view bytes, std::string name, FileFormat format,
                                               FilePurpose purpose);
  static std::unique_ptr<PupilFileReader> open(int file, std::string name, FileFormat format, FilePurpose purpose);
};

// The code of a file that was refused as a whole, among those above and of zips.
std::string code_of_refusal(const broker::base::Problem& problem);

// By media type, or by the name's ending where the type says nothing. Nothing when it is none of these.
std::optional<FileFormat> file_format(std::string_view media_type, std::string_view name);

}  // namespace adapters
