#include "adapters/csv.h"

#include <cstring>

namespace adapters {
namespace {

constexpr size_t chunk_bytes = size_t{256} * 1024;
constexpr int end_of_input = -1;

bool ends_field(int c) {
  return c == ',' || c == '\n' || c == '\r' || c == end_of_input;
}

}  // namespace

std::string_view csv_error_words(CsvError error) {
  switch (error) {
    case CsvError::none: return "";
    case CsvError::quote_not_closed: return "A quotation mark is opened and not closed.";
    case CsvError::text_after_quote: return "Text follows a closing quotation mark.";
    case CsvError::field_too_long: return "A field is too long.";
    case CsvError::too_many_fields: return "The row has too many fields.";
    case CsvError::row_too_long: break;
  }
  return "The row is too long.";
}

CsvReader::CsvReader(std::istream& in, CsvLimits limits) : in_(in), limits_(limits), buffer_(chunk_bytes, '\0') {
  if (fill() && filled_ >= 3 && std::memcmp(buffer_.data(), "\xEF\xBB\xBF", 3) == 0) at_ = 3;
}

bool CsvReader::fill() {
  bytes_before_ += filled_;
  at_ = 0;
  filled_ = 0;
  if (!in_) return false;
  in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  filled_ = static_cast<size_t>(in_.gcount());
  return filled_ > 0;
}

int CsvReader::peek() {
  if (at_ == filled_ && !fill()) return end_of_input;
  return static_cast<unsigned char>(buffer_[at_]);
}

// Past CR, LF or CRLF.
void CsvReader::end_line() {
  const int c = peek();
  if (c == end_of_input) return;
  ++at_;
  if (c == '\r' && peek() == '\n') ++at_;
  ++line_;
}

void CsvReader::skip_line() {
  for (int c = peek(); c != '\n' && c != '\r' && c != end_of_input; c = peek()) ++at_;
}

bool CsvReader::next(CsvRow& row) {
  for (int c = peek(); c == '\n' || c == '\r'; c = peek()) end_line();
  if (peek() == end_of_input) return false;
  row.text_.clear();
  row.ends_.clear();
  row.line_ = line_;
  row.error_ = CsvError::none;
  read_row(row);
  if (row.error_ != CsvError::none) skip_line();
  end_line();
  return true;
}

void CsvReader::read_row(CsvRow& row) {
  while (true) {
    const size_t start = row.text_.size();
    if (peek() == '"') {
      read_quoted(row);
    } else {
      read_plain(row);
    }
    if (row.error_ != CsvError::none) return;
    if (row.text_.size() - start > limits_.field_bytes_max) row.error_ = CsvError::field_too_long;
    row.ends_.push_back(row.text_.size());
    if (row.ends_.size() > limits_.fields_max) row.error_ = CsvError::too_many_fields;
    if (row.error_ != CsvError::none || peek() != ',') return;
    ++at_;
  }
}

void CsvReader::read_plain(CsvRow& row) {
  while (true) {
    size_t end = at_;
    while (end < filled_ && buffer_[end] != ',' && buffer_[end] != '\n' && buffer_[end] != '\r') ++end;
    row.text_.append(buffer_, at_, end - at_);
    at_ = end;
    if (row.text_.size() > limits_.row_bytes_max) {
      row.error_ = CsvError::row_too_long;
      return;
    }
    if (end < filled_ || !fill()) return;
  }
}

void CsvReader::read_quoted(CsvRow& row) {
  ++at_;
  while (true) {
    const int c = peek();
    if (c == end_of_input) {
      row.error_ = CsvError::quote_not_closed;
      return;
    }
    ++at_;
    if (c == '"') {
      if (peek() != '"') break;
      ++at_;
    }
    if (c == '\n') ++line_;
    row.text_.push_back(static_cast<char>(c));
    if (row.text_.size() > limits_.row_bytes_max) {
      row.error_ = CsvError::row_too_long;
      return;
    }
  }
  if (!ends_field(peek())) row.error_ = CsvError::text_after_quote;
}

void CsvWriter::field(std::string_view value) {
  if (!is_first_) out_.push_back(',');
  is_first_ = false;
  const bool is_formula = guard_ == FormulaGuard::on && !value.empty() &&
                          std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos;
  if (!is_formula && value.find_first_of(",\"\r\n") == std::string_view::npos) {
    out_.append(value);
    return;
  }
  out_.push_back('"');
  if (is_formula) out_.push_back('\'');
  for (const char c : value) {
    if (c == '"') out_.push_back('"');
    out_.push_back(c);
  }
  out_.push_back('"');
}

void CsvWriter::end_row() {
  out_.push_back('\n');
  is_first_ = true;
}

}  // namespace adapters
