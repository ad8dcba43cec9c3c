#include "broker/message/bank_holidays.h"

#include "broker/message/json.h"

namespace broker::message {
namespace {

constexpr const char* division = "england-and-wales";
constexpr size_t title_bytes_max = 200;

base::Problem unfit(const std::string& reason) {
  return base::problem(base::ProblemType::invalid, reason);
}

// A title is for people; our table has commas and lines of its own.
std::string plain(const Json& event, const char* name) {
  std::string text;
  if (event.contains(name) && event.at(name).is_string()) text = event.at(name).get<std::string>();
  std::erase_if(text, [](char c) { return c == ',' || c == '"' || static_cast<unsigned char>(c) < ' '; });
  return text.size() > title_bytes_max ? std::string() : text;
}

}  // namespace

base::Result<std::string> read_bank_holidays(std::string_view json) {
  const auto file = parse_object(json);
  if (!file) return base::refuse(file.error());
  if (!file->contains(division) || !file->at(division).is_object() || !file->at(division).contains("events") ||
      !file->at(division).at("events").is_array()) {
    return base::refuse(unfit("the file has no events of england-and-wales"));
  }
  const Json& events = file->at(division).at("events");
  if (events.empty() || events.size() > bank_holidays_max) {
    return base::refuse(unfit("the file has no events of england-and-wales, or too many"));
  }
  std::string table = "division,date,title,notes\n";
  size_t number = 0;
  for (const Json& event : events) {
    ++number;
    const bool has_date = event.is_object() && event.contains("date") && event.at("date").is_string();
    const auto date = has_date ? base::parse_date(event.at("date").get<std::string>()) : std::nullopt;
    if (!date) return base::refuse(unfit("event " + std::to_string(number) + " of england-and-wales has no date"));
    table.append(division).append(",").append(base::format_date(*date)).append(",");
    table.append(plain(event, "title")).append(",").append(plain(event, "notes")).append("\n");
  }
  return table;
}

}  // namespace broker::message
