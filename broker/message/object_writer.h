// Writes one JSON object straight into its text, member after member, as dump() would write it: for shapes that are
// written with every message, of which building a value first is the dearest part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/time.h"

namespace broker::message {

class ObjectWriter {
 public:
  ObjectWriter() = default;
  explicit ObjectWriter(size_t bytes_expected) { text_.reserve(bytes_expected); }

  // Each adds one member, in the order of the calls.
  ObjectWriter& text(std::string_view name, std::string_view value);
  ObjectWriter& text_or_null(std::string_view name, std::string_view value);
  ObjectWriter& number(std::string_view name, int64_t value);
  ObjectWriter& boolean(std::string_view name, bool value);
  ObjectWriter& date(std::string_view name, base::Date value);
  ObjectWriter& time(std::string_view name, base::Time value);
  ObjectWriter& texts(std::string_view name, const std::vector<std::string>& values);
  ObjectWriter& json(std::string_view name, std::string_view value);  // JSON already

  // Each adds one member where there is something to say.
  ObjectWriter& put(std::string_view name, std::string_view value);
  ObjectWriter& put(std::string_view name, const std::optional<base::Date>& value);
  ObjectWriter& put(std::string_view name, const std::optional<base::Time>& value);
  ObjectWriter& put(std::string_view name, const std::optional<bool>& value);
  ObjectWriter& put(std::string_view name, const std::vector<std::string>& values);

  // A list with the JSON that `encode` makes of each item.
  template <typename Items, typename Encode>
  ObjectWriter& list(std::string_view name, const Items& items, Encode encode) {
    begin_list(name);
    for (const auto& item : items) add_item(encode(item));
    return end_list();
  }

  std::string done();

 private:
  void name(std::string_view name);
  void begin_list(std::string_view name);
  void add_item(std::string_view json);
  ObjectWriter& end_list();

  std::string text_ = "{";
};

}  // namespace broker::message
