#include "matcher/cluster.h"

#include <algorithm>

namespace matcher {
namespace {

// More records of one child than this are no doubles but a mistake, such as a name that stands for "unknown".
constexpr size_t cluster_records_max = 200;

}  // namespace

std::unordered_map<uint64_t, size_t> clustered(std::vector<Link> links, double probability_min,
                                               const std::function<bool(uint64_t, uint64_t)>& are_apart) {
  std::erase_if(links, [&](const Link& link) { return link.probability < probability_min; });
  std::ranges::sort(links, [](const Link& a, const Link& b) {
    if (a.probability != b.probability) return a.probability > b.probability;
    return a.left != b.left ? a.left < b.left : a.right < b.right;
  });
  std::unordered_map<uint64_t, size_t> cluster_of;
  std::vector<std::vector<uint64_t>> members;
  const auto own = [&](uint64_t key) {
    const auto [found, is_new] = cluster_of.emplace(key, members.size());
    if (is_new) members.push_back({key});
    return found->second;
  };
  for (const Link& link : links) {
    size_t into = own(link.left);
    size_t from = own(link.right);
    if (into == from || members[into].size() + members[from].size() > cluster_records_max) continue;
    const bool is_kept_apart = std::ranges::any_of(members[into], [&](uint64_t a) {
      return std::ranges::any_of(members[from], [&](uint64_t b) {
        const bool is_the_link = a == link.left && b == link.right;
        return !is_the_link && are_apart(a, b);
      });
    });
    if (is_kept_apart) continue;
    if (members[into].size() < members[from].size()) std::swap(into, from);
    for (const uint64_t key : members[from]) cluster_of[key] = into;
    members[into].insert(members[into].end(), members[from].begin(), members[from].end());
    members[from].clear();
  }
  return cluster_of;
}

}  // namespace matcher
