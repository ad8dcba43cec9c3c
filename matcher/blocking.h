// The keys under which records meet: several, each tolerant of other errors, so that a pair is missed only when all
// of them fail. A table of them is filled and emptied as records come and go.
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "matcher/posting_table.h"
#include "matcher/query.h"
#include "matcher/record_store.h"

namespace matcher {

// Each kind of key hashes into its own part of the key space.
uint64_t upn_key(uint64_t upn);  // by its text, whatever its flags
uint64_t uln_key(uint64_t uln);
uint64_t phone_key(uint64_t phone);
uint64_t postcode_key(uint64_t postcode);
uint64_t uprn_key(uint64_t uprn);
uint64_t dob_key(uint32_t dob);
uint64_t dob_name_key(uint32_t dob, Skeleton name);
uint64_t name_pair_key(Skeleton forename, Skeleton surname);
uint64_t guardian_key(Skeleton forename, Skeleton surname);
uint64_t school_name_key(uint32_t school, Skeleton forename);
uint64_t extra_key(uint64_t text_hash);
uint64_t address_key(Skeleton street, uint64_t house);
uint64_t place_name_key(Skeleton place, Skeleton name);  // only of records without a postcode of this country

// The parts of another identifier that are worth a key of their own, such as both sides of an e-mail address.
std::vector<std::string_view> extra_parts(std::string_view extra);

// Dates that one usual mistake turns this one into: day and month exchanged, one digit, neighbouring digits
// exchanged, a day, a month or a year off, or only its month or year told.
std::vector<uint32_t> dates_near(uint32_t dob);
// Dates that a date may stand for of which only the year or the month is told, or that is the first of January.
std::vector<uint32_t> dates_within(uint32_t dob);

// Every key of a stored record, each once.
void keys_of(const RecordStore& store, const TokenTable& tokens, Slot slot, std::vector<uint64_t>& keys);

class BlockTable {
 public:
  explicit BlockTable(Epochs& epochs) : BlockTable(epochs, std::make_index_sequence<shards>()) {}

  void insert(uint64_t key, Slot slot) { shard(key).insert(key, slot); }
  void erase(uint64_t key, Slot slot) { shard(key).erase(key, slot); }
  std::span<const Slot> find(uint64_t key, Slot& one) const { return shards_[shard_of(key)].find(key, one); }
  void prefetch(uint64_t key) const { shards_[shard_of(key)].prefetch(key); }
  size_t count(uint64_t key) const {
    Slot one = 0;
    return find(key, one).size();
  }
  size_t memory_bytes() const;

  static constexpr size_t shards = 16;
  static size_t shard_of(uint64_t key) { return key >> 60; }
  PostingTable& shard_at(size_t number) { return shards_[number]; }

  void save(SnapshotWriter& out) const;
  bool load(SnapshotReader& in);

 private:
  static PostingTable empty_shard(Epochs& epochs, size_t) { return PostingTable(epochs); }
  template <size_t... Numbers>
  BlockTable(Epochs& epochs, std::index_sequence<Numbers...>) : shards_{{empty_shard(epochs, Numbers)...}} {}
  PostingTable& shard(uint64_t key) { return shards_[shard_of(key)]; }
  std::array<PostingTable, shards> shards_;
};

}  // namespace matcher
