// Times look-ups one by one, as an officer makes them: median and 99th percentile, and the index's memory and load.
//   lookup_bench DIR        a directory that generate_pupils wrote
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "adapters/pupil_csv.h"
#include "matcher/index.h"

namespace {

using Clock = std::chrono::steady_clock;

std::vector<matcher::PupilRecord> read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  auto reader = adapters::PupilCsvReader::open(in);
  std::vector<matcher::PupilRecord> out;
  while (auto row = reader->next()) out.push_back(std::move(row->record));
  return out;
}

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: lookup_bench DIR\n";
    return 2;
  }
  const std::string directory = argv[1];
  const auto registry = read(directory + "/registry.csv");
  const auto queries = read(directory + "/queries.csv");
  matcher::Index index;
  std::vector<matcher::Entry> entries(registry.size());
  for (size_t i = 0; i < entries.size(); ++i) entries[i] = {i, 0, 0, &registry[i]};
  auto start = Clock::now();
  index.insert_all(entries, 1);
  const double load = milliseconds_since(start);
  std::vector<double> times;
  for (const auto& query : queries) {
    start = Clock::now();
    const auto found = index.search(query);
    times.push_back(milliseconds_since(start));
  }
  std::ranges::sort(times);
  double total = 0;
  for (const double time : times) total += time;
  start = Clock::now();
  constexpr size_t inserts = 10'000;
  for (size_t i = 0; i < inserts; ++i) index.insert(registry.size() + i, 0, 0, queries[i % queries.size()]);
  const double insert = milliseconds_since(start) / inserts;
  std::printf("%zu records, load %.0f ms on one thread, %.0f bytes a record\n", registry.size(), load,
              static_cast<double>(index.memory_bytes()) / static_cast<double>(index.size()));
  std::printf("look-up p50 %.3f ms, p99 %.3f ms, %.0f a second on one core; insert %.4f ms\n", times[times.size() / 2],
              times[times.size() * 99 / 100], 1000.0 * static_cast<double>(times.size()) / total, insert);
  return 0;
}
