// Which schools there are and were, by LAESTAB, and which school answers for a closed one today: so that a file for a
// converted academy's old number reaches its successor. The facts only; a number that is not here may be a newer
// school.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/base/time.h"

namespace broker::domain::reference {

struct SchoolFacts {
  std::string laestab;  // seven digits
  int64_t urn = 0;
  bool is_open = false;
  std::optional<base::Date> opened;
  std::optional<base::Date> closed;
  std::vector<int64_t> successors;  // URNs
};

class Schools {
 public:
  // Refused, naming the line, when the table can't be read.
  static base::Result<Schools> read(std::string_view table);

  // Every school that has or had this number, by ascending URN; most are one, a converted academy is two.
  std::span<const SchoolFacts> with_number(std::string_view laestab) const;
  size_t size() const { return facts_.size(); }

  struct Standing {
    enum class Kind {
      unknown,    // not in the table
      open,       // takes files under this number
      succeeded,  // closed; `now` takes its files
      closed,     // closed, and nobody or several took over
    };
    Kind kind = Kind::unknown;
    std::string now;  // LAESTAB; the number itself where open
  };
  // By successors, or in a dissolved authority by the one school of a succeeding authority that kept the four digits.
  Standing standing_of(std::string_view laestab) const;

 private:
  std::vector<const SchoolFacts*> open_successors(std::span<const SchoolFacts> of, int depth) const;
  const SchoolFacts* by_urn(int64_t urn) const;

  std::vector<SchoolFacts> facts_;                // by LAESTAB, then URN
  std::vector<std::pair<int64_t, size_t>> urns_;  // ascending, with their place in facts_
};

// The table that is compiled in, read at its first use. Throws std::logic_error when it is broken.
const Schools& schools();

}  // namespace broker::domain::reference
