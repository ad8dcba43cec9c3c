// Writes in one round trip what a batch of commands changed, and commits it. Used by the writer alone.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/audit/merkle.h"
#include "broker/postgres/connection.h"
#include "broker/store/inbox.h"
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

// A message with its place, as it will be once the batch is committed.
struct CommittedMessage {
  WaitingMessage waiting;
  std::string recipient;
  std::shared_ptr<const std::string> envelope;  // owners: whoever is told of the commit
};

// The statements of the batch and its commit, in order. Appends the batch's audit entries to `tree`, which the caller
// keeps only if the commit succeeds, and the messages to `messages`.
std::vector<postgres::Query> statements_of(const World& world, const std::vector<NewAnswer>& answers,
                                           const Sealing& sealing, audit::CompactTree& tree,
                                           std::vector<CommittedMessage>& messages);

}  // namespace broker::store
