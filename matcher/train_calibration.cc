// What a probability means: learnt from pairs known by their UPN or by a label, and where there are none, from what is
// found of children who were taken away.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>

#include "matcher/trainer.h"

namespace matcher {
namespace {

constexpr double match_threshold_min = 0.80;
constexpr double match_threshold_max = 0.99;
constexpr double believed_min = 0.5;  // of a pair taken for one child without a label
constexpr size_t believed_questions_max = 3000;
constexpr size_t blind_questions_max = 3000;
constexpr size_t doubles_looked_at = 2;  // of a record that may be held several times
constexpr size_t believed_questions_min = 100;
constexpr double nothing_found = -9;  // log-odds of a candidate that is none
constexpr double doubtful_lead = 6;   // log-odds by which another beats the child of a label
constexpr double doubtful_min = 4;    // and how sure of itself that other is

double log_odds_of(double probability) {
  const double bounded = std::clamp(probability, 1e-6, 1 - 1e-6);
  return std::log(bounded) - std::log1p(-bounded);
}

// Neither the forename nor the date of birth is the child's.
bool differs_like_a_sibling(const PairScore& score) {
  return score.field[static_cast<size_t>(Field::forename)].level == static_cast<size_t>(ForenameLevel::different) &&
         score.field[static_cast<size_t>(Field::dob)].level >= static_cast<size_t>(DobLevel::month_year) &&
         score.field[static_cast<size_t>(Field::dob)].level != static_cast<size_t>(DobLevel::missing);
}

}  // namespace

Best Trainer::best_of(std::span<const Ranked> pairs) const {
  Best out;
  if (pairs.empty()) return out;
  const double held = std::max(model_.population_min, static_cast<double>(state_.population.records()));
  out.log_odds = log_odds_of(pairs[0].probability);
  out.is_of_household = pairs[0].score.household > std::log(held / model_.siblings_each);
  return out;
}

Trainer::Question Trainer::blinded(Question question) {
  question.particulars.fixed.upn = 0;
  std::erase_if(question.particulars.wides, [](const Wide& wide) { return wide.kind == WideKind::upn; });
  return question;
}

template <typename Work>
void Trainer::on_all(size_t count, const Work& work) const {
  std::atomic<size_t> next = 0;
  const auto run = [&](size_t thread) {
    for (size_t i = next++; i < count; i = next++) work(i, thread);
  };
  std::vector<std::jthread> pool;
  for (size_t i = 1; i < options_.threads; ++i) pool.emplace_back(run, i);
  run(0);
}

std::vector<Ranked> Trainer::asked_of_index(const Question& question, const SearchOptions& options) const {
  const Query query(question.particulars, state_.tokens);
  return state_.ranked(query, options);
}

// The record that the query's permanent UPN, or a label, says is the child; nothing when none or several.
std::optional<uint64_t> Trainer::known_match(const Question& question) const {
  if (question.label) return question.label;
  const uint64_t upn = question.particulars.fixed.upn;
  if ((upn & upn_permanent) == 0) return std::nullopt;
  Slot one = 0;
  std::optional<uint64_t> out;
  for (const Slot slot : state_.blocks.find(upn_key(upn), one)) {
    const uint64_t key = state_.store.tag(slot).key;
    if (state_.store.fixed(slot).upn != upn || question.own_key == key) continue;
    if (out) return std::nullopt;
    out = key;
  }
  return out;
}

std::vector<Trainer::Known> Trainer::known_questions() const {
  std::vector<Known> out;
  for (const auto* list : {&questions_, &further_}) {
    for (const Question& question : *list) {
      if (out.size() >= options_.labelled_max) return out;
      if (const auto truth = known_match(question)) out.push_back({&question, *truth});
    }
  }
  return out;
}

// Questions whose best candidate the model believes in; `best` gets the best of every question.
std::vector<Trainer::Known> Trainer::believed_questions(std::vector<Best>& best) const {
  best.assign(questions_.size(), Best());
  std::vector<std::optional<Known>> found(questions_.size());
  on_all(questions_.size(), [&](size_t i, size_t) {
    const auto pairs = asked_of_index(questions_[i], search_options(questions_[i]));
    best[i] = best_of(pairs);
    if (!pairs.empty() && pairs[0].probability >= believed_min)
      found[i] = {&questions_[i], state_.store.tag(pairs[0].slot).key, pairs[0].probability};
  });
  std::vector<Known> out;
  for (size_t i = 0; i < found.size() && out.size() < believed_questions_max; ++i)
    if (found[i]) out.push_back(*found[i]);
  return out;
}

std::vector<Best> Trainer::best_without_upn() const {
  std::vector<Best> out(std::min(questions_.size(), blind_questions_max));
  on_all(out.size(), [&](size_t i, size_t) {
    const Question& question = questions_[i * questions_.size() / out.size()];
    out[i] = best_of(asked_of_index(blinded(question), search_options(question)));
  });
  return out;
}

// A child held twice is still found once one record is taken away.
bool Trainer::is_held_twice(Slot one, Slot other) const {
  const Query query(state_.store.particulars(one, state_.tokens), state_.tokens);
  const PairScore score = state_.scorer().score(query, other);
  const auto level = [&](Field field) { return score.field[static_cast<size_t>(field)].level; };
  return level(Field::forename) <= static_cast<size_t>(ForenameLevel::typo) &&
         level(Field::surname) <= static_cast<size_t>(SurnameLevel::typo) &&
         level(Field::dob) == static_cast<size_t>(DobLevel::exact) &&
         level(Field::upn) != static_cast<size_t>(UpnLevel::different);
}

// What the model says of this child: once as it is, and once as if the child were not held.
void Trainer::sample_outcomes(const Known& known, bool without_upn, Outcomes& outcomes) const {
  const Question question = without_upn ? blinded(*known.question) : *known.question;
  SearchOptions options = search_options(question);
  const auto pairs = asked_of_index(question, options);
  const auto truth =
      std::ranges::find_if(pairs, [&](const Ranked& pair) { return state_.store.tag(pair.slot).key == known.truth; });
  // A UPN copied from a brother is not to teach that sure pairs are wrong.
  const double truth_odds = truth == pairs.end() ? nothing_found : truth->log_odds;
  if (!question.label && !pairs.empty() && pairs[0].log_odds > doubtful_min &&
      pairs[0].log_odds - truth_odds > doubtful_lead)
    return;
  if (!question.label && truth != pairs.end() && differs_like_a_sibling(truth->score)) return;
  const size_t wanted = question.own_key ? doubles_looked_at : 1;
  for (size_t i = 0; i < std::min(pairs.size(), wanted); ++i) {
    Best best = best_of(std::span(pairs).subspan(i));
    best.is_right = truth != pairs.end() && (&*truth == &pairs[i] || truth->group == pairs[i].group);
    best.weight = known.certainty;
    outcomes.held.push_back(best);
  }
  if (pairs.empty()) outcomes.held.emplace_back();
  if (question.own_key) return;
  options.exclude_key = known.truth;
  const auto others = asked_of_index(question, options);
  if (truth != pairs.end() && !others.empty() && is_held_twice(truth->slot, others[0].slot)) return;
  Best best = best_of(others);
  best.weight = known.certainty;
  outcomes.taken.push_back(best);
}

Trainer::Outcomes Trainer::outcomes_of(const std::vector<Known>& known, bool without_upn) const {
  std::vector<Outcomes> parts(options_.threads);
  on_all(known.size(), [&](size_t i, size_t thread) { sample_outcomes(known[i], without_upn, parts[thread]); });
  Outcomes out;
  for (const Outcomes& part : parts) {
    out.held.insert(out.held.end(), part.held.begin(), part.held.end());
    out.taken.insert(out.taken.end(), part.taken.begin(), part.taken.end());
  }
  return out;
}

void Trainer::set_threshold() {
  std::vector<double> best(std::min(questions_.size(), options_.labelled_max), 0.0);
  on_all(best.size(), [&](size_t i, size_t) {
    const Question& question = questions_[i * questions_.size() / best.size()];
    const auto pairs = asked_of_index(question, search_options(question));
    if (pairs.empty()) return;
    const double log_odds = std::log(pairs[0].probability) - std::log1p(-pairs[0].probability);
    best[i] = 1 / (1 + std::exp(-(model_.calibration_slope * log_odds + model_.calibration_shift)));
  });
  model_.match_threshold =
      std::clamp(threshold_for(options_.precision, std::move(best)), match_threshold_min, match_threshold_max);
}

void Trainer::calibrate_by_labels(const std::vector<Known>& known, TrainingReport& report) {
  const Outcomes outcomes = outcomes_of(known, true);
  Calibration calibration;
  const auto add = [&](const Best& best, double weight) {
    calibration.add(1 / (1 + std::exp(-best.log_odds)), best.is_right, weight);
  };
  if (outcomes.taken.empty()) {
    for (const Best& best : outcomes.held) add(best, 1);
  } else {
    const Shares shares = estimated_shares(outcomes.held, outcomes.taken, best_without_upn());
    std::array<double, 2> absent{};
    for (const Best& best : outcomes.taken) ++absent[best.is_of_household ? 1 : 0];
    const auto count = static_cast<double>(outcomes.held.size());
    for (const Best& best : outcomes.held) add(best, shares.held);
    for (const Best& best : outcomes.taken) {
      const size_t kind = best.is_of_household ? 1 : 0;
      add(best, shares.absent[kind] * count / absent[kind]);
    }
  }
  const Calibration::Curve curve = calibration.fitted();
  model_.calibration_slope = curve.slope;
  model_.calibration_shift = curve.shift;
  report.calibration_error = calibration.expected_error(curve);
  set_threshold();
}

// Without labels: of the children whom the model believes to have found, the record found is taken away, and what is
// then found best shows what absent children find. The best candidates of all questions are a mixture of these and of
// right ones.
void Trainer::calibrate_by_absence(TrainingReport&) {
  std::vector<Best> best;
  const std::vector<Known> believed = believed_questions(best);
  if (believed.size() < believed_questions_min || questions_[0].own_key) return;
  const Outcomes outcomes = outcomes_of(believed, false);
  const Calibration::Curve curve = fitted_to_absence(best, outcomes.taken);
  model_.calibration_slope = curve.slope;
  model_.calibration_shift = curve.shift;
  set_threshold();
}

Model Trainer::calibrated(TrainingReport& report) {
  const Epochs::Reading reading = state_.epochs.read();
  const std::vector<Known> known = known_questions();
  report.labelled = known.size();
  report.found_share = model_.found_share;
  if (known.size() >= options_.labelled_min) {
    calibrate_by_labels(known, report);
  } else if (!questions_.empty()) {
    calibrate_by_absence(report);
  }
  return model_;
}

}  // namespace matcher
