// An index as a file and back: what is in it, in which order, and what a file must have been written with to be used.
#include <mutex>

#include "matcher/index_state.h"
#include "matcher/model_file.h"
#include "matcher/name_tables.h"
#include "matcher/snapshot_file.h"

namespace matcher {
namespace {

// Raised when a table changes what it writes, or when words are folded, sounded or filed otherwise.
constexpr uint64_t contents_version = 2;

// Words are kept with their sounds and classes, so a file belongs to the tables that it was written with.
uint64_t layout() {
  Checksum sum;
  for (const std::string_view table : {name_variants_text, nicknames_text}) sum.add(std::as_bytes(std::span(table)));
  sum.add(std::as_bytes(std::span(&contents_version, 1)));
  return sum.value();
}

}  // namespace

void Index::save(const std::string& path) const {
  SnapshotWriter out(path, layout());
  const std::lock_guard lock(state_->mutex);
  const std::string model = model_json(state_->model());
  out.values(std::span<const char>(model));
  out.values(std::span<const size_t>(&state_->measured_at, 1));
  state_->tokens.save(out);
  state_->store.save(out);
  state_->blocks.save(out);
  state_->restricted_blocks.save(out);
  state_->population.save(out);
  out.finish();
}

std::optional<Index> Index::load(const std::string& path, SnapshotProblem& problem) {
  auto snapshot = std::make_unique<SnapshotReader>(path, layout());
  problem = snapshot->problem();
  if (problem != SnapshotProblem::none) return std::nullopt;
  problem = SnapshotProblem::damaged;
  std::span<char> model_text;
  std::span<size_t> measured_at;
  if (!snapshot->values(model_text) || !snapshot->values(measured_at) || measured_at.size() != 1) return std::nullopt;
  const auto model = parse_model_json({model_text.data(), model_text.size()});
  if (!model) return std::nullopt;
  Index out(*model);
  State& state = *out.state_;
  state.measured_at = measured_at[0];
  if (!state.tokens.load(*snapshot) || !state.store.load(*snapshot) || !state.blocks.load(*snapshot) ||
      !state.restricted_blocks.load(*snapshot) || !state.population.load(*snapshot))
    return std::nullopt;
  state.snapshot = std::move(snapshot);
  state.epochs.advance();
  problem = SnapshotProblem::none;
  return out;
}

}  // namespace matcher
