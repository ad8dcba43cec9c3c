// What brothers and sisters share besides their home, learnt from the records held: they need no label, since two
// records with one telephone or one address and another forename or another date of birth are two children.
#include <algorithm>
#include <array>

#include "matcher/levels.h"
#include "matcher/trainer.h"

namespace matcher {
namespace {

constexpr size_t households_looked_at = 6000;
constexpr size_t household_max = 12;  // more records behind one telephone or postcode are an office, a hostel, a block
constexpr double renamed_share = 0.15;  // of children held twice: those whose forenames differ
constexpr double prior_pairs = 40;      // how many pairs the model's belief counts for

// Pairs of brothers and sisters counted by whether they share a thing.
struct Shared {
  double same = 0;
  double all = 0;

  void add(bool is_same) {
    same += is_same ? 1 : 0;
    ++all;
  }
  double share(double believed) const { return (same + prior_pairs * believed) / (all + prior_pairs); }
};

template <typename Level>
bool is_at(const PairScore& score, Field field, Level level) {
  return score.field[static_cast<size_t>(field)].level == static_cast<size_t>(level);
}

bool is_one_home(const PairScore& score) {
  const bool one_address =
      is_at(score, Field::postcode, PostcodeLevel::unit) && is_at(score, Field::address, AddressLevel::same);
  return one_address || is_at(score, Field::phone, PhoneLevel::same);
}

// What was seen of pairs that live together.
struct Seen {
  Shared twins;
  Shared schools;
  double held_twice = 0;  // one name and one date of birth, and no UPN that says they are two

  void add(const PairScore& score) {
    if (!is_one_home(score)) return;
    const bool two_numbers = is_at(score, Field::upn, UpnLevel::different);
    const bool two_names = is_at(score, Field::forename, ForenameLevel::different);
    const bool two_dates = is_at(score, Field::dob, DobLevel::different);
    const bool one_date = is_at(score, Field::dob, DobLevel::exact);
    if (!two_numbers && !two_names && one_date) ++held_twice;
    if (two_names) twins.add(one_date);
    if ((two_names || two_dates) && !is_at(score, Field::school, SchoolLevel::missing))
      schools.add(is_at(score, Field::school, SchoolLevel::same));
  }

  // A child held twice, once under another name, looks like twins: where many are held twice, nothing is learnt.
  bool tells_twins() const { return renamed_share * held_twice <= twins.same / 2; }
};

}  // namespace

void Trainer::learn_households() {
  const Epochs::Reading reading = state_.epochs.read();
  Seen seen;
  const size_t slots = state_.store.slots();
  const size_t step = std::max<size_t>(1, slots / households_looked_at);
  const Scorer scorer = state_.scorer();
  for (Slot slot = 0; slot < slots; slot += static_cast<Slot>(step)) {
    if (!state_.store.is_held(slot) || state_.store.is_restricted(slot)) continue;
    const Fixed& fixed = state_.store.fixed(slot);
    if (day_of(fixed.dob) == 0 || (fixed.phone == 0 && fixed.postcode == 0)) continue;
    const Query query(state_.store.particulars(slot, state_.tokens), state_.tokens);
    for (const uint64_t key :
         {fixed.phone == 0 ? 0 : phone_key(fixed.phone), fixed.postcode == 0 ? 0 : postcode_key(fixed.postcode)}) {
      Slot one = 0;
      const auto housemates = state_.blocks.find(key, one);
      if (housemates.size() > household_max) continue;
      for (const Slot other : housemates) {
        if (other == slot || day_of(state_.store.fixed(other).dob) == 0) continue;
        seen.add(scorer.score(query, other));
      }
    }
  }
  const auto learn = [&](Field field, const Shared& shared) {
    double& share = model_.shared_by_siblings[static_cast<size_t>(field)];
    share = shared.share(default_model().shared(field));
  };
  if (seen.tells_twins()) learn(Field::dob, seen.twins);
  learn(Field::school, seen.schools);
}

}  // namespace matcher
