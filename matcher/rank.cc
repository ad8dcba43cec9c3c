#include <algorithm>
#include <cmath>
#include <iterator>

#include "matcher/index_state.h"

namespace matcher {
namespace {

constexpr size_t ranked_max = 200;            // kept of one search, the best
constexpr size_t grouped_max = 8;             // compared with each other
constexpr double grouped_log_odds_min = -4;   // less cannot take probability from another
constexpr double one_child_log_odds_min = 3;  // few children are held twice, many beside their twin
constexpr double ln_2 = 0.6931471805599453;

double log_sum(double a, double b) {
  const double larger = std::max(a, b);
  return larger + std::log(std::exp(a - larger) + std::exp(b - larger));
}

}  // namespace

void Index::State::weigh(Ranked& pair) const {
  const Model& beliefs = model();
  const double held = std::max(beliefs.population_min, static_cast<double>(population.records()));
  const double siblings = beliefs.siblings_each / (held + beliefs.siblings_each);
  const double other = log_sum(std::log1p(-siblings), std::log(siblings) + pair.score.household);
  pair.weight = pair.score.match - other;
  pair.log_odds = pair.weight + std::log(beliefs.found_share / held) - std::log1p(-beliefs.found_share);
}

double Index::State::calibrated(double probability) const {
  const double bounded = std::clamp(probability, 1e-12, 1 - 1e-12);
  const double logit = std::log(bounded) - std::log1p(-bounded);
  return 1 / (1 + std::exp(-(model().calibration_slope * logit + model().calibration_shift)));
}

// Two records can both be the child only when they are one child themselves. Those that are form a group, and groups
// share out what certainty there is.
void Index::State::group_and_normalise(std::vector<Ranked>& pairs) const {
  size_t strong = 0;
  for (uint32_t i = 0; i < pairs.size(); ++i) {
    pairs[i].group = i;
    if (pairs[i].log_odds > grouped_log_odds_min && i < grouped_max) strong = i + 1;
  }
  const Scorer weigher = scorer();
  for (size_t j = 1; j < strong; ++j) {
    const Query other(store.particulars(pairs[j].slot, tokens), tokens);
    for (size_t i = 0; i < j; ++i) {
      if (pairs[i].group != i) continue;
      Ranked between;
      between.slot = pairs[i].slot;
      between.score = weigher.score(other, between.slot);
      weigh(between);
      if (between.log_odds <= one_child_log_odds_min) continue;
      pairs[j].group = pairs[i].group;
      break;
    }
  }
  // The best of each group stands for it; pairs are sorted, so that is the group's first.
  double total = 0;  // ln 1: that the child is not held
  for (uint32_t i = 0; i < pairs.size(); ++i)
    if (pairs[i].group == i) total = log_sum(total, pairs[i].log_odds);
  for (Ranked& pair : pairs) {
    const double best = pairs[pair.group].log_odds;
    // Leave the group's best out of the total and put this record in its place.
    const double others = best >= total ? -50 : total + std::log1p(-std::exp(best - total));
    pair.probability = calibrated(1 / (1 + std::exp(std::max(others, -50.0) - pair.log_odds)));
  }
}

void Index::State::rank(std::vector<Ranked>& pairs, const SearchOptions& options) const {
  std::ranges::sort(pairs, [this](const Ranked& a, const Ranked& b) {
    return a.log_odds != b.log_odds ? a.log_odds > b.log_odds : store.tag(a.slot).key < store.tag(b.slot).key;
  });
  if (pairs.size() > ranked_max) pairs.resize(ranked_max);
  if (options.exclusive) {
    group_and_normalise(pairs);
  } else {
    for (Ranked& pair : pairs) pair.probability = calibrated(1 / (1 + std::exp(-pair.log_odds)));
  }
  std::ranges::sort(pairs, [this](const Ranked& a, const Ranked& b) {
    if (a.probability != b.probability) return a.probability > b.probability;
    return a.log_odds != b.log_odds ? a.log_odds > b.log_odds : store.tag(a.slot).key < store.tag(b.slot).key;
  });
}

std::vector<Ranked> Index::State::gathered(const Query& query, const BlockTable& table,
                                           const SearchOptions& options) const {
  Gatherer gatherer(*this, query, options);
  gatherer.gather(table);
  gatherer.gather_near(table);
  return gatherer.take();
}

std::vector<Ranked> Index::State::ranked(const Query& query, const SearchOptions& options) const {
  std::vector<Ranked> pairs = gathered(query, blocks, options);
  if (!options.protect_restricted)
    std::ranges::copy(gathered(query, restricted_blocks, options), std::back_inserter(pairs));
  rank(pairs, options);
  return pairs;
}

// What is said of the others is said as if no restricted record were held: a restricted one is ranked among them, but
// they are not ranked beside it, and it takes nobody's place among the best.
std::vector<Candidate> Index::State::found(const Query& query, bool asks_with_address,
                                           const SearchOptions& options) const {
  if (!options.protect_restricted) return candidates(ranked(query, options), options, Which::all);
  std::vector<Ranked> all;
  if (!asks_with_address) all = gathered(query, restricted_blocks, options);
  const bool has_restricted = !all.empty();
  if (options.only_restricted && !has_restricted) return {};
  std::vector<Ranked> open = gathered(query, blocks, options);
  if (has_restricted) {
    all.insert(all.end(), open.begin(), open.end());
    rank(all, options);
  }
  if (options.only_restricted) return candidates(all, options, Which::restricted);
  rank(open, options);
  std::vector<Candidate> out = candidates(open, options, Which::all);
  if (!has_restricted) return out;
  std::ranges::move(candidates(all, options, Which::restricted), std::back_inserter(out));
  std::ranges::sort(out, [](const Candidate& a, const Candidate& b) {
    return a.probability != b.probability ? a.probability > b.probability : a.key < b.key;
  });
  return out;
}

std::vector<Candidate> Index::State::candidates(const std::vector<Ranked>& pairs, const SearchOptions& options,
                                                Which which) const {
  std::vector<Candidate> out;
  const Model& beliefs = model();
  double second = 0;
  for (const Ranked& pair : pairs)
    if (!pairs.empty() && pair.group != pairs[0].group) second = std::max(second, pair.probability);
  for (const Ranked& pair : pairs) {
    if (out.size() >= options.top) break;
    if (pair.probability < options.probability_min) continue;
    const bool is_restricted = store.is_restricted(pair.slot);
    if (which == Which::restricted && !is_restricted) continue;
    Candidate candidate;
    const RecordTag tag = store.tag(pair.slot);
    // A record that is being replaced may be met as it was and as it will be.
    if (std::ranges::any_of(out, [&](const Candidate& other) { return other.key == tag.key; })) continue;
    candidate.key = tag.key;
    candidate.owner = tag.owner;
    candidate.kind = tag.kind;
    candidate.is_restricted = is_restricted;
    candidate.probability = pair.probability;
    candidate.weight = pair.weight / ln_2;
    const bool is_clear = pair.group == pairs[0].group && pair.probability - second >= beliefs.clear_of_second;
    if (pair.probability >= beliefs.match_threshold && is_clear) {
      candidate.decision = Decision::match;
    } else if (pair.probability >= beliefs.review_threshold) {
      candidate.decision = Decision::review;
    }
    if (candidate.decision < options.decision_min) continue;
    if (options.with_evidence) candidate.evidence = evidence(pair);
    out.push_back(std::move(candidate));
  }
  return out;
}

std::vector<FieldEvidence> Index::State::evidence(const Ranked& pair) const {
  std::vector<FieldEvidence> out;
  for (size_t i = 0; i < fields; ++i) {
    const auto field = static_cast<Field>(i);
    const FieldScore& score = pair.score.field[i];
    const LevelInfo& info = level_info(field, score.level);
    out.push_back({std::string(field_name(field)), info.agreement, std::string(info.name),
                   static_cast<double>(score.match) / ln_2, std::string(info.words)});
  }
  // What is left of the weight is that the pair also looks like one household.
  const double household = (pair.weight - pair.score.match) / ln_2;
  if (household < -0.05)
    out.push_back({"household", Agreement::close, "household", household,
                   "The two could also be brothers or sisters: what a household shares counts for less."});
  return out;
}

}  // namespace matcher
