#include "broker/domain/reference/table.h"

#include <algorithm>
#include <optional>

#include "broker/base/text.h"

namespace broker::domain::reference {
namespace {

// The values of one line; nothing when a quote is not closed or stands inside a bare value.
std::optional<std::vector<std::string>> values_of(std::string_view line) {
  std::vector<std::string> values(1);
  bool is_quoted = false;
  bool is_closed = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (is_quoted) {
      if (c != '"') {
        values.back() += c;
      } else if (i + 1 < line.size() && line[i + 1] == '"') {
        values.back() += '"';
        ++i;
      } else {
        is_quoted = false;
        is_closed = true;
      }
    } else if (c == ',') {
      values.emplace_back();
      is_closed = false;
    } else if (c == '"' && values.back().empty() && !is_closed) {
      is_quoted = true;
    } else if (c == '"' || is_closed) {
      return std::nullopt;
    } else {
      values.back() += c;
    }
  }
  if (is_quoted) return std::nullopt;
  return values;
}

}  // namespace

base::Problem broken_table(std::string_view name, size_t line, std::string_view reason) {
  return base::problem(base::ProblemType::malformed_body,
                       std::string(name) + " line " + std::to_string(line) + ": " + std::string(reason));
}

base::Result<std::vector<Row>> read_table(std::string_view name, std::string_view text,
                                          std::span<const std::string_view> columns) {
  if (!base::is_utf8(text)) return base::refuse(broken_table(name, 1, "the table is not UTF-8"));
  if (text.empty() || text.back() != '\n') return base::refuse(broken_table(name, 1, "the last line has no end"));
  text.remove_suffix(1);
  std::vector<Row> rows;
  size_t line_number = 0;
  for (const auto line : base::split(text, '\n')) {
    ++line_number;
    auto values = values_of(line);
    if (!values) return base::refuse(broken_table(name, line_number, "the quotes don't match"));
    if (line_number == 1) {
      if (!std::ranges::equal(*values, columns)) return base::refuse(broken_table(name, 1, "other columns expected"));
      continue;
    }
    if (values->size() != columns.size()) {
      return base::refuse(broken_table(name, line_number, "another number of values expected"));
    }
    rows.push_back({line_number, std::move(*values)});
  }
  if (rows.empty()) return base::refuse(broken_table(name, line_number, "the table has no row"));
  return rows;
}

}  // namespace broker::domain::reference
