// What a statement gave back: rows with typed columns, and how many rows it changed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/time.h"

struct pg_result;

namespace broker::postgres {

class Row;

class Rows {
 public:
  Rows() = default;
  explicit Rows(pg_result* result) : result_(result) {}

  int size() const;
  bool empty() const { return size() == 0; }
  // Rows that insert, update, delete or select touched; 0 for commands that touch none.
  int64_t affected() const;
  // The command tag, e.g. `INSERT 0 1` or `COMMIT`.
  std::string_view tag() const;

  // The row's place in this result, which must outlive it.
  Row operator[](int row) const;
  Row front() const;

  class Iterator;
  Iterator begin() const;
  Iterator end() const;

 private:
  friend class Row;
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

// A column by its number from 0 or by its name. The name must exist: a wrong one is a bug and stops the process.
struct Column {
  Column(int place) : number(place) {}                      // NOLINT: implicit on purpose
  Column(const char* column) : number(-1), name(column) {}  // NOLINT
  int number;
  const char* name = nullptr;
};

// Valid as long as its Rows. A getter that meets NULL or a value of another type throws DatabaseError 22000, which
// names the column; use the `_or_null` form where the column may be NULL.
class Row {
 public:
  bool is_null(Column column) const;
  std::string text(Column column) const { return std::string(view(column)); }
  std::string_view view(Column column) const;  // into the result, no copy
  int64_t integer(Column column) const;
  double number(Column column) const;
  bool boolean(Column column) const;
  std::string bytes(Column column) const;                              // bytea
  base::Time time(Column column) const;                                // timestamptz
  base::Date date(Column column) const;                                // date
  std::vector<std::optional<std::string>> texts(Column column) const;  // text[] and any array of one dimension

  std::optional<std::string> text_or_null(Column column) const;
  std::optional<int64_t> integer_or_null(Column column) const;
  std::optional<double> number_or_null(Column column) const;
  std::optional<bool> boolean_or_null(Column column) const;
  std::optional<std::string> bytes_or_null(Column column) const;
  std::optional<base::Time> time_or_null(Column column) const;
  std::optional<base::Date> date_or_null(Column column) const;

 private:
  friend class Rows;
  Row(const Rows& rows, int row) : rows_(rows), row_(row) {}
  int place(const Column& column) const;

  const Rows& rows_;
  int row_;
};

class Rows::Iterator {
 public:
  Iterator(const Rows& rows, int row) : rows_(rows), row_(row) {}
  Row operator*() const { return rows_[row_]; }
  Iterator& operator++() {
    ++row_;
    return *this;
  }
  bool operator!=(const Iterator& other) const { return row_ != other.row_; }

 private:
  const Rows& rows_;
  int row_;
};

}  // namespace broker::postgres
