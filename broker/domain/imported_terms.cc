#include "broker/domain/imported_terms.h"

#include <set>

#include "broker/base/text.h"
#include "broker/domain/reference/data.h"
#include "broker/domain/reference/table.h"

namespace broker::domain {
namespace {

constexpr std::string_view file_head = "academic_year,kind,start,end";
constexpr std::string_view basis = "imported";

// The rows in the form of the built-in table, under its head and so with the numbers of the file's lines.
base::Result<std::string> rows_of(const std::string& authority, std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  std::string rows;
  size_t number = 0;
  for (std::string_view line : base::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number;
    if (number == 1) {
      if (line != file_head) {
        return base::refuse(
            reference::broken_table("The file,", 1, "the columns have to be " + std::string(file_head)));
      }
      continue;
    }
    if (line.empty()) continue;
    rows.append(authority).append(",").append(line).append(",").append(basis).append("\n");
  }
  return rows;
}

// The years of the imported table in place of the same years of ours.
std::string holidays_with(std::string_view imported) {
  const std::string_view built_in = reference::bank_holidays_csv();
  std::set<std::string_view> years;
  const auto year_of = [](std::string_view line) -> std::string_view {
    const size_t comma = line.find(',');
    return comma == std::string_view::npos ? std::string_view() : line.substr(comma + 1, 4);
  };
  for (const std::string_view line : base::split(imported, '\n')) years.insert(year_of(line));
  std::string table(imported);
  const size_t head = built_in.find('\n') + 1;
  for (const std::string_view line : base::split(built_in.substr(head), '\n')) {
    if (!line.empty() && !years.contains(year_of(line))) table.append(line).append("\n");
  }
  return table;
}

}  // namespace

base::Result<Calendar> calendar_with(const ImportedTerms& imported) {
  const std::string_view built_in = reference::term_dates_csv();
  const std::string head(built_in.substr(0, built_in.find('\n') + 1));
  std::string terms = head;
  std::string holidays(reference::bank_holidays_csv());
  for (const auto& [authority, text] : imported) {
    if (authority == bank_holidays_calendar) {
      if (auto alone = Calendar::read(text, built_in); !alone) return base::refuse(alone.error());
      holidays = holidays_with(text);
      continue;
    }
    const auto rows = rows_of(authority, text);
    if (!rows) return base::refuse(rows.error());
    // Alone first, so that a refusal names the line of this file.
    if (auto alone = Calendar::read(reference::bank_holidays_csv(), head + *rows); !alone) {
      return base::refuse(alone.error());
    }
    terms += *rows;
  }
  for (const std::string_view line : base::split(built_in.substr(head.size()), '\n')) {
    if (!line.empty() && !imported.contains(line.substr(0, line.find(',')))) terms.append(line).append("\n");
  }
  return Calendar::read(holidays, terms);
}

}  // namespace broker::domain
