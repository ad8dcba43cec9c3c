// What each comparator of the matcher costs, and, given a directory that generate_pupils wrote, one look-up, one insert
// and one snapshot load.
//   matcher_bench [--benchmark_filter=...] [DIR]
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include <benchmark/benchmark.h>

#include "adapters/pupil_csv.h"
#include "matcher/index.h"
#include "matcher/letter_sieve.h"
#include "matcher/levels.h"
#include "matcher/near_names.h"
#include "matcher/normalise.h"
#include "matcher/query.h"
#include "matcher/skeleton.h"

namespace {

// Pairs as a search meets them: most of them differ at a glance.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> pairs = {{{"mohammed", "muhammad"},
                                                                                 {"kowalska", "kowalczyk"},
                                                                                 {"oluwaseun", "oluwafemi"},
                                                                                 {"smith", "smyth"},
                                                                                 {"katarzyna", "katherine"},
                                                                                 {"nguyen", "ngyuen"},
                                                                                 {"shevchenko", "bondarenko"},
                                                                                 {"zofia", "oliver"}}};

template <typename Compare>
void over_pairs(benchmark::State& state, const Compare& compare) {
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(compare(i++ % pairs.size()));
}

std::vector<matcher::PreparedWord> prepared() {
  std::vector<matcher::PreparedWord> out;
  for (const auto& [a, b] : pairs) out.emplace_back(a);
  return out;
}

void edit_distance(benchmark::State& state) {
  const auto words = prepared();
  over_pairs(state, [&](size_t i) { return words[i].osa_distance(pairs[i].second, 3); });
}
BENCHMARK(edit_distance);

void jaro_winkler(benchmark::State& state) {
  const auto words = prepared();
  over_pairs(state, [&](size_t i) { return words[i].jaro_winkler(pairs[i].second); });
}
BENCHMARK(jaro_winkler);

void likeness(benchmark::State& state) {
  const auto words = prepared();
  std::vector<std::pair<matcher::WordView, matcher::WordView>> views;
  for (const auto& [a, b] : pairs) views.emplace_back(matcher::word_view(a), matcher::word_view(b));
  over_pairs(state, [&](size_t i) { return matcher::word_likeness(words[i], views[i].first, views[i].second); });
}
BENCHMARK(likeness);

void one_slip(benchmark::State& state) {
  over_pairs(state, [&](size_t i) {
    return matcher::is_one_slip(matcher::packed_word(pairs[i].first), pairs[i].first.size(),
                                matcher::packed_word(pairs[i].second), pairs[i].second.size());
  });
}
BENCHMARK(one_slip);

void sound(benchmark::State& state) {
  over_pairs(state, [&](size_t i) { return matcher::skeleton_of(pairs[i].first); });
}
BENCHMARK(sound);

void folding(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(matcher::folded("Wójcik-Żakowska"));
}
BENCHMARK(folding);

void dates(benchmark::State& state) {
  uint32_t day = 1;
  for (auto _ : state) {
    day = day % 28 + 1;
    benchmark::DoNotOptimize(matcher::date_level((2012U << 9) | (9U << 5) | 21U, (2012U << 9) | (9U << 5) | day));
  }
}
BENCHMARK(dates);

// Of 65,536 letter sets, by each path that this processor has.
void sieve(benchmark::State& state) {
  const matcher::NamedSieve& one = matcher::letter_sieves()[static_cast<size_t>(state.range(0))];
  std::vector<uint32_t> sets(65'536);
  uint64_t random = 7;
  for (uint32_t& set : sets) {
    random = random * 6364136223846793005ULL + 1442695040888963407ULL;
    set = static_cast<uint32_t>(random >> 38) & static_cast<uint32_t>(random >> 20) & 0x3ffffff;
  }
  std::vector<uint32_t> places;
  for (auto _ : state) {
    places.clear();
    one.sieve(sets, sets[77], 2, places);
    benchmark::DoNotOptimize(places.data());
  }
  state.SetLabel(std::string(one.name));
  state.SetItemsProcessed(static_cast<int64_t>(sets.size()) * static_cast<int64_t>(state.iterations()));
}

std::vector<matcher::PupilRecord> pupils_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  auto reader = adapters::PupilCsvReader::open(in);
  std::vector<matcher::PupilRecord> out;
  if (!reader) return out;
  while (auto row = reader->next()) out.push_back(std::move(row->record));
  return out;
}

void register_index(const std::string& directory) {
  // Shared by the benchmarks, which run after this function has returned.
  const auto held = std::make_shared<std::vector<matcher::PupilRecord>>(pupils_of(directory + "/registry.csv"));
  const auto queries = std::make_shared<std::vector<matcher::PupilRecord>>(pupils_of(directory + "/queries.csv"));
  if (held->empty() || queries->empty()) throw std::runtime_error("no pupils in " + directory);
  const auto index = std::make_shared<matcher::Index>();
  std::vector<matcher::Entry> entries(held->size());
  for (size_t i = 0; i < entries.size(); ++i) entries[i] = {i, 0, 0, &(*held)[i]};
  index->insert_all(entries, 1);
  benchmark::RegisterBenchmark("look_up", [index, queries](benchmark::State& state) {
    size_t i = 0;
    for (auto _ : state) benchmark::DoNotOptimize(index->search((*queries)[i++ % queries->size()]));
  })->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("insert",
                               [index, queries](benchmark::State& state) {
                                 uint64_t key = uint64_t{1} << 40;
                                 for (auto _ : state) {
                                   index->insert(key, 0, 0, (*queries)[key % queries->size()]);
                                   ++key;
                                 }
                                 for (uint64_t added = uint64_t{1} << 40; added < key; ++added) index->erase(added);
                               })
      ->Unit(benchmark::kMicrosecond)
      ->Iterations(5'000);
  benchmark::RegisterBenchmark("snapshot_load", [index](benchmark::State& state) {
    const std::string path = std::filesystem::temp_directory_path() / "waymark_matcher_bench.snapshot";
    index->save(path);
    for (auto _ : state) {
      matcher::SnapshotProblem problem = matcher::SnapshotProblem::none;
      benchmark::DoNotOptimize(matcher::Index::load(path, problem));
    }
    std::filesystem::remove(path);
  })->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  for (size_t i = 0; i < matcher::letter_sieves().size(); ++i)
    benchmark::RegisterBenchmark("sieve", sieve)->Arg(static_cast<int64_t>(i));
  benchmark::Initialize(&argc, argv);
  try {
    if (argc > 1) register_index(argv[1]);
  } catch (const std::runtime_error& error) {
    std::cerr << "matcher_bench: " << error.what() << '\n';
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
