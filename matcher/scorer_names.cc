// How the names of two records agree, and how likely they would agree so by chance.
#include <algorithm>
#include <cmath>
#include <string>

#include "matcher/scorer.h"

namespace matcher {
namespace {

// How many other names an error of this size could have made: an error that makes a common name is little evidence,
// one that makes a name nobody has is much.
constexpr double alternatives_sounds = 8;
constexpr double alternatives_typo = 10;
constexpr double alternatives_weak = 30;
constexpr double alike_chance_max = 0.5;
constexpr double initial_chance = 0.06;
constexpr double lift_max = 100;
constexpr double swapped_records_share = 0.03;
constexpr double swapped_surname_share = 0.9;  // of the surname, once the forename is seen to be exchanged

double log_ratio(double share, double chance) {
  return std::log(std::max(share, 1e-9) / std::max(chance, 1e-12));
}

constexpr bool is_good(Likeness likeness) {
  return likeness <= Likeness::sounds;
}
constexpr bool is_fair(Likeness likeness) {
  return likeness <= Likeness::typo;
}

// What came of laying the words of two names side by side, the shorter name's words each to its best.
struct Alignment {
  size_t found = 0;
  size_t wanted = 0;
  bool same_length = false;
  Likeness worst = Likeness::exact;
  double chance = 1;
};

std::string joined(const std::vector<QueryWord>& words) {
  std::string out;
  for (const QueryWord& word : words) out += word.text();
  return out;
}

template <typename List>
std::string joined(const List& list, const TokenTable& tokens) {
  std::string out;
  for (const TokenId id : list) out += tokens.text(id);
  return out;
}

// Anna Maria and Annamaria: equal once the blanks are out, or one slip apart.
template <typename List>
bool joined_alike(const std::vector<QueryWord>& mine, const List& theirs, const TokenTable& tokens) {
  if (mine.size() == 1 && theirs.count == 1) return false;
  const std::string a = joined(mine);
  const std::string b = joined(theirs, tokens);
  return a.size() >= 6 && PreparedWord(a).osa_distance(b, 1) <= 1;
}

template <typename List, typename ChanceOf>
Alignment aligned(const std::vector<QueryWord>& mine, const List& theirs, const TokenTable& tokens,
                  const ChanceOf& chance_of) {
  Alignment out;
  out.wanted = std::min(mine.size(), theirs.count);
  out.same_length = mine.size() == theirs.count;
  std::array<bool, 4> used{};
  for (const QueryWord& word : mine) {
    Likeness best = Likeness::different;
    size_t at = 0;
    for (size_t j = 0; j < theirs.count; ++j) {
      const Likeness likeness = used[j] ? Likeness::different : word.likeness(theirs.token[j], tokens);
      if (likeness < best) {
        best = likeness;
        at = j;
      }
    }
    if (best == Likeness::different) continue;
    used[at] = true;
    ++out.found;
    out.worst = std::max(out.worst, best);
    const double chance = chance_of(best, word, theirs.token[at]);
    // Further words of one name come with the first, so they count for less.
    out.chance *= out.found == 1 ? chance : std::sqrt(chance);
  }
  return out;
}

}  // namespace

double Scorer::chance(Likeness likeness, const QueryWord& word, TokenId other, Usage usage) const {
  const double mine = population_.name(tokens_, word, usage);
  const double theirs = population_.name(tokens_, other, usage);
  const double larger = std::max(mine, theirs);
  const double smaller = std::min(mine, theirs);
  switch (likeness) {
    case Likeness::exact: return theirs;
    case Likeness::variant: {
      const NameClass name_class = shared_class(word.classes(), tokens_.classes(other));
      return std::min(alike_chance_max, std::max(mine + theirs, population_.name_class(tokens_, name_class, usage)));
    }
    case Likeness::sounds: return std::min(alike_chance_max, larger + alternatives_sounds * smaller);
    case Likeness::typo: return std::min(alike_chance_max, larger + alternatives_typo * smaller);
    case Likeness::weak: return std::min(alike_chance_max, larger + alternatives_weak * smaller);
    case Likeness::initial: return initial_chance;
    case Likeness::different: break;
  }
  return 1;
}

Scorer::Named Scorer::forename(const Query& query, const StoredWords& words) const {
  using enum ForenameLevel;
  const bool mine = !query.forenames.empty() || !query.forenames_alt.empty();
  const bool theirs = !words.forenames.empty() || !words.forenames_alt.empty();
  if (!mine || !theirs) return {static_cast<size_t>(missing), 1};
  const auto chance_of = [this](Likeness l, const QueryWord& w, TokenId t) { return chance(l, w, t, Usage::forename); };
  Named best{static_cast<size_t>(different), model_.share(Field::forename, static_cast<size_t>(different)).unrelated};
  const auto consider = [&](ForenameLevel level, double level_chance) {
    const auto at = [&](size_t l) { return model_.share(Field::forename, l).match; };
    if (log_ratio(at(static_cast<size_t>(level)), level_chance) > log_ratio(at(best.level), best.chance))
      best = {static_cast<size_t>(level), level_chance};
  };
  const Alignment found = aligned(query.forenames, words.forenames, tokens_, chance_of);
  if (found.found > 0 && found.found == found.wanted) {
    const bool is_subset = !found.same_length && is_fair(found.worst);
    best = {is_subset ? static_cast<size_t>(subset) : static_cast<size_t>(found.worst),
            found.chance * (is_subset ? 1.5 : 1.0)};
  } else if (found.found > 0) {
    best = {static_cast<size_t>(part), std::min(1.0, found.chance * 2)};
  }
  if (best.level == static_cast<size_t>(exact)) return best;
  if (joined_alike(query.forenames, words.forenames, tokens_)) consider(sounds, 1e-4);
  const auto cross = [&](const std::vector<QueryWord>& a, const auto& b) {
    for (const QueryWord& word : a)
      for (const TokenId other : b)
        if (const Likeness l = word.likeness(other, tokens_); is_good(l))
          consider(alternative, 2 * chance(l, word, other, Usage::forename));
  };
  cross(query.forenames, words.forenames_alt);
  cross(query.forenames, words.middles);
  cross(query.forenames_alt, words.forenames);
  cross(query.forenames_alt, words.forenames_alt);
  cross(query.middles, words.forenames);
  if (const double exchanged = exchanged_with_middle(query, words); exchanged < 1) consider(alternative, exchanged);
  return best;
}

// The chance that forename and middle name are each the other's; 1 when they are not.
double Scorer::exchanged_with_middle(const Query& query, const StoredWords& words) const {
  const auto best = [&](const std::vector<QueryWord>& mine, const auto& theirs) {
    double out = 1;
    for (const QueryWord& word : mine)
      for (const TokenId other : theirs)
        if (const Likeness l = word.likeness(other, tokens_); is_good(l))
          out = std::min(out, chance(l, word, other, Usage::forename));
    return out;
  };
  const double first = best(query.forenames, words.middles);
  const double second = best(query.middles, words.forenames);
  return first < 1 && second < 1 ? 2 * first * std::sqrt(second) : 1;
}

Scorer::Named Scorer::surname(const Query& query, const StoredWords& words) const {
  using enum SurnameLevel;
  const bool mine = !query.surnames.empty() || !query.surnames_alt.empty();
  const bool theirs = !words.surnames.empty() || !words.surnames_alt.empty();
  if (!mine || !theirs) return {static_cast<size_t>(missing), 1};
  const auto chance_of = [this](Likeness l, const QueryWord& w, TokenId t) { return chance(l, w, t, Usage::surname); };
  Named best{static_cast<size_t>(different), model_.share(Field::surname, static_cast<size_t>(different)).unrelated};
  const auto consider = [&](SurnameLevel level, double level_chance) {
    const auto at = [&](size_t l) { return model_.share(Field::surname, l).match; };
    if (log_ratio(at(static_cast<size_t>(level)), level_chance) > log_ratio(at(best.level), best.chance))
      best = {static_cast<size_t>(level), level_chance};
  };
  const Alignment found = aligned(query.surnames, words.surnames, tokens_, chance_of);
  if (found.found > 0 && found.found == found.wanted) {
    if (!found.same_length && is_fair(found.worst)) {
      best = {static_cast<size_t>(subset), std::min(1.0, found.chance * 2)};
    } else {
      best = {std::min(static_cast<size_t>(found.worst), static_cast<size_t>(weak)), found.chance};
    }
  } else if (found.found > 0) {
    best = {static_cast<size_t>(part), std::min(1.0, found.chance * 3)};
  }
  if (best.level == static_cast<size_t>(exact)) return best;
  if (joined_alike(query.surnames, words.surnames, tokens_)) consider(sounds, 1e-4);
  const auto cross = [&](SurnameLevel level, const std::vector<QueryWord>& a, const auto& b, double factor) {
    for (const QueryWord& word : a)
      for (const TokenId other : b)
        if (const Likeness l = word.likeness(other, tokens_); is_good(l))
          consider(level, factor * chance(l, word, other, Usage::surname));
  };
  cross(alternative, query.surnames, words.surnames_alt, 2);
  cross(alternative, query.surnames_alt, words.surnames, 2);
  cross(alternative, query.surnames_alt, words.surnames_alt, 2);
  cross(guardian, query.surnames, words.guardian_surnames, 3);
  cross(guardian, query.guardian_surnames, words.surnames, 3);
  return best;
}

Scorer::Named Scorer::middle(const Query& query, const StoredWords& words) const {
  using enum MiddleLevel;
  if (query.middles.empty() || words.middles.empty()) return {static_cast<size_t>(missing), 1};
  Named best{static_cast<size_t>(different),
             model_.share(Field::middle_names, static_cast<size_t>(different)).unrelated};
  for (const QueryWord& word : query.middles) {
    for (const TokenId other : words.middles) {
      const Likeness likeness = word.likeness(other, tokens_);
      if (likeness == Likeness::different || likeness == Likeness::weak) continue;
      const MiddleLevel level = likeness == Likeness::exact ? exact : likeness == Likeness::initial ? initial : close;
      if (static_cast<size_t>(level) >= best.level) continue;
      best = {static_cast<size_t>(level), std::max(0.004, chance(likeness, word, other, Usage::forename))};
    }
  }
  return best;
}

// Forename and surname exchanged: both ways, or one way where the other name is missing.
bool Scorer::swapped(const Query& query, const StoredWords& words, Named& forename, Named& surname) const {
  const auto best = [&](const std::vector<QueryWord>& mine, const auto& theirs, Usage usage) {
    double out = 1;
    for (const QueryWord& word : mine)
      for (const TokenId other : theirs)
        if (const Likeness l = word.likeness(other, tokens_); is_fair(l))
          out = std::min(out, chance(l, word, other, usage));
    return out;
  };
  double forename_chance = best(query.forenames, words.surnames, Usage::surname);
  const double surname_chance = best(query.surnames, words.forenames, Usage::forename);
  const bool one_way =
      query.forenames.empty() || query.surnames.empty() || words.forenames.empty() || words.surnames.empty();
  const bool is_found = one_way ? forename_chance < 1 || surname_chance < 1 : forename_chance < 1 && surname_chance < 1;
  if (!is_found) return false;
  // Another child's record may be written the wrong way round too, and then its names are as common as any.
  const double both = forename_chance * surname_chance;
  const double both_turned = swapped_records_share * best(query.forenames, words.surnames, Usage::forename) *
                             best(query.surnames, words.forenames, Usage::surname);
  forename_chance = std::max(forename_chance, (both + both_turned) / std::max(surname_chance, 1e-12));
  forename_chance = std::min(1.0, forename_chance);
  const auto level = static_cast<size_t>(ForenameLevel::swapped);
  const double gain = log_ratio(model_.share(Field::forename, level).match, forename_chance) +
                      log_ratio(swapped_surname_share, surname_chance);
  const double now = log_ratio(model_.share(Field::forename, forename.level).match, forename.chance) +
                     log_ratio(model_.share(Field::surname, surname.level).match, surname.chance);
  if (gain <= now) return false;
  forename = {level, forename_chance};
  surname = {static_cast<size_t>(SurnameLevel::swapped), surname_chance};
  return true;
}

// Names come in pairs: Mohammed with Khan more often than their shares multiplied. The records held tell how often.
double Scorer::lift(const Query& query, const StoredWords& words, const Named& forename, const Named& surname) const {
  if (forename.level > static_cast<size_t>(ForenameLevel::sounds) || words.forenames.empty()) return 1;
  if (surname.level > static_cast<size_t>(SurnameLevel::sounds) || words.surnames.empty()) return 1;
  static_cast<void>(query);
  const uint64_t key =
      name_pair_key(tokens_.skeleton(words.forenames.token[0]), tokens_.skeleton(words.surnames.token[0]));
  const auto bearers = static_cast<double>(blocks_.count(key));
  const double expected = static_cast<double>(population_.records()) * forename.chance * surname.chance;
  return std::clamp(bearers / (expected + 1), 1.0, lift_max);
}

void Scorer::score_names(const Query& query, const StoredWords& words, PairScore& out) const {
  Named first = forename(query, words);
  Named last = surname(query, words);
  const auto is_poor = [](size_t level, size_t different) { return level >= different; };
  if (is_poor(first.level, static_cast<size_t>(ForenameLevel::part)) &&
      is_poor(last.level, static_cast<size_t>(SurnameLevel::part)))
    swapped(query, words, first, last);
  // The pair's lift is put down to the surname, whose chance it raises.
  last.chance = std::min(1.0, last.chance * lift(query, words, first, last));
  set(out, Field::forename, first.level, first.chance);
  set(out, Field::surname, last.level, last.chance);
  // A middle name used as the forename is told once, there.
  const bool is_told = first.level == static_cast<size_t>(ForenameLevel::alternative);
  const Named between = is_told ? Named{missing_level(Field::middle_names), 1} : middle(query, words);
  set(out, Field::middle_names, between.level, between.chance);
}

Scorer::Touch Scorer::touched(const Query& query, Slot slot, bool one_is_enough) const {
  Touch out;
  const auto any = [&](const std::vector<QueryWord>& words, TokenId token) {
    return std::ranges::any_of(words,
                               [&](const QueryWord& word) { return word.likeness(token, tokens_) <= Likeness::weak; });
  };
  for (const RecordStore::Element element : store_.elements(slot)) {
    const Role role = RecordStore::role_of(element);
    if (!is_forename_role(role) && !is_surname_role(role)) break;  // names stand first
    const TokenId token = RecordStore::token_of(element);
    out.forename = out.forename || any(query.forenames, token) || any(query.forenames_alt, token);
    out.surname = out.surname || any(query.surnames, token) || any(query.surnames_alt, token);
    if (one_is_enough ? out.forename || out.surname : out.forename && out.surname) break;
  }
  return out;
}

}  // namespace matcher
