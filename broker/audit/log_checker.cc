#include "broker/audit/log_checker.h"

#include <algorithm>

namespace broker::audit {

std::string sentence_of(const Finding& finding) {
  const std::string where = finding.first == finding.last ? "entry " + std::to_string(finding.first)
                                                          : "an entry from " + std::to_string(finding.first) + " to " +
                                                                std::to_string(finding.last);
  switch (finding.fault) {
    case Fault::head_not_signed: return "the head of the log is not signed by a known key";
    case Fault::entry_changed: return where + " was changed, inserted, removed or moved";
    case Fault::tree_changed: return "the stored hashes were changed; the first bad one covers " + where;
    case Fault::log_forked:
      return "two different logs were signed: the first entry in which they may differ is " + where;
    case Fault::log_rewritten: return "the log was rewritten; the first bad entry is " + where;
    case Fault::log_truncated: return "the log was cut off: it lacks all from entry " + std::to_string(finding.first);
  }
  return "";
}

LogChecker::LogChecker(std::vector<SignedHead> heads, std::vector<PublicKey> keys)
    : heads_(std::move(heads)), keys_(std::move(keys)) {
  std::ranges::sort(heads_, {}, [](const SignedHead& signed_head) { return signed_head.head.size; });
}

std::optional<Finding> LogChecker::add(std::string_view entry, std::span<const Node> stored) {
  if (auto finding = meet_heads()) return finding;  // those of an empty log
  const uint64_t index = tree_.size();
  const auto expected = tree_.append(leaf_hash(entry));
  if (stored.empty() || stored.front() != expected.front()) return Finding{Fault::entry_changed, index, index};
  if (!std::ranges::equal(stored, expected)) {
    // The lowest that differs narrows it down best: all below it agreed.
    size_t place = 0;
    while (place < stored.size() && place < expected.size() && stored[place] == expected[place]) ++place;
    const NodeId id = expected[std::min(place, expected.size() - 1)].id;
    return Finding{Fault::tree_changed, id.index << id.level, ((id.index + 1) << id.level) - 1};
  }
  return meet_heads();
}

std::optional<Finding> LogChecker::add_leaf(const Hash& leaf, const std::optional<std::string>& entry) {
  if (auto finding = meet_heads()) return finding;
  if (entry && leaf_hash(*entry) != leaf) return Finding{Fault::entry_changed, size(), size()};
  tree_.append(leaf);
  return meet_heads();
}

std::optional<Finding> LogChecker::finish() {
  if (auto finding = meet_heads()) return finding;
  if (heads_met_ == heads_.size()) return std::nullopt;
  // The largest that is signed tells how much is gone; an unsigned one tells only that somebody made it up.
  const SignedHead& largest = heads_.back();
  if (!verify_head(keys_, largest)) return Finding{Fault::head_not_signed, 0, 0};
  return Finding{Fault::log_truncated, size(), largest.head.size - 1};
}

// Of the present size, signed too.
bool LogChecker::is_log_of_another_head() const {
  return std::ranges::any_of(heads_, [this](const SignedHead& one) {
    return one.head.size == size() && one.head.root == root() && verify_head(keys_, one);
  });
}

std::optional<Finding> LogChecker::meet_heads() {
  for (; heads_met_ < heads_.size() && heads_[heads_met_].head.size == size(); ++heads_met_) {
    const SignedHead& signed_head = heads_[heads_met_];
    if (!verify_head(keys_, signed_head)) return Finding{Fault::head_not_signed, 0, 0};
    if (signed_head.head.root != root()) {
      // What an earlier head vouches for is good; two heads of one size that differ leave the last entry in doubt.
      const uint64_t last = size() == 0 ? 0 : size() - 1;
      const Fault fault = is_log_of_another_head() ? Fault::log_forked : Fault::log_rewritten;
      return Finding{fault, std::min(proven_size_, last), last};
    }
    proven_size_ = size();
  }
  return std::nullopt;
}

}  // namespace broker::audit
