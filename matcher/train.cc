#include "matcher/train.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "matcher/trainer.h"

namespace matcher {
namespace {

constexpr size_t pairs_each_max = 16;
constexpr double share_min = 2e-4;
constexpr double found_prior_queries = 20;
constexpr size_t further_queries = 4;         // times as many are looked through for UPNs to calibrate by
constexpr double anchors_min = 150;           // pairs known by their UPN from which on they teach alone
constexpr double unanchored_weight = 0.0;     // of a pair that only the model itself believes in
constexpr double different_growth_max = 1.6;  // without anchors: disagreement is not believed to be much commoner
// The shares that are conditional on something else than that both records tell are left as the model has them.
bool is_learnt(Field field, size_t level) {
  if (field == Field::forename)
    return level != static_cast<size_t>(ForenameLevel::variant) && level != static_cast<size_t>(ForenameLevel::initial);
  if (field == Field::middle_names) return level != static_cast<size_t>(MiddleLevel::initial);
  if (field == Field::surname)
    return level != static_cast<size_t>(SurnameLevel::variant) && level != static_cast<size_t>(SurnameLevel::swapped);
  return field != Field::dob ||
         (level != static_cast<size_t>(DobLevel::partial) && level != static_cast<size_t>(DobLevel::default_date));
}

bool is_name_or_date(Field field) {
  return field == Field::forename || field == Field::surname || field == Field::dob;
}

Pattern pattern_of(const Ranked& pair, const Model& model) {
  Pattern out;
  for (size_t i = 0; i < fields; ++i) {
    const FieldScore& score = pair.score.field[i];
    out.level[i] = score.level;
    const double share = std::max(model.share(static_cast<Field>(i), score.level).match, 1e-6);
    out.log_chance[i] =
        score.match == 0 && score.household == 0 ? 0.0F : static_cast<float>(std::log(share)) - score.match;
  }
  const auto level = [&](Field field) { return out.level[static_cast<size_t>(field)]; };
  const bool is_sibling_like = level(Field::forename) == static_cast<size_t>(ForenameLevel::different) &&
                               level(Field::dob) >= static_cast<size_t>(DobLevel::month_year);
  out.is_anchor = level(Field::upn) == static_cast<size_t>(UpnLevel::equal) && !is_sibling_like;
  return out;
}

}  // namespace

void Trainer::ask(std::span<const PupilRecord> queries) {
  const Epochs::Reading reading = state_.epochs.read();
  const size_t wanted = std::min(queries.size(), options_.queries_max);
  std::vector<std::optional<uint64_t>> labels(queries.size());
  for (const auto& [query, key] : options_.labels)
    if (query < labels.size()) labels[query] = key;
  for (size_t i = 0; i < wanted; ++i) {
    const size_t at = i * queries.size() / wanted;
    questions_.push_back({particulars_of(queries[at]), std::nullopt, labels[at]});
  }
  if (wanted == queries.size()) return;
  const size_t more = std::min(queries.size(), wanted * further_queries);
  for (size_t i = 0; i < more && further_.size() < options_.labelled_max; ++i) {
    const size_t at = (i * queries.size() + queries.size() / 2) / more;
    if (queries[at].upn.empty() && !labels[at]) continue;
    further_.push_back({particulars_of(queries[at]), std::nullopt, labels[at]});
  }
}

void Trainer::ask_held(std::span<const uint64_t> keys) {
  const Epochs::Reading reading = state_.epochs.read();
  const size_t wanted = std::min(keys.size(), options_.queries_max);
  for (size_t i = 0; i < wanted; ++i) {
    const uint64_t key = keys[i * keys.size() / wanted];
    if (const auto slot = state_.store.find(key))
      questions_.push_back({state_.store.particulars(*slot, state_.tokens), key, std::nullopt});
  }
}

SearchOptions Trainer::search_options(const Question& question) const {
  SearchOptions out;
  out.exclude_key = question.own_key;
  out.exclusive = !question.own_key;
  return out;
}

void Trainer::ask_all() {
  const Epochs::Reading reading = state_.epochs.read();
  asked_.resize(questions_.size());
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t i = next++; i < questions_.size(); i = next++) {
      const Query query(questions_[i].particulars, state_.tokens);
      const auto pairs = state_.ranked(query, search_options(questions_[i]));
      asked_[i].is_exclusive = !questions_[i].own_key;
      for (const Ranked& pair : pairs) {
        if (asked_[i].patterns.size() >= pairs_each_max) break;
        asked_[i].patterns.push_back(pattern_of(pair, state_.model()));
        const bool is_label = questions_[i].label && state_.store.tag(pair.slot).key == *questions_[i].label;
        asked_[i].patterns.back().is_label = is_label;
        asked_[i].has_label |= is_label;
      }
    }
  };
  std::vector<std::jthread> pool;
  for (size_t i = 1; i < options_.threads; ++i) pool.emplace_back(run);
  run();
}

void Trainer::weigh(Pattern& pattern) const {
  pattern.match = 0;
  pattern.household = 0;
  for (size_t i = 0; i < fields; ++i) {
    const auto field = static_cast<Field>(i);
    if (pattern.level[i] == missing_level(field)) continue;
    const double share = std::max(model_.share(field, pattern.level[i]).match, 1e-6);
    const double match = std::log(share) - static_cast<double>(pattern.log_chance[i]);
    pattern.match += match;
    pattern.household += household_ratio(model_, field, pattern.level[i], match);
  }
}

// How probable each pair is one child, one household or neither, given that at most one candidate is the child.
void Trainer::expect() {
  const double held = std::max(model_.population_min, static_cast<double>(state_.population.records()));
  const double siblings = model_.siblings_each / (held + model_.siblings_each);
  for (Asked& asked : asked_) {
    // Doubles do not exclude each other, so each stands against not being one alone.
    double total = 1 - model_.found_share;
    for (Pattern& pattern : asked.patterns) {
      weigh(pattern);
      const double household = siblings * std::exp(std::min(pattern.household, 500.0));
      const double other = (1 - siblings) + household;
      pattern.household_posterior = household / other;
      pattern.posterior = model_.found_share / held * std::exp(std::min(pattern.match, 500.0)) / other;
      total += pattern.posterior;
    }
    for (Pattern& pattern : asked.patterns) {
      if (asked.has_label) {
        pattern.posterior = pattern.is_label ? 1.0 : 0.0;
      } else {
        pattern.posterior /= asked.is_exclusive ? total : 1 - model_.found_share + pattern.posterior;
      }
      pattern.household_posterior *= 1 - pattern.posterior;
    }
  }
}

void Trainer::learn_field(size_t number) {
  const auto field = static_cast<Field>(number);
  const size_t missing = missing_level(field);
  std::array<double, levels_max> matches{};
  for (const Asked& asked : asked_) {
    for (const Pattern& pattern : asked.patterns) {
      // The UPN itself cannot be learnt from pairs that were chosen by it.
      const bool is_taught = anchored_ && field != Field::upn;
      const double weight = is_taught && !pattern.is_anchor && !pattern.is_label ? unanchored_weight : 1.0;
      matches[pattern.level[number]] += weight * pattern.posterior;
    }
  }
  double total = 0;
  double prior_total = 0;
  for (size_t level = 0; level < missing; ++level) {
    if (!is_learnt(field, level)) continue;
    total += matches[level];
    prior_total += default_model().share(field, level).match;
  }
  for (size_t level = 0; level < missing; ++level) {
    if (!is_learnt(field, level)) continue;
    LevelShare& share = model_.share(field, level);
    const LevelShare& prior = default_model().share(field, level);
    const double believed = options_.prior_pairs * prior.match / prior_total;
    share.match = std::max(share_min, (matches[level] + believed) / (total + options_.prior_pairs));
    if (!anchored_ && level_info(field, level).agreement == Agreement::different && is_name_or_date(field))
      share.match = std::min(share.match, different_growth_max * prior.match);
  }
}

void Trainer::maximise() {
  double found = 0;
  double households = 0;
  for (const Asked& asked : asked_) {
    for (const Pattern& pattern : asked.patterns) {
      found += pattern.posterior;
      households += pattern.household_posterior;
    }
  }
  const auto count = static_cast<double>(asked_.size());
  const Model& prior = default_model();
  model_.found_share =
      std::clamp((found + found_prior_queries * prior.found_share) / (count + found_prior_queries), 0.001, 0.98);
  model_.siblings_each =
      std::clamp((households + found_prior_queries * prior.siblings_each) / (count + found_prior_queries), 0.02, 4.0);
  for (size_t field = 0; field < fields; ++field) learn_field(field);
}

Model Trainer::learn() {
  learn_households();
  ask_all();
  double anchors = 0;
  for (const Asked& asked : asked_)
    for (const Pattern& pattern : asked.patterns) anchors += pattern.is_anchor || pattern.is_label ? 1 : 0;
  anchored_ = anchors >= anchors_min;
  for (size_t i = 0; i < options_.iterations; ++i) {
    expect();
    maximise();
  }
  return model_;
}

namespace {

void fit(Index& index, const TrainingOptions& options, TrainingReport* report, const auto& ask) {
  TrainingReport own;
  TrainingReport& told = report != nullptr ? *report : own;
  Trainer learner(index, options);
  ask(learner);
  told.queries = learner.asked();
  if (learner.asked() < options.queries_min) return;
  Model model = learner.learn();
  model.name = index.model().name + "+data";
  model.calibration_slope = 1;
  model.calibration_shift = 0;
  index.set_model(model);
  Trainer calibrator(index, options);
  ask(calibrator);
  index.set_model(calibrator.calibrated(told));
}

}  // namespace

void fit(Index& index, std::span<const PupilRecord> queries, const TrainingOptions& options, TrainingReport* report) {
  fit(index, options, report, [&](Trainer& trainer) { trainer.ask(queries); });
}

void fit_held(Index& index, std::span<const uint64_t> keys, const TrainingOptions& options, TrainingReport* report) {
  fit(index, options, report, [&](Trainer& trainer) { trainer.ask_held(keys); });
}

}  // namespace matcher
