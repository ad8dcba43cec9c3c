// Reads a whole audit log from its first entry and says where it was first tampered with. For `waymark verify` and for
// whoever has an export of the log, old signed heads, and the broker's public keys.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/audit/head.h"
#include "broker/audit/merkle.h"

namespace broker::audit {

enum class Fault {
  head_not_signed,  // by none of the keys
  entry_changed,    // the entry is not the one that its stored hash was made from
  tree_changed,     // a stored hash above the entries is not the one that follows from them
  log_forked,       // two heads of this size were signed, and the log is one of the two
  log_rewritten,    // all agrees with itself, but not with a head that was signed earlier
  log_truncated,    // there are fewer entries than a head that was signed earlier counted
};

struct Finding {
  Fault fault{};
  // The first bad entry is one of these, counted from 0, `last` included; equal when it is known exactly.
  uint64_t first = 0;
  uint64_t last = 0;
  bool operator==(const Finding&) const = default;
};

std::string sentence_of(const Finding& finding);

class LogChecker {
 public:
  // The heads in any order; each is held against the log when the log is read as far as that.
  LogChecker(std::vector<SignedHead> heads, std::vector<PublicKey> keys);

  // The next entry, in the bytes that were hashed, and the nodes that were stored with it, in the order of
  // CompactTree::append. Go no further after a finding: what follows would only echo it.
  std::optional<Finding> add(std::string_view entry, std::span<const Node> stored);

  // The same for whoever is shown the leaves alone, and the entry where he may read it.
  std::optional<Finding> add_leaf(const Hash& leaf, const std::optional<std::string>& entry);

  // The log has ended here.
  std::optional<Finding> finish();

  uint64_t size() const { return tree_.size(); }
  Hash root() const { return tree_.root(); }

 private:
  std::optional<Finding> meet_heads();
  bool is_log_of_another_head() const;

  std::vector<SignedHead> heads_;  // by size
  std::vector<PublicKey> keys_;
  CompactTree tree_;
  size_t heads_met_ = 0;
  uint64_t proven_size_ = 0;  // what the last head that fitted vouches for
};

}  // namespace broker::audit
