#include "broker/client/table.h"

#include <algorithm>

#include "broker/base/text.h"

namespace broker::client {
namespace {

constexpr size_t gap = 2;

size_t width_of(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

// C1 control characters are two bytes in UTF-8, C2 80 to C2 9F.
bool is_c1_control(std::string_view text, size_t at) {
  return text[at] == '\xC2' && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

}  // namespace

std::string printable(std::string_view text) {
  if (!base::is_utf8(text)) return "(no text)";
  std::string shown;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_c1_control(text, i))
      ++i;
    else if (byte == '\n' || byte == '\t')
      shown += ' ';
    else if (byte >= 0x20 && byte != 0x7F)
      shown += text[i];
  }
  return shown;
}

std::string table(const std::vector<std::string>& heading, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> lines{heading};
  for (const auto& row : rows) {
    std::vector<std::string> line;
    for (const auto& cell : row) line.push_back(printable(cell));
    lines.push_back(std::move(line));
  }
  std::vector<size_t> widths(heading.size(), 0);
  for (const auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  }
  std::string text;
  for (const auto& line : lines) {
    std::string one;
    for (size_t i = 0; i < line.size(); ++i) one += padded(line[i], widths[i] + gap);
    text += one.substr(0, one.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string fields(const std::vector<std::pair<std::string, std::string>>& named) {
  size_t width = 0;
  for (const auto& [name, value] : named) {
    if (!value.empty()) width = std::max(width, width_of(name));
  }
  std::string text;
  for (const auto& [name, value] : named) {
    if (!value.empty()) text += padded(name, width + gap) + printable(value) + "\n";
  }
  return text;
}

}  // namespace broker::client
