#include "broker/message/object_writer.h"

#include <array>
#include <charconv>

#include "broker/message/json.h"

namespace broker::message {

void ObjectWriter::name(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  append_json_text(text_, name);
  text_ += ':';
}

ObjectWriter& ObjectWriter::text(std::string_view key, std::string_view value) {
  name(key);
  append_json_text(text_, value);
  return *this;
}

ObjectWriter& ObjectWriter::text_or_null(std::string_view key, std::string_view value) {
  if (!value.empty()) return text(key, value);
  return json(key, "null");
}

ObjectWriter& ObjectWriter::number(std::string_view key, int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return json(key, std::string_view(digits.data(), end.ptr));
}

ObjectWriter& ObjectWriter::boolean(std::string_view key, bool value) {
  return json(key, value ? "true" : "false");
}

ObjectWriter& ObjectWriter::date(std::string_view key, base::Date value) {
  return text(key, base::format_date(value));
}

ObjectWriter& ObjectWriter::time(std::string_view key, base::Time value) {
  return text(key, base::format_time(value));
}

ObjectWriter& ObjectWriter::texts(std::string_view key, const std::vector<std::string>& values) {
  begin_list(key);
  for (const std::string& value : values) {
    if (text_.back() != '[') text_ += ',';
    append_json_text(text_, value);
  }
  return end_list();
}

ObjectWriter& ObjectWriter::json(std::string_view key, std::string_view value) {
  name(key);
  text_ += value;
  return *this;
}

ObjectWriter& ObjectWriter::put(std::string_view key, std::string_view value) {
  return value.empty() ? *this : text(key, value);
}

ObjectWriter& ObjectWriter::put(std::string_view key, const std::optional<base::Date>& value) {
  return value ? date(key, *value) : *this;
}

ObjectWriter& ObjectWriter::put(std::string_view key, const std::optional<base::Time>& value) {
  return value ? time(key, *value) : *this;
}

ObjectWriter& ObjectWriter::put(std::string_view key, const std::optional<bool>& value) {
  return value ? boolean(key, *value) : *this;
}

ObjectWriter& ObjectWriter::put(std::string_view key, const std::vector<std::string>& values) {
  return values.empty() ? *this : texts(key, values);
}

void ObjectWriter::begin_list(std::string_view key) {
  name(key);
  text_ += '[';
}

void ObjectWriter::add_item(std::string_view json) {
  if (text_.back() != '[') text_ += ',';
  text_ += json;
}

ObjectWriter& ObjectWriter::end_list() {
  text_ += ']';
  return *this;
}

std::string ObjectWriter::done() {
  return std::move(text_ += "}");
}

}  // namespace broker::message
