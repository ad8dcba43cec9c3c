#include "broker/web/words.h"

#include <array>
#include <chrono>

#include "broker/domain/reference/directory.h"

namespace broker::web {
namespace {

constexpr std::array<std::string_view, 12> months = {"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                      "Thursday", "Friday", "Saturday"};

std::string day_and_month(base::Date date) {
  return std::to_string(static_cast<unsigned>(date.day())) + " " +
         std::string(months[static_cast<unsigned>(date.month()) - 1]);
}

void append(std::string& text, const std::string& more) {
  if (more.empty()) return;
  text += (text.empty() ? "" : ", ") + more;
}

}  // namespace

std::string words_of(base::Date date) {
  return day_and_month(date) + " " + std::to_string(static_cast<int>(date.year()));
}

std::string short_words_of(base::Date date) {
  return day_and_month(date);
}

std::string weekday_words_of(base::Date date) {
  const std::chrono::weekday day{std::chrono::sys_days(date)};
  return std::string(weekdays[day.c_encoding()]) + " " + words_of(date);
}

std::string words_of(base::Time time) {
  using namespace std::chrono;
  const base::Date date = base::date_in_england(time);
  // The clock of England is UTC or an hour ahead: the date an hour on tells which only near midnight, so ask at noon.
  auto minutes = floor<std::chrono::minutes>(time) - floor<days>(time);
  const base::Time late = floor<days>(time) + hours(23) + std::chrono::minutes(30);
  const bool is_summer = base::date_in_england(late) != base::Date(floor<days>(time));
  auto of_day = minutes.count() + (is_summer ? 60 : 0);
  of_day %= 24 * 60;
  const auto hour = of_day / 60;
  const auto minute = of_day % 60;
  return words_of(date) + " at " + std::to_string(hour % 12 == 0 ? 12 : hour % 12) + ":" + (minute < 10 ? "0" : "") +
         std::to_string(minute) + (hour < 12 ? "am" : "pm");
}

std::string words_of(const matcher::PartialDate& date) {
  if (!date.is_known()) return "Not known";
  if (date.month == 0) return std::to_string(date.year);
  const std::string month(months[static_cast<size_t>(date.month) - 1]);
  return (date.day == 0 ? "" : std::to_string(date.day) + " ") + month + " " + std::to_string(date.year);
}

std::string full_name(const matcher::PupilRecord& child) {
  std::string name = child.forename;
  if (!child.surname.empty()) name += (name.empty() ? "" : " ") + child.surname;
  return name.empty() ? "Name not known" : name;
}

std::string authority_name(const std::string& code) {
  const auto* facts = domain::reference::find_authority(code);
  return facts == nullptr ? code : facts->name;
}

std::string authority_with_code(const std::string& code) {
  const auto* facts = domain::reference::find_authority(code);
  return facts == nullptr ? code : facts->name + " (" + code + ")";
}

std::string words_of(const matcher::Address& address) {
  std::string text;
  for (const std::string& line : address.lines) append(text, line);
  append(text, address.town);
  if (!address.postcode.empty()) text += (text.empty() ? "" : " ") + address.postcode;
  return text;
}

std::string words_of(const matcher::SchoolReference& school) {
  std::string text = school.name;
  if (!school.laestab.empty()) text += text.empty() ? "School " + school.laestab : " (" + school.laestab + ")";
  if (!school.urn.empty()) append(text, "URN " + school.urn);
  return text;
}

std::string counted(int64_t number, const std::string& one, const std::string& many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

int age_on(const matcher::PartialDate& dob, base::Date day) {
  if (!dob.is_full()) return -1;
  const int month = static_cast<int>(static_cast<unsigned>(day.month()));
  const int of_month = static_cast<int>(static_cast<unsigned>(day.day()));
  const bool has_had_birthday = month > dob.month || (month == dob.month && of_month >= dob.day);
  return static_cast<int>(day.year()) - dob.year - (has_had_birthday ? 0 : 1);
}

}  // namespace broker::web
