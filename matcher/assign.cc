#include "matcher/assign.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

namespace matcher {
namespace {

constexpr size_t exact_side_max = 300;  // records of one side up to which a component is solved exactly

constexpr double supporting_min = 0.3;
constexpr double support_share = 0.95;  // a way over another record is believed a little less
constexpr size_t supporters_max = 64;

double log_odds(double probability) {
  const double bounded = std::clamp(probability, 1e-9, 1 - 1e-9);
  return std::log(bounded) - std::log1p(-bounded);
}

class Components {
 public:
  explicit Components(size_t count) : parents_(count) { std::iota(parents_.begin(), parents_.end(), size_t{0}); }
  size_t find(size_t x) {
    while (parents_[x] != x) x = parents_[x] = parents_[parents_[x]];
    return x;
  }
  void join(size_t a, size_t b) { parents_[find(a)] = find(b); }

 private:
  std::vector<size_t> parents_;
};

// The Hungarian method with potentials, on gains: rows <= columns, and leaving a row alone gains 0.
std::vector<size_t> assigned(const std::vector<std::vector<double>>& gain) {
  const size_t rows = gain.size();
  const size_t columns = gain[0].size();
  constexpr double infinite = std::numeric_limits<double>::infinity();
  std::vector<double> row_potential(rows + 1, 0);
  std::vector<double> column_potential(columns + 1, 0);
  std::vector<size_t> row_of(columns + 1, 0);
  std::vector<size_t> way(columns + 1, 0);
  for (size_t row = 1; row <= rows; ++row) {
    row_of[0] = row;
    size_t column = 0;
    std::vector<double> least(columns + 1, infinite);
    std::vector<bool> used(columns + 1, false);
    do {
      used[column] = true;
      const size_t current = row_of[column];
      double delta = infinite;
      size_t next = 0;
      for (size_t j = 1; j <= columns; ++j) {
        if (used[j]) continue;
        const double cost = -gain[current - 1][j - 1] - row_potential[current] - column_potential[j];
        if (cost < least[j]) {
          least[j] = cost;
          way[j] = column;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (size_t j = 0; j <= columns; ++j) {
        if (used[j]) {
          row_potential[row_of[j]] += delta;
          column_potential[j] -= delta;
        } else {
          least[j] -= delta;
        }
      }
      column = next;
    } while (row_of[column] != 0);
    do {
      const size_t before = way[column];
      row_of[column] = row_of[before];
      column = before;
    } while (column != 0);
  }
  std::vector<size_t> out(rows, columns);
  for (size_t j = 1; j <= columns; ++j)
    if (row_of[j] != 0) out[row_of[j] - 1] = j - 1;
  return out;
}

void greedy(std::vector<Link>& links, std::vector<Link>& out) {
  std::ranges::sort(links, [](const Link& a, const Link& b) { return a.probability > b.probability; });
  std::unordered_map<uint64_t, bool> left_used;
  std::unordered_map<uint64_t, bool> right_used;
  for (const Link& link : links) {
    if (left_used[link.left] || right_used[link.right]) continue;
    left_used[link.left] = right_used[link.right] = true;
    out.push_back(link);
  }
}

void solve(std::vector<Link>& links, double floor, std::vector<Link>& out) {
  if (links.size() == 1) {
    out.push_back(links[0]);
    return;
  }
  std::unordered_map<uint64_t, size_t> lefts;
  std::unordered_map<uint64_t, size_t> rights;
  for (const Link& link : links) {
    lefts.emplace(link.left, lefts.size());
    rights.emplace(link.right, rights.size());
  }
  if (lefts.size() > exact_side_max || rights.size() > exact_side_max) {
    greedy(links, out);
    return;
  }
  const bool turned = lefts.size() > rights.size();
  const size_t rows = turned ? rights.size() : lefts.size();
  const size_t columns = turned ? lefts.size() : rights.size();
  std::vector<std::vector<double>> gain(rows, std::vector<double>(columns, 0));
  std::vector<std::vector<const Link*>> of(rows, std::vector<const Link*>(columns, nullptr));
  for (const Link& link : links) {
    const size_t row = turned ? rights[link.right] : lefts[link.left];
    const size_t column = turned ? lefts[link.left] : rights[link.right];
    gain[row][column] = std::max(gain[row][column], log_odds(link.probability) - floor);
    of[row][column] = &link;
  }
  const std::vector<size_t> chosen = assigned(gain);
  for (size_t row = 0; row < rows; ++row)
    if (chosen[row] < columns && of[row][chosen[row]] != nullptr) out.push_back(*of[row][chosen[row]]);
}

}  // namespace

std::vector<Link> one_to_one(std::vector<Link> links, double probability_min) {
  std::erase_if(links, [&](const Link& link) { return link.probability < probability_min; });
  std::unordered_map<uint64_t, size_t> left_nodes;
  std::unordered_map<uint64_t, size_t> right_nodes;
  for (const Link& link : links) {
    left_nodes.emplace(link.left, left_nodes.size());
    right_nodes.emplace(link.right, right_nodes.size());
  }
  Components components(left_nodes.size() + right_nodes.size());
  for (const Link& link : links) components.join(left_nodes[link.left], left_nodes.size() + right_nodes[link.right]);
  std::unordered_map<size_t, std::vector<Link>> by_component;
  for (const Link& link : links) by_component[components.find(left_nodes[link.left])].push_back(link);
  std::vector<Link> out;
  const double floor = log_odds(probability_min) - 1e-6;
  for (auto& [component, members] : by_component) solve(members, floor, out);
  std::ranges::sort(
      out, [](const Link& a, const Link& b) { return a.left != b.left ? a.left < b.left : a.right < b.right; });
  return out;
}

std::vector<Link> supported(std::vector<Link> links) {
  std::unordered_map<uint64_t, std::vector<std::pair<uint64_t, double>>> near;
  for (const Link& link : links) {
    if (link.probability < supporting_min) continue;
    near[link.left].emplace_back(link.right, link.probability);
    near[link.right].emplace_back(link.left, link.probability);
  }
  struct PairHash {
    size_t operator()(const std::pair<uint64_t, uint64_t>& pair) const {
      return pair.first * 0x9e3779b97f4a7c15ULL ^ (pair.second * 0xff51afd7ed558ccdULL);
    }
  };
  std::unordered_map<std::pair<uint64_t, uint64_t>, size_t, PairHash> places;
  for (size_t i = 0; i < links.size(); ++i) places.emplace(std::minmax(links[i].left, links[i].right), i);
  std::vector<double> best(links.size());
  for (size_t i = 0; i < links.size(); ++i) best[i] = links[i].probability;
  for (const auto& [middle, others] : near) {
    if (others.size() > supporters_max) continue;
    for (size_t i = 0; i < others.size(); ++i) {
      for (size_t j = i + 1; j < others.size(); ++j) {
        const double way = others[i].second * others[j].second * support_share;
        const auto pair = std::minmax(others[i].first, others[j].first);
        const auto [found, is_new] = places.emplace(pair, links.size());
        if (is_new) {
          links.push_back({pair.first, pair.second, 0, 0});
          best.push_back(0);
        }
        best[found->second] = std::max(best[found->second], way);
      }
    }
  }
  for (size_t i = 0; i < links.size(); ++i) links[i].probability = best[i];
  return links;
}

}  // namespace matcher
