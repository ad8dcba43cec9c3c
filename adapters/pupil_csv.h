// Pupil records from CSV as the contract describes it: any column order, unknown columns ignored with one warning, a
// row that cannot be read refused by itself. Used by uploads and by `waymark match`.
#pragma once

#include <array>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv.h"
#include "adapters/row_error.h"
#include "broker/base/result.h"
#include "matcher/pupil_record.h"

namespace adapters {

// Codes that only this reader gives, beside those of row_code.
namespace csv_row_code {
inline constexpr std::string_view unreadable = "unreadable-row";  // no well-formed CSV; the reason says why
inline constexpr std::string_view not_utf8 = "not-utf8";
inline constexpr std::string_view id_missing = "id-missing";
inline constexpr std::string_view bad_la_code = "bad-la-code";
inline constexpr std::string_view bad_urn = "bad-urn";
inline constexpr std::string_view bad_flag = "bad-flag";
}  // namespace csv_row_code

struct PupilRow {
  size_t line = 0;  // in the file, from 1: what errors are reported by
  size_t row = 0;   // of the data, from 1
  std::string record_id;
  matcher::PupilRecord record;
  RowErrors errors;         // values left out of the record, or kept although they look wrong; see row_code
  bool is_refused = false;  // the row itself cannot be read, or has neither a name nor a UPN
};

// Every column that is understood, in the order of the contract.
std::vector<std::string_view> pupil_columns();

class PupilCsvReader {
 public:
  // Reads the header. Refused when a required column is missing, one is there twice, or it is no UTF-8.
  static broker::base::Result<PupilCsvReader> open(std::istream& in);

  // The next row; nothing at the end. One bad row never stops the others.
  std::optional<PupilRow> next();

  // Columns that are not understood, for one warning.
  const std::vector<std::string>& unknown_columns() const { return unknown_; }
  uint64_t bytes_read() const { return reader_.bytes_read(); }

  // The row that was read last as CSV under the columns of pupil_columns(), whatever was wrong with it.
  std::string row_text() const;

 private:
  static constexpr size_t columns = 28;

  explicit PupilCsvReader(std::istream& in) : reader_(in) { places_.fill(-1); }
  std::optional<std::string_view> value(size_t column) const;
  bool check_texts(PupilRow& out);
  void report(PupilRow& out, size_t column, std::string_view code, std::string_view reason) const;
  void read_identifiers(PupilRow& out) const;
  void read_places(PupilRow& out) const;
  void read_dates(PupilRow& out) const;
  void read_texts(matcher::PupilRecord& out) const;

  CsvReader reader_;
  CsvRow row_;
  size_t rows_ = 0;
  std::array<int, columns> places_{};    // where each column stands, -1 where it is not
  std::array<bool, columns> skipped_{};  // values of this row that are left out
  std::vector<std::string> unknown_;
};

// The header and one record as a line, for exports and for what the bench writes.
std::string pupil_csv_header(std::string_view id_column);
void append_pupil_csv(std::string& out, std::string_view id, const matcher::PupilRecord& record, FormulaGuard guard);

}  // namespace adapters
