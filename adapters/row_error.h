// One thing that could not be read in a row of a file, as the uploader sees it. Shared by all readers of files.
#pragma once

#include <cstddef>
#include <string>
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

}  // namespace adapters
