// Comma-separated values, RFC 4180: a reader that takes any stream a chunk at a time, and a writer. Used by the pupil
// CSV, by reports and by the commands. A BOM, CRLF or LF, quoted commas, quotes and line ends are read.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace adapters {

struct CsvLimits {
  size_t field_bytes_max = 64 * 1024;
  size_t fields_max = 1024;
  size_t row_bytes_max = 1024 * 1024;
};

enum class CsvError : uint8_t {
  none,
  quote_not_closed,
  text_after_quote,
  field_too_long,
  too_many_fields,
  row_too_long
};
std::string_view csv_error_words(CsvError error);

// One row as a sequence of fields in one piece of memory that the next row uses again.
class CsvRow {
 public:
  size_t size() const { return ends_.size(); }
  // Empty for a field that the row does not have.
  std::string_view operator[](size_t column) const {
    if (column >= ends_.size()) return {};
    const size_t start = column == 0 ? 0 : ends_[column - 1];
    return std::string_view(text_).substr(start, ends_[column] - start);
  }
  uint64_t line() const { return line_; }  // of the row's first character, from 1
  CsvError error() const { return error_; }

 private:
  friend class CsvReader;
  std::string text_;
  std::vector<size_t> ends_;
  uint64_t line_ = 0;
  CsvError error_ = CsvError::none;
};

class CsvReader {
 public:
  explicit CsvReader(std::istream& in, CsvLimits limits = {});

  // False at the end. A row that cannot be read has an error; the reader goes on with the next line.
  // Wholly empty lines are left out.
  bool next(CsvRow& row);

  uint64_t bytes_read() const { return bytes_before_ + at_; }

 private:
  bool fill();
  int peek();
  void read_row(CsvRow& row);
  void read_quoted(CsvRow& row);
  void read_plain(CsvRow& row);
  void skip_line();
  void end_line();

  std::istream& in_;
  CsvLimits limits_;
  std::string buffer_;
  size_t at_ = 0;
  size_t filled_ = 0;
  uint64_t bytes_before_ = 0;
  uint64_t line_ = 1;
};

enum class FormulaGuard : uint8_t {
  off,
  on,  // a field that a spreadsheet would run (= + - @ tab) gets an apostrophe in front
};

class CsvWriter {
 public:
  explicit CsvWriter(std::string& out, FormulaGuard guard = FormulaGuard::off) : out_(out), guard_(guard) {}

  void field(std::string_view value);
  void end_row();

 private:
  std::string& out_;
  FormulaGuard guard_;
  bool is_first_ = true;
};

}  // namespace adapters
