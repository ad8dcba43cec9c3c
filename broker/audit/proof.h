// Proofs over the audit log (RFC 9162, 2.1.3 and 2.1.4): that an entry is in it, and that today's log continues an
// older one. The broker makes them from stored nodes; anybody verifies them with nothing but two roots.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "broker/audit/merkle.h"

namespace broker::audit {

using Proof = std::vector<Hash>;

// That entry `index` is in the log of `size` entries. `index` must be below `size`: check what came from outside first.
Proof inclusion_proof(uint64_t size, uint64_t index, const NodeReader& read);
// That the first `old_size` entries of the log of `new_size` entries are the log of `old_size` entries. `old_size` must
// not be above `new_size`. The proof is empty when they are equal, and from an empty log.
Proof consistency_proof(uint64_t old_size, uint64_t new_size, const NodeReader& read);

// What those two read.
std::vector<NodeId> nodes_of_inclusion_proof(uint64_t size, uint64_t index);
std::vector<NodeId> nodes_of_consistency_proof(uint64_t old_size, uint64_t new_size);

// False for anything that does not prove it, with whatever numbers; all may come from outside.
bool verify_inclusion(uint64_t size, uint64_t index, const Hash& leaf, std::span<const Hash> proof, const Hash& root);
bool verify_consistency(uint64_t old_size, uint64_t new_size, const Hash& old_root, const Hash& new_root,
                        std::span<const Hash> proof);

}  // namespace broker::audit
