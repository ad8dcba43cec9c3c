// The hash tree over the audit log (RFC 9162, section 2.1, the same tree as RFC 6962): its hashing, and the compact
// form that the writer of the log carries. Only whole subtrees are ever stored, and a stored one never changes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace broker::audit {

using Hash = std::array<uint8_t, 32>;

std::string_view bytes_of(const Hash& hash);
// Nothing when there are not 32 of them.
std::optional<Hash> hash_from(std::string_view bytes);

Hash empty_root();
Hash leaf_hash(std::string_view entry);
Hash node_hash(const Hash& left, const Hash& right);

// A whole subtree: it covers the entries from index * 2^level up to (index + 1) * 2^level. Level 0 is the leaves.
struct NodeId {
  unsigned level = 0;
  uint64_t index = 0;
  auto operator<=>(const NodeId&) const = default;
};

struct Node {
  NodeId id;
  Hash hash{};
  bool operator==(const Node&) const = default;
};

// Gives a stored node. It is only asked for subtrees that are whole in a tree of the size in question. Where the store
// can't be asked in the middle of a call, fetch what the matching `nodes_of_…` lists and read from that.
using NodeReader = std::function<Hash(NodeId)>;

// Sizes stay below this, so that no shift or sum overflows.
inline constexpr uint64_t tree_size_max = uint64_t{1} << 62;

// The tree as far as appending needs it: one hash for each bit that is set in its size.
class CompactTree {
 public:
  CompactTree() = default;
  // Goes on with a tree that stands in the store; reads nodes_of_root(size).
  CompactTree(uint64_t size, const NodeReader& read);

  // Appends a leaf and gives the nodes that it completed, the leaf itself first, each the parent of the one before.
  // All of them have to be stored.
  std::vector<Node> append(const Hash& leaf);

  uint64_t size() const { return size_; }
  Hash root() const;

 private:
  uint64_t size_ = 0;
  std::vector<Hash> frontier_;  // of the whole subtrees that make up the tree, the largest first
};

// The root that the log had when it was of this size.
Hash root_at(uint64_t size, const NodeReader& read);
// From the left, the largest first.
std::vector<NodeId> nodes_of_root(uint64_t size);

}  // namespace broker::audit
