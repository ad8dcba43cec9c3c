#include "broker/postgres/rows.h"

#include <charconv>

#include <libpq-fe.h>

#include "broker/base/ensure.h"
#include "broker/base/text.h"
#include "broker/postgres/array.h"
#include "broker/postgres/errors.h"

namespace broker::postgres {
namespace {

template <typename T>
T parsed(std::string_view text, const char* kind) {
  T value{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    throw DatabaseError("22000", std::string("a column is not read as ") + kind);
  }
  return value;
}

// PostgreSQL prints `2026-11-13 09:30:00.123+00`; RFC 3339 wants a T and minutes in the offset.
std::string rfc3339(std::string_view text) {
  std::string time(text);
  if (time.size() > 10 && time[10] == ' ') time[10] = 'T';
  if (time.size() > 3 && (time[time.size() - 3] == '+' || time[time.size() - 3] == '-')) time += ":00";
  return time;
}

}  // namespace

void Rows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

int Rows::size() const {
  return result_ ? PQntuples(result_.get()) : 0;
}

int64_t Rows::affected() const {
  if (!result_) return 0;
  const std::string_view count = PQcmdTuples(result_.get());
  return count.empty() ? 0 : parsed<int64_t>(count, "a count of rows");
}

std::string_view Rows::tag() const {
  return result_ ? PQcmdStatus(result_.get()) : "";
}

Row Rows::operator[](int row) const {
  base::ensure(row >= 0 && row < size());
  return Row(*this, row);
}

Row Rows::front() const {
  return (*this)[0];
}

Rows::Iterator Rows::begin() const {
  return Iterator(*this, 0);
}

Rows::Iterator Rows::end() const {
  return Iterator(*this, size());
}

int Row::place(const Column& column) const {
  const pg_result* result = rows_.result_.get();
  const int number = column.name ? PQfnumber(result, column.name) : column.number;
  base::ensure(number >= 0 && number < PQnfields(result));
  return number;
}

bool Row::is_null(Column column) const {
  return PQgetisnull(rows_.result_.get(), row_, place(column)) != 0;
}

std::string_view Row::view(Column column) const {
  const pg_result* result = rows_.result_.get();
  const int number = place(column);
  if (PQgetisnull(result, row_, number)) {
    throw DatabaseError("22000", std::string("column ") + PQfname(result, number) + " is NULL");
  }
  return {PQgetvalue(result, row_, number), static_cast<size_t>(PQgetlength(result, row_, number))};
}

int64_t Row::integer(Column column) const {
  return parsed<int64_t>(view(column), "a whole number");
}

double Row::number(Column column) const {
  return parsed<double>(view(column), "a number");
}

bool Row::boolean(Column column) const {
  const std::string_view text = view(column);
  if (text != "t" && text != "f") throw DatabaseError("22000", "a column is not read as a truth value");
  return text == "t";
}

std::string Row::bytes(Column column) const {
  const std::string_view text = view(column);
  if (text.starts_with("\\x")) {
    if (auto bytes = base::from_hex(text.substr(2))) return std::move(*bytes);
  }
  throw DatabaseError("22000", "a column is not read as bytes");
}

base::Time Row::time(Column column) const {
  const auto time = base::parse_time(rfc3339(view(column)));
  if (!time) throw DatabaseError("22000", "a column is not read as a time");
  return *time;
}

base::Date Row::date(Column column) const {
  const auto date = base::parse_date(view(column));
  if (!date) throw DatabaseError("22000", "a column is not read as a date");
  return *date;
}

std::vector<std::optional<std::string>> Row::texts(Column column) const {
  auto elements = parse_array(view(column));
  if (!elements) throw DatabaseError("22000", "a column is not read as an array");
  return std::move(*elements);
}

std::optional<std::string> Row::text_or_null(Column column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<int64_t> Row::integer_or_null(Column column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<double> Row::number_or_null(Column column) const {
  return is_null(column) ? std::nullopt : std::optional(number(column));
}

std::optional<bool> Row::boolean_or_null(Column column) const {
  return is_null(column) ? std::nullopt : std::optional(boolean(column));
}

std::optional<std::string> Row::bytes_or_null(Column column) const {
  return is_null(column) ? std::nullopt : std::optional(bytes(column));
}

std::optional<base::Time> Row::time_or_null(Column column) const {
  return is_null(column) ? std::nullopt : std::optional(time(column));
}

std::optional<base::Date> Row::date_or_null(Column column) const {
  return is_null(column) ? std::nullopt : std::optional(date(column));
}

}  // namespace broker::postgres
