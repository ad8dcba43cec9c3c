// The tables of this folder as they were compiled in: the text of each file. PROVENANCE.md says where they come from.
#pragma once

#include <string_view>

namespace broker::domain::reference {

std::string_view la_codes_csv();
std::string_view la_codes_historic_csv();
std::string_view neighbours_csv();
std::string_view bank_holidays_csv();
std::string_view term_dates_csv();
std::string_view removal_grounds_csv();
std::string_view schools_csv();

}  // namespace broker::domain::reference
