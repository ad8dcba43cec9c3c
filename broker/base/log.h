// JSON lines on stderr. A line has a message from the program text and named values; it never takes a child's
// particulars: pass our own ids, counts, codes and route templates.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace broker::base {

enum class LogLevel { debug, info, warning, error };

// Nothing at all below this level is written. Default: info.
void set_log_level(LogLevel level);

struct LogField {
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(text) {}
  LogField(std::string_view field, const std::string& text) : name(field), value(text) {}
  LogField(std::string_view field, int64_t number) : name(field), value(std::to_string(number)), is_number(true) {}
  LogField(std::string_view field, int number) : LogField(field, static_cast<int64_t>(number)) {}
  LogField(std::string_view field, uint64_t number) : LogField(field, static_cast<int64_t>(number)) {}

  std::string_view name;
  std::string value;
  bool is_number = false;
};

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, message, fields);
}
inline void log_warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warning, message, fields);
}
inline void log_error(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, message, fields);
}

}  // namespace broker::base
