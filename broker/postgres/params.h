// The parameters of one statement, in order, as PostgreSQL reads them: values never become part of the SQL.
// The server takes the type of each from the statement, so write `$1::text[]` where it can't tell.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/base/time.h"

namespace broker::postgres {

// Raw bytes for a bytea, which may hold NUL; a std::string is text.
struct Bytes {
  std::string value;
};

// Long texts for a text[] parameter of exactly this type, sent as they are: the server takes a literal apart byte by
// byte, which for a batch of messages costs more than storing them.
struct LongTexts {
  std::vector<std::string> values;
};

class Params {
 public:
  // Params(id, 3, true, std::nullopt, names): each argument as by add().
  Params() = default;
  template <typename First, typename... Rest>
    requires(!std::same_as<std::remove_cvref_t<First>, Params>)
  explicit Params(First&& first, Rest&&... rest) {
    values_.reserve(1 + sizeof...(rest));
    add(std::forward<First>(first));
    (add(std::forward<Rest>(rest)), ...);
  }

  // Throws DatabaseError 22021 for text that holds NUL, which PostgreSQL can't keep.
  void add(std::string text);
  void add(std::string_view text) { add(std::string(text)); }
  void add(const char* text) { add(std::string(text)); }
  void add(Bytes bytes);  // bytea
  void add(const LongTexts& texts);
  void add(const std::vector<Bytes>& elements);  // bytea[], as they are too
  void add(base::Time time);                     // timestamptz
  void add(base::Date date);                     // date
  void add(std::nullopt_t);                      // NULL
  template <std::same_as<bool> T>                // no silent conversion of a pointer to bool
  void add(T value) {
    add_plain(value ? "t" : "f");
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void add(T number) {
    add_plain(std::to_string(number));
  }
  void add(double number);
  template <typename T>
  void add(const std::optional<T>& value) {
    if (value) {
      add(*value);
    } else {
      add(std::nullopt);
    }
  }
  // text[], bigint[], bool[], double precision[], timestamptz[], date[] for `unnest`; an element may be an
  // optional, whose absence is NULL.
  template <typename T>
  void add(const std::vector<T>& elements) {
    std::string literal = "{";
    for (const auto& element : elements) {
      if (literal.size() > 1) literal += ',';
      append(literal, static_cast<const T&>(element));
    }
    literal += '}';
    add_plain(std::move(literal));
  }

  size_t size() const { return values_.size(); }
  size_t bytes() const;  // of all values, for limits on a batch

 private:
  friend class Wire;
  struct Value {
    std::string bytes;
    bool is_null = false;
    bool is_binary = false;
  };

  static void append(std::string& literal, const std::string& text);
  static void append(std::string& literal, base::Time time);
  static void append(std::string& literal, base::Date date);
  static void append(std::string& literal, double number);
  template <std::same_as<bool> T>
  static void append(std::string& literal, T value) {
    literal += value ? 't' : 'f';
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  static void append(std::string& literal, T number) {
    literal += std::to_string(number);
  }
  template <typename T>
  static void append(std::string& literal, const std::optional<T>& value) {
    if (value) {
      append(literal, *value);
    } else {
      literal += "NULL";
    }
  }

  void add_plain(std::string text) { values_.push_back({std::move(text), false, false}); }

  std::vector<Value> values_;
};

}  // namespace broker::postgres
