#include "broker/api/refused_rows.h"

#include <algorithm>
#include <sstream>

#include "adapters/csv.h"
#include "adapters/pupil_csv.h"

namespace broker::api {

std::string mendable_csv(const std::vector<store::UploadError>& errors) {
  std::string csv = "error_row,error_code,error_reason";
  for (const std::string_view column : adapters::pupil_columns()) csv += "," + std::string(column);
  return csv + "\r\n" + mendable_rows(errors);
}

std::string mendable_rows(const std::vector<store::UploadError>& errors) {
  std::string csv;
  for (size_t i = 0; i < errors.size(); ++i) {
    if (errors[i].text.empty()) continue;
    std::string codes = errors[i].code;
    std::string reasons = errors[i].column + ": " + errors[i].reason;
    const size_t first = i;
    for (; i + 1 < errors.size() && errors[i + 1].row == errors[first].row &&
           errors[i + 1].member == errors[first].member;
         ++i) {
      codes += " " + errors[i + 1].code;
      reasons += " " + errors[i + 1].column + ": " + errors[i + 1].reason;
    }
    adapters::CsvWriter writer(csv, adapters::FormulaGuard::on);
    const std::string row = std::to_string(errors[first].row);
    for (const std::string& field : {row, codes, reasons}) writer.field(field);
    csv += "," + errors[first].text;
  }
  return csv;
}

std::string value_in(const store::UploadError& error, std::string_view column) {
  const auto columns = adapters::pupil_columns();
  const auto place = std::ranges::find(columns, column);
  if (place == columns.end()) return {};
  std::istringstream text(error.text);
  adapters::CsvReader reader(text);
  adapters::CsvRow row;
  if (!reader.next(row)) return {};
  return std::string(row[static_cast<size_t>(place - columns.begin())]);
}

}  // namespace broker::api
