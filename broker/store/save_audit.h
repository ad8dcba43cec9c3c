// The batch's entries of the audit log with their nodes of the tree, and the looks at children that they record. Used
// by save.cc alone.
#pragma once

#include <vector>

#include "broker/audit/merkle.h"
#include "broker/postgres/connection.h"
#include "broker/store/world.h"

namespace broker::store {

// Adds the statements; `position` is the first entry's. Appends the entries to `tree`.
void save_audit(const World& world, int64_t position, base::Time now, audit::CompactTree& tree,
                std::vector<postgres::Query>& queries);

}  // namespace broker::store
