// The bank holidays as the government publishes them, in JSON, to the table that we count by. Used where an operator
// imports them.
#pragma once

#include <string>
#include <string_view>

#include "broker/base/result.h"

namespace broker::message {

inline constexpr size_t bank_holidays_max = 2000;  // of all divisions; each has about eight a year

// `{"england-and-wales": {"division": …, "events": [{"title": …, "date": "2027-01-01", "notes": …}, …]}, …}` to the
// form of reference/bank_holidays.csv, England and Wales alone. Members that are not known are passed over: the file is
// not ours. Refused where it is not such a file, naming the event that can't be read.
base::Result<std::string> read_bank_holidays(std::string_view json);

}  // namespace broker::message
