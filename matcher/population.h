// How common each value is among the records held: the ground that agreement is weighed against.
// Restricted records are not in it, so that their presence cannot be read off anybody's probability. One writer, many
// readers.
#pragma once

#include <array>
#include <atomic>

#include "matcher/blocking.h"
#include "matcher/fields.h"
#include "matcher/model.h"
#include "matcher/query.h"
#include "matcher/record_store.h"

namespace matcher {

class Population {
 public:
  explicit Population(Epochs& epochs);

  void add(const RecordStore& store, Slot slot, TokenTable& tokens) { count(store, slot, tokens, 1); }
  void remove(const RecordStore& store, Slot slot, TokenTable& tokens) { count(store, slot, tokens, -1); }

  size_t records() const { return records_.load(std::memory_order_relaxed); }

  // The chance that another child has this very name, or one of its class.
  double name(const TokenTable& tokens, TokenId id, Usage usage) const;
  double name(const TokenTable& tokens, const QueryWord& word, Usage usage) const;
  double name_class(const TokenTable& tokens, NameClass name_class, Usage usage) const;
  double word(const TokenTable& tokens, TokenId id) const;
  double school(uint32_t school) const;
  // From the number of records that have it: dates, postcodes, telephones.
  double share_of(ptrdiff_t count, double prior_share) const;

  // The chance that two unrelated records agree at a level that no single value decides.
  double level_chance(Field field, size_t level, const Model& model) const;

  // Measures level chances on random pairs; cheap enough to repeat whenever the index has doubled.
  void measure_levels(const RecordStore& store, const Model& model);

  size_t memory_bytes() const { return schools_.bytes() + measured_.bytes(); }

  void save(SnapshotWriter& out) const;
  bool load(SnapshotReader& in);

 private:
  // The chances of one measurement; of a field that was not measured the model's own count.
  struct Measured {
    std::array<std::array<double, levels_max>, fields> chances{};
    std::array<bool, fields> is_measured{};
  };
  using School = uint64_t;  // its number above the count of its pupils

  void count(const RecordStore& store, Slot slot, TokenTable& tokens, int change);
  void count_school(uint32_t school, int change);

  std::atomic<size_t> records_ = 0;
  Buckets<School> schools_;
  size_t schools_used_ = 0;
  Column<Measured> measured_;  // the last one counts; as many as the index doubled
};

// Which usage a role's words are counted under.
Usage usage_of(Role role);

}  // namespace matcher
