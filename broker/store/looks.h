// Who has looked at a child of the viewer's.
#pragma once

#include <optional>
#include <string>

#include "broker/base/time.h"
#include "broker/store/read.h"

namespace broker::store {

struct StoredLook {
  int64_t position = 0;  // of its entry in the audit log
  base::Time time;
  std::string authority;
  std::string officer;  // empty where the caller named none
  std::string school;
  std::string action;
  std::string subject;  // empty for a list
};

// A row with a column of each name.
StoredLook stored_look(const postgres::Row& row);

// Looks at the child of this case, the latest first; `after` is a position. With `only_others` without the owner's own.
boost::asio::awaitable<Listed<StoredLook>> list_looks(postgres::Pool& pool, Viewer viewer, std::string case_id,
                                                      bool only_others, Page page);

}  // namespace broker::store
