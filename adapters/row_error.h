// One thing that could not be read in a row of a file, as the uploader sees it. Shared by all readers of files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace adapters {

// Never holds the value itself: the uploader has the file, and a report may travel further than the file may.
struct RowError {
  size_t row = 0;      // 1-based: the line of a CSV file, the pupil of a transfer file
  std::string column;  // column name or element path; empty for the whole row
  std::string code;    // a stable name for programs, e.g. `bad-date`
  std::string reason;  // one sentence for people
  bool operator==(const RowError&) const = default;
};

using RowErrors = std::vector<RowError>;

// Something about the whole file that the uploader should know although the file was read.
struct FileWarning {
  std::string code;
  std::string reason;
  bool operator==(const FileWarning&) const = default;
};

// Codes of row errors that more than one reader gives; a reader adds its own beside these.
namespace row_code {
inline constexpr std::string_view bad_date = "bad-date";                  // no date, or none of the calendar
inline constexpr std::string_view bad_upn = "bad-upn";                    // not the shape of a UPN
inline constexpr std::string_view upn_check_letter = "upn-check-letter";  // typed wrong somewhere; kept for matching
inline constexpr std::string_view upn_unknown_authority = "upn-unknown-authority";  // kept for matching
inline constexpr std::string_view bad_uln = "bad-uln";
inline constexpr std::string_view bad_uprn = "bad-uprn";
inline constexpr std::string_view bad_laestab = "bad-laestab";
inline constexpr std::string_view bad_postcode = "bad-postcode";
inline constexpr std::string_view bad_sex = "bad-sex";
inline constexpr std::string_view too_long = "too-long";
inline constexpr std::string_view too_many = "too-many";
inline constexpr std::string_view no_identity = "no-identity";  // the whole row: neither a name nor a UPN
}  // namespace row_code

}  // namespace adapters
