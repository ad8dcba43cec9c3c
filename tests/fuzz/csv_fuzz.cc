// Any bytes as a pupil CSV: rows end, limits hold, and what the writer writes of a row the reader reads back.
#include <sstream>

#include "adapters/csv.h"
#include "adapters/pupil_csv.h"
#include "broker/base/ensure.h"
#include "tests/fuzz/fuzz.h"

using broker::base::ensure;

namespace {

void read_rows(const std::string& bytes) {
  std::istringstream in(bytes);
  adapters::CsvReader reader(in);
  adapters::CsvRow row;
  while (reader.next(row)) {
    if (row.error() != adapters::CsvError::none) continue;
    ensure(row.size() > 0 && row.line() > 0);
    // Not the first row of its file, where a value that begins with a byte order mark would be taken for the file's
    // own.
    std::string written = "header\r\n";
    adapters::CsvWriter writer(written);
    for (size_t i = 0; i < row.size(); ++i) writer.field(row[i]);
    writer.end_row();
    std::istringstream again_in(written);
    adapters::CsvReader again(again_in);
    adapters::CsvRow same;
    ensure(again.next(same));
    if (!again.next(same)) continue;  // one empty field is an empty line, which is left out
    ensure(same.error() == adapters::CsvError::none && same.size() == row.size());
    for (size_t i = 0; i < row.size(); ++i) ensure(same[i] == row[i]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(fuzz::text_of(data, size));
  read_rows(bytes);
  std::istringstream in(bytes);
  auto reader = adapters::PupilCsvReader::open(in);
  if (!reader) return 0;
  size_t rows = 0;
  while (const auto row = reader->next()) {
    ensure(row->row == ++rows);
    ensure(!row->is_refused || !row->errors.empty());
  }
  return 0;
}
