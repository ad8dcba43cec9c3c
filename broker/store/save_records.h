// The part of saving a batch that concerns what is matched: pupil records and their tasks, the uploads that they come
// from, matches and queries. Used by save.cc alone.
#pragma once

#include <vector>

#include "broker/postgres/connection.h"
#include "broker/store/world.h"

namespace broker::store {

// Each appends its statements to `queries`. Uploads go before their records.
void save_uploads(const World& world, std::vector<postgres::Query>& queries);
void save_records(const World& world, base::Time now, std::vector<postgres::Query>& queries);
void save_matches(const World& world, base::Time now, std::vector<postgres::Query>& queries);

}  // namespace broker::store
