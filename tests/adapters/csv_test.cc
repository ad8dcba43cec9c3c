#include "adapters/csv.h"

#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace adapters {
namespace {

struct Read {
  std::vector<std::vector<std::string>> rows;
  std::vector<uint64_t> lines;
  std::vector<CsvError> errors;
};

Read read_all(const std::string& text, CsvLimits limits = {}) {
  std::istringstream in(text);
  CsvReader reader(in, limits);
  CsvRow row;
  Read out;
  while (reader.next(row)) {
    out.rows.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) out.rows.back().emplace_back(row[i]);
    out.lines.push_back(row.line());
    out.errors.push_back(row.error());
  }
  return out;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(CsvReader, ReadsPlainQuotedAndEmptyFields) {
  EXPECT_EQ(read_all("a,b,c\n1,\"x, y\",\n").rows, (Rows{{"a", "b", "c"}, {"1", "x, y", ""}}));
  EXPECT_EQ(read_all("\"say \"\"hm\"\"\"").rows, (Rows{{"say \"hm\""}}));
}

TEST(CsvReader, TakesAMarkOfByteOrderAndEitherLineEnd) {
  EXPECT_EQ(read_all("\xEF\xBB\xBF"
                     "a,b\r\n1,2\r\n\r\n3,4")
                .rows,
            (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}}));
}

TEST(CsvReader, CountsLinesThroughQuotedLineEnds) {
  const Read read = read_all("a\n\"one\ntwo\"\nb\n");
  EXPECT_EQ(read.rows, (Rows{{"a"}, {"one\ntwo"}, {"b"}}));
  EXPECT_EQ(read.lines, (std::vector<uint64_t>{1, 2, 4}));
}

TEST(CsvReader, GoesOnAfterARowThatCannotBeRead) {
  const Read read = read_all("a,b\n\"x\"y,2\n3,4\n");
  ASSERT_EQ(read.errors.size(), 3U);
  EXPECT_EQ(read.errors[1], CsvError::text_after_quote);
  EXPECT_EQ(read.rows[2], (std::vector<std::string>{"3", "4"}));
}

TEST(CsvReader, NamesAQuoteThatIsNeverClosed) {
  EXPECT_EQ(read_all("a\n\"open").errors, (std::vector<CsvError>{CsvError::none, CsvError::quote_not_closed}));
}

TEST(CsvReader, KeepsToItsLimits) {
  EXPECT_EQ(read_all("abcdef\nb\n", {.field_bytes_max = 5}).errors,
            (std::vector<CsvError>{CsvError::field_too_long, CsvError::none}));
  EXPECT_EQ(read_all("1,2,3\n1,2\n", {.fields_max = 2}).errors,
            (std::vector<CsvError>{CsvError::too_many_fields, CsvError::none}));
  EXPECT_EQ(read_all("aaaaaaaaaa,\"" + std::string(100, 'x') + "\"\nb\n", {.row_bytes_max = 50}).errors[0],
            CsvError::row_too_long);
}

TEST(CsvReader, IsTheSameWhateverTheChunkBoundary) {
  const std::string filler(256 * 1024 - 3, 'x');
  EXPECT_EQ(read_all(filler + "\r\n\"q\"\"q\",b\n").rows[1], (std::vector<std::string>{"q\"q", "b"}));
  EXPECT_EQ(read_all(filler + "yy\r\n1\n").rows[1], (std::vector<std::string>{"1"}));
}

TEST(CsvWriter, IsReadBackByTheReaderWhateverTheValues) {
  EXPECT_TRUE(rc::check([](const std::vector<std::vector<std::string>>& given) {
    Rows rows;
    for (const auto& row : given) {
      if (row.empty()) continue;
      rows.push_back(row);
      rows.back().insert(rows.back().begin(), "id");  // a row of one empty field is an empty line
    }
    std::string text;
    CsvWriter writer(text);
    for (const auto& row : rows) {
      for (const auto& field : row) writer.field(field);
      writer.end_row();
    }
    RC_ASSERT(read_all(text).rows == rows);
  }));
}

TEST(CsvWriter, GuardsAgainstWhatASpreadsheetWouldRun) {
  std::string text;
  CsvWriter writer(text, FormulaGuard::on);
  for (const char* value : {"=1+1", "@x", "-2", "plain"}) writer.field(value);
  writer.end_row();
  EXPECT_EQ(text, "\"'=1+1\",\"'@x\",\"'-2\",plain\n");
}

}  // namespace
}  // namespace adapters
