#include "broker/audit/proof.h"

#include <bit>

#include "broker/base/ensure.h"

namespace broker::audit {
namespace {

using base::ensure;

// Entries from `start` up to `end` of the log. Every range met here begins at a multiple of its own width rounded up to
// a power of two, so that it is made of stored nodes.
struct Range {
  uint64_t start;
  uint64_t end;
  uint64_t size() const { return end - start; }
  // The largest power of two below the size: where the tree parts in two.
  uint64_t middle() const { return start + std::bit_floor(size() - 1); }
};

Hash root_of(Range range, const NodeReader& read) {
  if (std::has_single_bit(range.size())) {
    const auto level = static_cast<unsigned>(std::countr_zero(range.size()));
    return read({level, range.start >> level});
  }
  const Hash left = root_of({range.start, range.middle()}, read);
  const Hash right = root_of({range.middle(), range.end}, read);
  return node_hash(left, right);
}

// Reads nothing and notes what would be read.
NodeReader noting_reader(std::vector<NodeId>& ids) {
  return [&ids](NodeId id) {
    ids.push_back(id);
    return Hash{};
  };
}

bool is_odd(uint64_t number) {
  return (number & 1) == 1;
}

}  // namespace

Proof inclusion_proof(uint64_t size, uint64_t index, const NodeReader& read) {
  ensure(index < size && size <= tree_size_max);
  // From the root down to the leaf; the proof is read the other way.
  std::vector<Range> siblings;
  Range range{0, size};
  while (range.size() > 1) {
    const Range left{range.start, range.middle()};
    const Range right{range.middle(), range.end};
    const bool is_left = index < right.start;
    siblings.push_back(is_left ? right : left);
    range = is_left ? left : right;
  }
  Proof proof;
  for (size_t i = siblings.size(); i-- > 0;) proof.push_back(root_of(siblings[i], read));
  return proof;
}

Proof consistency_proof(uint64_t old_size, uint64_t new_size, const NodeReader& read) {
  ensure(old_size <= new_size && new_size <= tree_size_max);
  if (old_size == 0 || old_size == new_size) return {};
  // Down to the subtree in which the old log ends with it; the old root itself is known and left out.
  std::vector<Range> parts;
  Range range{0, new_size};
  bool is_old_root = true;
  while (old_size != range.end) {
    const Range left{range.start, range.middle()};
    const Range right{range.middle(), range.end};
    const bool ends_left = old_size <= right.start;
    parts.push_back(ends_left ? right : left);
    range = ends_left ? left : right;
    if (!ends_left) is_old_root = false;
  }
  if (!is_old_root) parts.push_back(range);
  Proof proof;
  for (size_t i = parts.size(); i-- > 0;) proof.push_back(root_of(parts[i], read));
  return proof;
}

std::vector<NodeId> nodes_of_inclusion_proof(uint64_t size, uint64_t index) {
  std::vector<NodeId> ids;
  inclusion_proof(size, index, noting_reader(ids));
  return ids;
}

std::vector<NodeId> nodes_of_consistency_proof(uint64_t old_size, uint64_t new_size) {
  std::vector<NodeId> ids;
  consistency_proof(old_size, new_size, noting_reader(ids));
  return ids;
}

bool verify_inclusion(uint64_t size, uint64_t index, const Hash& leaf, std::span<const Hash> proof, const Hash& root) {
  if (index >= size) return false;
  uint64_t here = index;
  uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if (is_odd(here) || here == last) {
      hash = node_hash(sibling, hash);
      // A node at the right edge has no sibling on the levels where it stands alone.
      while (!is_odd(here) && here != 0) {
        here >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    here >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool verify_consistency(uint64_t old_size, uint64_t new_size, const Hash& old_root, const Hash& new_root,
                        std::span<const Hash> proof) {
  if (old_size > new_size) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  if (old_size == 0) return proof.empty() && old_root == empty_root();
  uint64_t here = old_size - 1;
  uint64_t last = new_size - 1;
  while (is_odd(here)) {
    here >>= 1;
    last >>= 1;
  }
  // Where the old log is one whole subtree, its root is where both begin and the proof leaves it out.
  Hash start = old_root;
  if (!std::has_single_bit(old_size)) {
    if (proof.empty()) return false;
    start = proof.front();
    proof = proof.subspan(1);
  }
  Hash old_hash = start;
  Hash new_hash = start;
  for (const Hash& part : proof) {
    if (last == 0) return false;
    if (is_odd(here) || here == last) {
      old_hash = node_hash(part, old_hash);
      new_hash = node_hash(part, new_hash);
      while (!is_odd(here) && here != 0) {
        here >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, part);
    }
    here >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace broker::audit
