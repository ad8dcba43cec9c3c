#include "broker/domain/reference/data.h"

namespace broker::domain::reference {
namespace {

constexpr char la_codes[] = {
#embed "la_codes.csv"
};
constexpr char la_codes_historic[] = {
#embed "la_codes_historic.csv"
};
constexpr char neighbours[] = {
#embed "neighbours.csv"
};
constexpr char bank_holidays[] = {
#embed "bank_holidays.csv"
};
constexpr char term_dates[] = {
#embed "term_dates.csv"
};
constexpr char removal_grounds[] = {
#embed "removal_grounds.csv"
};

constexpr char schools[] = {
#embed "schools.csv"
};

}  // namespace

std::string_view la_codes_csv() {
  return {la_codes, sizeof(la_codes)};
}
std::string_view la_codes_historic_csv() {
  return {la_codes_historic, sizeof(la_codes_historic)};
}
std::string_view neighbours_csv() {
  return {neighbours, sizeof(neighbours)};
}
std::string_view bank_holidays_csv() {
  return {bank_holidays, sizeof(bank_holidays)};
}
std::string_view term_dates_csv() {
  return {term_dates, sizeof(term_dates)};
}
std::string_view removal_grounds_csv() {
  return {removal_grounds, sizeof(removal_grounds)};
}
std::string_view schools_csv() {
  return {schools, sizeof(schools)};
}

}  // namespace broker::domain::reference
