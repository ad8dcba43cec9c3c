#include "matcher/population.h"

#include <algorithm>

#include "matcher/levels.h"
#include "matcher/snapshot_file.h"

namespace matcher {
namespace {

// A name not seen yet is believed to be this common, as strongly as this many records would say it.
constexpr double known_name_share = 1e-3;  // one that the tables of variants know
constexpr double rare_name_share = 1e-4;
constexpr double name_prior_records = 1000;
constexpr double unseen_records = 0.3;
constexpr double value_prior_records = 200;
constexpr double school_share = 1e-3;
constexpr size_t first_schools = 256;
constexpr double word_share = 1e-3;

constexpr size_t measured_pairs = 200'000;
constexpr size_t measured_records_min = 200;
constexpr double level_prior_pairs = 20'000;  // how many pairs the model's own chance counts for

double smoothed(double count, double total, double prior_share, double prior_records) {
  return (count + prior_share * prior_records + unseen_records) / (total + prior_records);
}

// A small generator of its own: the same records give the same measure on every machine.
class Sequence {
 public:
  uint64_t next() { return mix(++state_); }

 private:
  uint64_t state_ = 0x2545f4914f6cdd1dULL;
};

size_t place_of_school(const Buckets<uint64_t>::View& schools, uint32_t school) {
  size_t place = mix(school) & schools.mask;
  while (schools.at(place) != 0 && schools.at(place) >> 32 != school) place = (place + 1) & schools.mask;
  return place;
}

}  // namespace

Population::Population(Epochs& epochs) : schools_(epochs, first_schools), measured_(epochs) {}

Usage usage_of(Role role) {
  if (is_forename_role(role)) return Usage::forename;
  if (is_surname_role(role)) return Usage::surname;
  if (role == Role::guardian_forename || role == Role::guardian_surname) return Usage::guardian;
  return Usage::word;
}

void Population::count(const RecordStore& store, Slot slot, TokenTable& tokens, int change) {
  const auto elements = store.elements(slot);
  for (size_t i = 0; i < elements.size(); ++i) {
    const Role role = RecordStore::role_of(elements[i]);
    if (role == Role::wide) {
      i += 2;
    } else if (role != Role::middle && role != Role::preferred_forename && role != Role::preferred_surname) {
      tokens.count(RecordStore::token_of(elements[i]), usage_of(role), change);
    }
  }
  if (const uint32_t school = store.fixed(slot).school) count_school(school, change);
  records_.fetch_add(static_cast<size_t>(static_cast<ptrdiff_t>(change)), std::memory_order_relaxed);
}

void Population::count_school(uint32_t school, int change) {
  if ((schools_used_ + 1) * 2 > schools_.places()) {
    const auto before = schools_.view();
    schools_.replace((before.mask + 1) * 2, [&](School* entries, size_t mask) {
      for (size_t i = 0; i <= before.mask; ++i) {
        if (before.at(i) == 0) continue;
        size_t place = mix(before.at(i) >> 32) & mask;
        while (entries[place] != 0) place = (place + 1) & mask;
        entries[place] = before.at(i);
      }
    });
  }
  const auto schools = schools_.view();
  const size_t place = place_of_school(schools, school);
  if (schools.at(place) == 0) ++schools_used_;
  const auto pupils = static_cast<uint32_t>(static_cast<int64_t>(schools.at(place) & UINT32_MAX) + change);
  schools_.set(place, (School{school} << 32) | pupils);
}

double Population::name(const TokenTable& tokens, TokenId id, Usage usage) const {
  const double prior = tokens.classes(id)[0] != 0 ? known_name_share : rare_name_share;
  // Asked of a record held, which does not make its own name commoner.
  const double others = std::max(0.0, static_cast<double>(tokens.count_of(id, usage)) - 1);
  return smoothed(others, static_cast<double>(tokens.total(usage)), prior, name_prior_records);
}

double Population::name(const TokenTable& tokens, const QueryWord& word, Usage usage) const {
  const double prior = word.classes()[0] != 0 ? known_name_share : rare_name_share;
  const double count = word.id() ? tokens.count_of(*word.id(), usage) : 0;
  return smoothed(count, static_cast<double>(tokens.total(usage)), prior, name_prior_records);
}

double Population::name_class(const TokenTable& tokens, NameClass name_class, Usage usage) const {
  return smoothed(static_cast<double>(tokens.count_of_class(name_class, usage)),
                  static_cast<double>(tokens.total(usage)), known_name_share * 3, name_prior_records);
}

double Population::word(const TokenTable& tokens, TokenId id) const {
  return std::min(
      1.0, smoothed(tokens.count_of(id, Usage::word), static_cast<double>(records()), word_share, value_prior_records));
}

double Population::school(uint32_t school) const {
  const auto schools = schools_.view();
  const auto count = static_cast<double>(schools.at(place_of_school(schools, school)) & UINT32_MAX);
  return smoothed(count, static_cast<double>(records()), school_share, value_prior_records);
}

double Population::share_of(ptrdiff_t count, double prior_share) const {
  return smoothed(static_cast<double>(std::max<ptrdiff_t>(0, count)), static_cast<double>(records()), prior_share,
                  value_prior_records);
}

double Population::level_chance(Field field, size_t level, const Model& model) const {
  const size_t measurements = measured_.size();
  if (measurements > 0) {
    const Measured& last = measured_[measurements - 1];
    if (last.is_measured[static_cast<size_t>(field)]) return last.chances[static_cast<size_t>(field)][level];
  }
  return model.share(field, level).unrelated;
}

void Population::measure_levels(const RecordStore& store, const Model& model) {
  if (records() < measured_records_min) return;
  Measured measured;
  // By key and without the restricted ones, so that their presence moves no pair that is drawn.
  std::vector<Slot> open;
  for (Slot slot = 0; slot < store.slots(); ++slot)
    if (store.is_held(slot) && !store.is_restricted(slot)) open.push_back(slot);
  std::ranges::sort(open, [&](Slot a, Slot b) { return store.tag(a).key < store.tag(b).key; });
  Sequence random;
  std::array<std::array<double, levels_max>, fields> counts{};
  const auto draw = [&] { return open[random.next() % open.size()]; };
  for (size_t pair = 0; pair < measured_pairs; ++pair) {
    const Slot a = draw();
    const Slot b = draw();
    if (a == b) continue;
    const auto date = static_cast<size_t>(date_level(store.fixed(a).dob, store.fixed(b).dob));
    const auto postcode = static_cast<size_t>(postcode_level(store.fixed(a).postcode, store.fixed(b).postcode));
    ++counts[static_cast<size_t>(Field::dob)][date];
    ++counts[static_cast<size_t>(Field::postcode)][postcode];
  }
  for (const Field field : {Field::dob, Field::postcode}) {
    auto& shares = measured.chances[static_cast<size_t>(field)];
    const auto& seen = counts[static_cast<size_t>(field)];
    const size_t missing = missing_level(field);
    double total = 0;
    for (size_t level = 0; level < missing; ++level) total += seen[level];
    for (size_t level = 0; level < missing; ++level)
      shares[level] =
          (seen[level] + model.share(field, level).unrelated * level_prior_pairs + 0.1) / (total + level_prior_pairs);
    measured.is_measured[static_cast<size_t>(field)] = true;
  }
  measured_.push_back(measured);
}

void Population::save(SnapshotWriter& out) const {
  out.section(schools_.image());
  out.column(measured_);
  const std::array<uint64_t, 2> counts = {records(), schools_used_};
  out.values(std::span<const uint64_t>(counts));
}

bool Population::load(SnapshotReader& in) {
  std::span<uint64_t> counts;
  if (!schools_.adopt(in.section()) || !in.column(measured_) || !in.values(counts) || counts.size() != 2) return false;
  records_ = counts[0];
  schools_used_ = counts[1];
  return true;
}

}  // namespace matcher
