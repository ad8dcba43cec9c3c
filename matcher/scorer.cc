#include "matcher/scorer.h"

#include <algorithm>
#include <cmath>

#include "matcher/levels.h"
#include "matcher/normalise.h"

namespace matcher {
namespace {

constexpr double household_closeness = 2;     // siblings' close names against those of strangers
constexpr double siblings_household_min = 3;  // ln of how much likelier of a household than of strangers
constexpr double house_chance = 0.02;
constexpr double house_in_postcode_chance = 0.07;
constexpr double street_in_postcode_chance = 0.9;
constexpr double town_in_district_chance = 0.8;
constexpr double street_found_min = 0.7;  // of a street's information, for it to be the same street
constexpr double street_some_min = 0.4;
constexpr double postcode_prior_share = 2e-6;
constexpr double dob_prior_share = 2e-4;
constexpr double guardian_surname_chance = 0.75;  // once the children's surnames agree

template <typename Level>
constexpr size_t number(Level level) {
  return static_cast<size_t>(level);
}

// One slip apart is one town, but Sector 11 is not Sector 12.
bool is_same_town(const QueryWord& mine, TokenId theirs, const TokenTable& tokens) {
  const Likeness likeness = mine.likeness(theirs, tokens);
  if (likeness == Likeness::exact) return true;
  return likeness <= Likeness::typo && digits_of(mine.text()) == digits_of(tokens.text(theirs));
}

}  // namespace

bool PairScore::looks_like_siblings() const {
  const auto level = [this](Field of) { return field[number(of)].level; };
  const auto forename = static_cast<ForenameLevel>(level(Field::forename));
  const auto dob = static_cast<DobLevel>(level(Field::dob));
  const bool differs = forename == ForenameLevel::weak || forename == ForenameLevel::part ||
                       forename == ForenameLevel::different || dob == DobLevel::year || dob == DobLevel::different ||
                       static_cast<SexLevel>(level(Field::sex)) == SexLevel::different;
  return differs && household > siblings_household_min;
}

StoredWords stored_words(std::span<const RecordStore::Element> elements) {
  StoredWords out;
  for (size_t i = 0; i < elements.size(); ++i) {
    const TokenId token = RecordStore::token_of(elements[i]);
    switch (RecordStore::role_of(elements[i])) {
      case Role::forename: out.forenames.add(token); break;
      case Role::preferred_forename:
      case Role::former_forename: out.forenames_alt.add(token); break;
      case Role::middle: out.middles.add(token); break;
      case Role::surname: out.surnames.add(token); break;
      case Role::preferred_surname:
      case Role::former_surname: out.surnames_alt.add(token); break;
      case Role::guardian_forename:
        if (out.guardian_forenames.count == out.guardian_surnames.count) out.guardian_forenames.add(token);
        break;
      case Role::guardian_surname:
        if (out.guardian_forenames.count == out.guardian_surnames.count)
          out.guardian_forenames.add(StoredWords::no_token);
        out.guardian_surnames.add(token);
        break;
      case Role::street: out.streets.add(token); break;
      case Role::house: out.houses.add(token); break;
      case Role::town: out.towns.add(token); break;
      case Role::extra: out.extras.add(token); break;
      case Role::wide:
        out.wides.add(static_cast<TokenId>(i));
        i += 2;
        break;
    }
  }
  return out;
}

// Either they share the very thing, and agree as a child does with itself, or they agree as strangers do. Names that
// are close without being shared are commoner within a family than outside it.
double household_ratio(const Model& model, Field field, size_t level, double match) {
  const double shared = model.shared(field);
  const bool is_close = field == Field::forename && level_info(field, level).agreement == Agreement::close;
  return std::log(shared * std::exp(match) + (1 - shared) * (is_close ? household_closeness : 1.0));
}

void Scorer::set(PairScore& out, Field field, size_t level, double chance) const {
  FieldScore& score = out.field[number(field)];
  score.level = static_cast<uint8_t>(level);
  if (level == missing_level(field)) return;
  Remembered& known = remembered_[number(field)][level];
  if (known.chance != chance) {
    const double share = std::max(model_.share(field, level).match, 1e-6);
    known.chance = chance;
    known.match = static_cast<float>(std::log(share / std::max(chance, 1e-10)));
    known.household = static_cast<float>(household_ratio(model_, field, level, static_cast<double>(known.match)));
  }
  score.match = known.match;
  score.household = known.household;
  out.match += static_cast<double>(score.match);
  out.household += static_cast<double>(score.household);
}

void Scorer::score_guardian(const Query& query, const StoredWords& words, PairScore& out) const {
  using enum GuardianLevel;
  size_t best = number(missing);
  double best_chance = 1;
  const bool surnames_agree = out.field[number(Field::surname)].level <= number(SurnameLevel::weak);
  for (size_t i = 0; i < query.guardian_surnames.size(); ++i) {
    for (size_t j = 0; j < words.guardian_surnames.count; ++j) {
      const QueryWord& surname = query.guardian_surnames[i];
      const QueryWord& forename = query.guardian_forenames[i];
      const TokenId their_surname = words.guardian_surnames.token[j];
      const TokenId their_forename = words.guardian_forenames.token[j];
      const Likeness last = surname.likeness(their_surname, tokens_);
      const bool first_known = !forename.text().empty() && their_forename != StoredWords::no_token;
      const Likeness first = first_known ? forename.likeness(their_forename, tokens_) : Likeness::different;
      const double last_chance =
          surnames_agree ? guardian_surname_chance : chance(last, surname, their_surname, Usage::guardian);
      const double first_chance = first_known ? chance(first, forename, their_forename, Usage::guardian) : 1;
      const bool last_fair = last <= Likeness::typo;
      const bool first_fair = first_known && first <= Likeness::typo;
      size_t level = number(different);
      double level_chance = model_.share(Field::guardian, number(different)).unrelated;
      if (last_fair && first_fair) {
        level = number(last == Likeness::exact && first == Likeness::exact ? exact : close);
        level_chance = last_chance * first_chance;
      } else if (first_fair || (first == Likeness::initial && last_fair)) {
        level = number(GuardianLevel::forename);
        level_chance = std::min(1.0, first_chance);
      } else if (last_fair) {
        level = number(GuardianLevel::surname);
        level_chance = last_chance;
      }
      if (level < best) {
        best = level;
        best_chance = level_chance;
      }
    }
  }
  set(out, Field::guardian, best, best_chance);
}

void Scorer::score_numbers(const Query& query, Slot slot, const StoredWords& words, PairScore& out) const {
  const Fixed& fixed = store_.fixed(slot);
  const auto elements = store_.elements(slot);
  UpnLevel upn = upn_level(query.fixed.upn, fixed.upn);
  PhoneLevel phone = phone_level(query.fixed.phone, fixed.phone);
  const auto former = [&](uint64_t a, uint64_t b) {
    if (a != 0 && b != 0 && (a & upn_text_mask) == (b & upn_text_mask) && upn > UpnLevel::former)
      upn = UpnLevel::former;
  };
  const auto other_phone = [&](uint64_t a, uint64_t b) { phone = std::min(phone, phone_level(a, b)); };
  for (const Wide& mine : query.wides) {
    if (mine.kind == WideKind::upn) former(mine.value, fixed.upn);
    if (mine.kind == WideKind::phone) other_phone(mine.value, fixed.phone);
  }
  for (const TokenId at : words.wides) {
    const auto kind = static_cast<WideKind>(RecordStore::token_of(elements[at]));
    const uint64_t theirs = (uint64_t{elements[at + 1]} << 32) | elements[at + 2];
    if (kind == WideKind::upn) former(query.fixed.upn, theirs);
    if (kind == WideKind::phone) other_phone(query.fixed.phone, theirs);
    for (const Wide& mine : query.wides) {
      if (mine.kind != kind) continue;
      if (kind == WideKind::upn) former(mine.value, theirs);
      if (kind == WideKind::phone) other_phone(mine.value, theirs);
    }
  }
  set(out, Field::upn, number(upn), model_.share(Field::upn, number(upn)).unrelated);
  set(out, Field::phone, number(phone), model_.share(Field::phone, number(phone)).unrelated);

  // The record itself does not make its own values commoner; a restricted one is not among those counted.
  const ptrdiff_t own = store_.is_restricted(slot) ? 0 : 1;
  const DobLevel dob = date_level(query.fixed.dob, fixed.dob);
  double dob_chance = population_.level_chance(Field::dob, number(dob), model_);
  if (dob == DobLevel::exact) {
    dob_chance = population_.share_of(static_cast<ptrdiff_t>(blocks_.count(dob_key(fixed.dob))) - own, dob_prior_share);
  } else if (dob == DobLevel::partial) {
    dob_chance = month_of(query.fixed.dob) != 0 && month_of(fixed.dob) != 0 ? 0.006 : 0.07;
  } else if (dob == DobLevel::default_date) {
    dob_chance = model_.share(Field::dob, number(dob)).unrelated;
  } else if (day_of(query.fixed.dob) == 0 || day_of(fixed.dob) == 0) {
    dob_chance = 0.93;
  }
  set(out, Field::dob, number(dob), dob_chance);

  SexLevel sex = SexLevel::missing;
  if (query.fixed.sex != 0 && fixed.sex != 0) sex = query.fixed.sex == fixed.sex ? SexLevel::same : SexLevel::different;
  set(out, Field::sex, number(sex), model_.share(Field::sex, number(sex)).unrelated);

  SchoolLevel school = SchoolLevel::missing;
  if (query.fixed.school != 0 && fixed.school != 0)
    school = query.fixed.school == fixed.school ? SchoolLevel::same : SchoolLevel::different;
  set(out, Field::school, number(school),
      school == SchoolLevel::same ? population_.school(fixed.school) : model_.share(Field::school, 1).unrelated);
}

Scorer::Named Scorer::address(const Query& query, const Fixed& fixed, const StoredWords& words,
                              PostcodeLevel postcode) const {
  using enum AddressLevel;
  const bool same_unit = postcode == PostcodeLevel::unit;
  const bool same_district = postcode <= PostcodeLevel::district;
  if (query.fixed.uprn != 0 && query.fixed.uprn == fixed.uprn)
    return {number(same), same_unit ? house_in_postcode_chance : 1e-7};
  const bool streets_known = !query.streets.empty() && !words.streets.empty();
  const bool towns_known = !query.towns.empty() && !words.towns.empty();
  if (!streets_known && !towns_known) return {number(missing), 1};
  double found = 0;
  double wanted = 0;
  double strongest = 0;
  if (streets_known) {
    double theirs_total = 0;
    for (const TokenId other : words.streets) theirs_total -= std::log(population_.word(tokens_, other));
    for (const QueryWord& word : query.streets) {
      // A word that only restricted records have is known to nobody.
      const bool is_known = word.id() && tokens_.count_of(*word.id(), Usage::word) > 0;
      wanted -= std::log(is_known ? population_.word(tokens_, *word.id()) : 1e-3);
      double best = 0;
      for (const TokenId other : words.streets) {
        const Likeness likeness = word.likeness(other, tokens_);
        if (likeness > Likeness::weak) continue;
        const double idf = -std::log(population_.word(tokens_, other));
        best = std::max(best, likeness <= Likeness::typo ? idf : idf * 0.6);
      }
      found += best;
      strongest = std::max(strongest, best);
    }
    wanted = std::max(1e-3, std::min(wanted, theirs_total));
  }
  bool same_house = query.houses.empty() && words.houses.empty();
  for (const QueryWord& house : query.houses)
    for (const TokenId other : words.houses) same_house |= house.id() && *house.id() == other;
  const double share = streets_known ? found / wanted : 0;
  // Words of one street come together, so its rarest word speaks for it.
  const double street_chance = same_unit ? street_in_postcode_chance : std::exp(-std::min(strongest, 9.0));
  if (share >= street_found_min && same_house)
    return {number(same), same_unit ? house_in_postcode_chance : street_chance * house_chance};
  if (share >= street_found_min) return {number(street), street_chance};
  if (share >= street_some_min && same_house) return {number(some), std::max(1e-3, street_chance * 0.2)};
  if (towns_known && is_same_town(query.towns[0], words.towns.token[0], tokens_))
    return {number(town), same_district ? town_in_district_chance : population_.word(tokens_, words.towns.token[0])};
  return {number(different), model_.share(Field::address, number(different)).unrelated};
}

void Scorer::score_places(const Query& query, Slot slot, const StoredWords& words, PairScore& out) const {
  const Fixed& fixed = store_.fixed(slot);
  const auto elements = store_.elements(slot);
  PostcodeLevel level = postcode_level(query.fixed.postcode, fixed.postcode);
  uint64_t agreed = fixed.postcode;
  const auto consider = [&](uint64_t a, uint64_t b) {
    const PostcodeLevel other = postcode_level(a, b);
    if (other < level) {
      level = other;
      agreed = b;
    }
  };
  for (const Wide& mine : query.wides)
    if (mine.kind == WideKind::postcode) consider(mine.value, fixed.postcode);
  for (const TokenId at : words.wides) {
    if (static_cast<WideKind>(RecordStore::token_of(elements[at])) != WideKind::postcode) continue;
    const uint64_t theirs = (uint64_t{elements[at + 1]} << 32) | elements[at + 2];
    consider(query.fixed.postcode, theirs);
    for (const Wide& mine : query.wides)
      if (mine.kind == WideKind::postcode) consider(mine.value, theirs);
  }
  const double level_chance = level == PostcodeLevel::unit
                                  ? population_.share_of(blocks_.count(postcode_key(agreed)), postcode_prior_share)
                                  : population_.level_chance(Field::postcode, number(level), model_);
  set(out, Field::postcode, number(level), level_chance);
  const Named home = address(query, fixed, words, level);
  set(out, Field::address, home.level, home.chance);
}

void Scorer::score_identifiers(const Query& query, const StoredWords& words, PairScore& out) const {
  using enum IdentifierLevel;
  size_t best = number(missing);
  double best_chance = 1;
  const auto scheme = [](std::string_view text) { return text.substr(0, text.find('=')); };
  for (const QueryWord& mine : query.extras) {
    for (const TokenId theirs : words.extras) {
      if (scheme(mine.text()) != scheme(tokens_.text(theirs))) continue;
      const Likeness likeness = mine.likeness(theirs, tokens_);
      IdentifierLevel level = different;
      if (likeness == Likeness::exact) level = same;
      if (likeness == Likeness::typo || likeness == Likeness::sounds) level = near;
      if (number(level) >= best) continue;
      best = number(level);
      best_chance = level == different ? model_.share(Field::identifier, best).unrelated
                                       : population_.word(tokens_, theirs) * (level == near ? 3 : 1);
    }
  }
  set(out, Field::identifier, best, best_chance);
}

PairScore Scorer::score(const Query& query, Slot slot) const {
  PairScore out;
  const StoredWords words = stored_words(store_.elements(slot));
  score_names(query, words, out);
  score_guardian(query, words, out);
  score_numbers(query, slot, words, out);
  score_places(query, slot, words, out);
  score_identifiers(query, words, out);
  return out;
}

}  // namespace matcher
