// The tree and its proofs as RFC 9162 defines them, by recursion over all entries: slow and obvious, the judge of ours.
// And a log in memory that keeps its nodes as the store would.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"

namespace broker::audit {

using Entries = std::span<const std::string>;

inline size_t parting_of(size_t size) {
  size_t k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

inline Hash slow_root(Entries entries) {
  if (entries.empty()) return empty_root();
  if (entries.size() == 1) return leaf_hash(entries[0]);
  const size_t k = parting_of(entries.size());
  return node_hash(slow_root(entries.first(k)), slow_root(entries.subspan(k)));
}

// PATH(m, D).
inline Proof slow_path(size_t m, Entries entries) {
  if (entries.size() == 1) return {};
  const size_t k = parting_of(entries.size());
  Proof proof = m < k ? slow_path(m, entries.first(k)) : slow_path(m - k, entries.subspan(k));
  proof.push_back(m < k ? slow_root(entries.subspan(k)) : slow_root(entries.first(k)));
  return proof;
}

// SUBPROOF(m, D, b).
inline Proof slow_subproof(size_t m, Entries entries, bool is_old_root) {
  if (m == entries.size()) return is_old_root ? Proof{} : Proof{slow_root(entries)};
  const size_t k = parting_of(entries.size());
  Proof proof =
      m <= k ? slow_subproof(m, entries.first(k), is_old_root) : slow_subproof(m - k, entries.subspan(k), false);
  proof.push_back(m <= k ? slow_root(entries.subspan(k)) : slow_root(entries.first(k)));
  return proof;
}

struct MemoryLog {
  std::vector<std::string> entries;
  std::vector<std::vector<Node>> stored;  // by entry
  std::map<NodeId, Hash> nodes;
  CompactTree tree;

  MemoryLog() = default;
  explicit MemoryLog(const std::vector<std::string>& all) {
    for (const auto& entry : all) add(entry);
  }

  void add(const std::string& entry) {
    entries.push_back(entry);
    stored.push_back(tree.append(leaf_hash(entry)));
    for (const auto& node : stored.back()) nodes.emplace(node.id, node.hash);
  }
  NodeReader reader() const {
    return [this](NodeId id) { return nodes.at(id); };
  }
};

inline std::vector<std::string> some_entries(size_t count) {
  std::vector<std::string> entries;
  for (size_t i = 0; i < count; ++i) entries.push_back("entry " + std::to_string(i));
  return entries;
}

}  // namespace broker::audit
