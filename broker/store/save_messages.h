// The part of saving a batch that concerns the inboxes: messages, receipts and deliveries. Used by save.cc alone.
#pragma once

#include <vector>

#include "broker/store/save.h"

namespace broker::store {

// Appends the statements to `queries` and what will be committed to `committed`.
void save_messages(const World& world, const Sealing& sealing, std::vector<postgres::Query>& queries,
                   std::vector<CommittedMessage>& committed);
void save_receipts(const World& world, const Sealing& sealing, std::vector<postgres::Query>& queries);

}  // namespace broker::store
