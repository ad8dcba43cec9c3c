// Reads our own reference tables: comma separated, a header row, quotes where a value holds a comma, no line break in a
// value. Strict, because the tables are ours; what others send is read by the adapters.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"

namespace broker::domain::reference {

struct Row {
  size_t line = 0;  // 1-based, of the file
  std::vector<std::string> values;
};

// The rows below the header, each with exactly one value a column. Refused, naming table and line, when the header is
// not `columns` or a row can't be read.
base::Result<std::vector<Row>> read_table(std::string_view name, std::string_view text,
                                          std::span<const std::string_view> columns);

// What is wrong with one line of one table.
base::Problem broken_table(std::string_view name, size_t line, std::string_view reason);

}  // namespace broker::domain::reference
