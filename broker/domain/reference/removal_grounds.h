// On which grounds a pupil may be taken off a school's admission register, and from when to when each is law.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/base/time.h"

namespace broker::domain::reference {

// Reg. 9(1) of the School Attendance (Pupil Registration) (England) Regulations 2024, SI 2024/208.
struct RemovalGround {
  char letter = 'A';
  base::Date valid_from{};
  std::optional<base::Date> valid_to;  // last day; nothing while it is in force
  bool needs_transfer = true;          // a transfer file follows the removal
  std::string words;
};

// Refused, naming the line, when the table can't be read.
base::Result<std::vector<RemovalGround>> read_removal_grounds(std::string_view text);

// The table that is compiled in, by letter. Throws std::logic_error when it is broken.
std::span<const RemovalGround> removal_grounds();

// The ground with this letter as the law stands on that day; null when there is none.
const RemovalGround* removal_ground(char letter, base::Date day);

}  // namespace broker::domain::reference
