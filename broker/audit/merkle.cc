#include "broker/audit/merkle.h"

#include <algorithm>
#include <bit>

#include "broker/base/ensure.h"
#include "certs/openssl.h"

namespace broker::audit {
namespace {

using base::ensure;

// RFC 9162: with different first bytes no inner node can be passed off as an entry.
constexpr std::string_view leaf_prefix("\x00", 1);
constexpr std::string_view node_prefix("\x01", 1);

// Fetched once: OpenSSL 3 looks an algorithm up by name each time otherwise, which costs as much as a small hash.
const EVP_MD* sha256() {
  static const std::unique_ptr<EVP_MD, certs::Freer<EVP_MD_free>> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return digest.get();
}

Hash hash_of(std::initializer_list<std::string_view> parts) {
  const certs::DigestContextHandle context(EVP_MD_CTX_new());
  ensure(context != nullptr && EVP_DigestInit_ex2(context.get(), sha256(), nullptr) == 1);
  for (const auto part : parts) ensure(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  Hash hash;
  unsigned size = 0;
  ensure(EVP_DigestFinal_ex(context.get(), hash.data(), &size) == 1 && size == hash.size());
  return hash;
}

// Joins whole subtrees, the largest first, into the root: the smaller ones on the right are joined first.
Hash joined(const std::vector<Hash>& subtrees) {
  if (subtrees.empty()) return empty_root();
  Hash root = subtrees.back();
  for (size_t i = subtrees.size() - 1; i-- > 0;) root = node_hash(subtrees[i], root);
  return root;
}

}  // namespace

std::string_view bytes_of(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::optional<Hash> hash_from(std::string_view bytes) {
  Hash hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

Hash empty_root() {
  return hash_of({});
}

Hash leaf_hash(std::string_view entry) {
  return hash_of({leaf_prefix, entry});
}

Hash node_hash(const Hash& left, const Hash& right) {
  return hash_of({node_prefix, bytes_of(left), bytes_of(right)});
}

CompactTree::CompactTree(uint64_t size, const NodeReader& read) : size_(size) {
  for (const auto& id : nodes_of_root(size)) frontier_.push_back(read(id));
}

std::vector<Node> CompactTree::append(const Hash& leaf) {
  ensure(size_ < tree_size_max);
  std::vector<Node> completed{{{0, size_}, leaf}};
  // As in binary counting: each bit that was set carries, joining its subtree with what has just been completed.
  for (uint64_t rest = size_; (rest & 1) == 1; rest >>= 1) {
    const Node& last = completed.back();
    completed.push_back({{last.id.level + 1, last.id.index >> 1}, node_hash(frontier_.back(), last.hash)});
    frontier_.pop_back();
  }
  frontier_.push_back(completed.back().hash);
  ++size_;
  return completed;
}

Hash CompactTree::root() const {
  return joined(frontier_);
}

Hash root_at(uint64_t size, const NodeReader& read) {
  std::vector<Hash> subtrees;
  for (const auto& id : nodes_of_root(size)) subtrees.push_back(read(id));
  return joined(subtrees);
}

std::vector<NodeId> nodes_of_root(uint64_t size) {
  ensure(size <= tree_size_max);
  std::vector<NodeId> ids;
  uint64_t start = 0;
  while (start < size) {
    const auto level = static_cast<unsigned>(std::bit_width(size - start) - 1);
    ids.push_back({level, start >> level});
    start += uint64_t{1} << level;
  }
  return ids;
}

}  // namespace broker::audit
