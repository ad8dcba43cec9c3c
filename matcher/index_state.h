// What stands behind an Index, shared by its .cc files: the tables and the steps of a search.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "matcher/blocking.h"
#include "matcher/index.h"
#include "matcher/population.h"
#include "matcher/scorer.h"

namespace matcher {

// A record met by a search, weighed. `odds` is how much likelier it is the child than that the child is not held.
struct Ranked {
  Slot slot = 0;
  PairScore score;
  double weight = 0;       // ln of one child against not one child
  double log_odds = 0;     // weight and prior
  double probability = 0;  // among the others, calibrated
  uint32_t group = 0;      // records of one child share a group
};

// Readers hold an Epochs::Reading and nothing else; writers hold the mutex.
struct Index::State {
  explicit State(Model given);

  Epochs epochs;
  std::unique_ptr<SnapshotReader> snapshot;  // what a loaded index still reads from
  TokenTable tokens;
  RecordStore store;
  BlockTable blocks;             // of the records anybody may find
  BlockTable restricted_blocks;  // of restricted records, which leave no trace in what is counted
  Population population;
  size_t measured_at = 0;
  std::mutex mutex;

  const Model& model() const { return *current_model.load(std::memory_order_acquire); }
  void set_model(Model model);

  // For writers. The record is not filed under its keys yet, and one under the same key is still there.
  Slot add(const RecordTag& tag, const Particulars& particulars);
  void remove(Slot slot);
  BlockTable& blocks_of(Slot slot) { return store.is_restricted(slot) ? restricted_blocks : blocks; }
  void measure();
  void measure_when_grown();
  size_t memory_bytes() const;

  std::atomic<const Model*> current_model;
  std::unique_ptr<const Model> owned_model;
  Waiting<std::unique_ptr<const Model>> former_models;

  Scorer scorer() const { return {model(), population, tokens, store, blocks}; }

  enum class Which : uint8_t { all, restricted };

  std::vector<Candidate> found(const Query& query, bool asks_with_address, const SearchOptions& options) const;
  std::vector<Ranked> gathered(const Query& query, const BlockTable& table, const SearchOptions& options) const;
  std::vector<Ranked> ranked(const Query& query, const SearchOptions& options) const;
  void rank(std::vector<Ranked>& pairs, const SearchOptions& options) const;
  void weigh(Ranked& pair) const;
  void group_and_normalise(std::vector<Ranked>& pairs) const;
  double calibrated(double probability) const;
  std::vector<Candidate> candidates(const std::vector<Ranked>& pairs, const SearchOptions& options, Which which) const;
  std::vector<FieldEvidence> evidence(const Ranked& pair) const;
};

// The records that share a key with the query, each once, weighed; in no order.
class Gatherer {
 public:
  Gatherer(const Index::State& state, const Query& query, const SearchOptions& options);

  // From one table of blocks.
  void gather(const BlockTable& blocks);
  // By names one slip or one nickname away; only where nothing sure was found, since it costs as much as all the rest.
  void gather_near(const BlockTable& blocks);
  std::vector<Ranked> take() { return std::move(out_); }

 private:
  enum class Filter : uint8_t { none, names, both_names, dates };
  void visit(const BlockTable& blocks, uint64_t key, Filter filter, size_t block_max);
  void visit_numbers(const BlockTable& blocks);
  void visit_names(const BlockTable& blocks);
  void visit_dates(const BlockTable& blocks);
  const QueryWord* longest_street() const;
  void visit_all(const BlockTable& blocks, const std::vector<uint64_t>& keys, Filter filter, size_t block_max);
  void visit_dated_names(const BlockTable& blocks, std::span<const uint32_t> dates, Filter filter, size_t block_max);
  bool is_sure(double log_odds) const;
  void prefetch_names(Slot slot) const;
  bool is_wanted(Slot slot) const;
  bool passes(Filter filter, Slot slot) const;

  const Index::State& state_;
  const Query& query_;
  const SearchOptions& options_;
  Scorer scorer_;
  std::vector<Ranked> out_;
};

}  // namespace matcher
