// Writes in one round trip what a batch of commands changed, and commits it. Used by the writer alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "broker/audit/merkle.h"
#include "broker/postgres/connection.h"
#include "broker/store/load.h"
#include "broker/store/world.h"

namespace broker::store {

// The answers that go with the changes, to be given again for a repeat.
struct NewAnswer {
  Idempotency made_by;
  Answer answer;
};

// What a batch needs besides the world: places in the logs, ids, and the broker's signature.
struct Sealing {
  Heads heads;
  base::Time now;
  std::function<std::string()> next_id;
  std::function<std::string(const std::string& canonical)> sign;
};

// The statements of the batch and its commit, in order. Appends the batch's audit entries to `tree`, which the caller
// keeps only if the commit succeeds.
std::vector<postgres::Query> statements_of(const World& world, const std::vector<NewAnswer>& answers,
                                           const Sealing& sealing, audit::CompactTree& tree);

}  // namespace broker::store
