// Times look-ups one by one, as an officer makes them: median and 99th percentile, and the index's memory, load and
// snapshot. In processor time, since other work on the machine says nothing of the matcher.
//   lookup_bench DIR...     directories that generate_pupils wrote, all held together; the first one's queries ask
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "adapters/pupil_csv.h"
#include "matcher/index.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t records_at_once = 100'000;

// Every record of the file, some at a time, so that ten million need no memory beside the index.
template <typename Take>
void read_each(const std::string& path, const Take& take) {
  std::ifstream in(path, std::ios::binary);
  auto reader = adapters::PupilCsvReader::open(in);
  std::vector<matcher::PupilRecord> records;
  while (auto row = reader->next()) {
    records.push_back(std::move(row->record));
    if (records.size() < records_at_once) continue;
    take(records);
    records.clear();
  }
  take(records);
}

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Of this thread.
double processor_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

struct LookUps {
  double p50 = 0;
  double p99 = 0;
  double per_second = 0;
};

LookUps timed(const matcher::Index& index, const std::vector<matcher::PupilRecord>& queries) {
  std::vector<double> times;
  double total = 0;
  for (const auto& query : queries) {
    const double start = processor_milliseconds();
    index.search(query);
    times.push_back(processor_milliseconds() - start);
    total += times.back();
  }
  std::ranges::sort(times);
  return {times[times.size() / 2], times[times.size() * 99 / 100], 1000.0 * static_cast<double>(times.size()) / total};
}

void print(const char* what, const LookUps& times) {
  std::printf("%s: p50 %.3f ms, p99 %.3f ms, %.0f a second on one core\n", what, times.p50, times.p99,
              times.per_second);
}

void measure_snapshot(const matcher::Index& index, const std::string& path,
                      const std::vector<matcher::PupilRecord>& queries) {
  auto start = Clock::now();
  index.save(path);
  const double saved = milliseconds_since(start);
  start = Clock::now();
  matcher::SnapshotProblem problem = matcher::SnapshotProblem::none;
  const auto loaded = matcher::Index::load(path, problem);
  const double load = milliseconds_since(start);
  std::printf("snapshot of %.0f MB saved in %.0f ms, loaded in %.0f ms\n",
              static_cast<double>(std::filesystem::file_size(path)) / 1e6, saved, load);
  if (loaded) print("look-up in the loaded index", timed(*loaded, queries));
  std::filesystem::remove(path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: lookup_bench DIR...\n";
    return 2;
  }
  const std::string directory = argv[1];
  std::vector<matcher::PupilRecord> queries;
  read_each(directory + "/queries.csv",
            [&](auto& records) { std::ranges::move(records, std::back_inserter(queries)); });
  matcher::Index index;
  double load = 0;
  const auto hold = [&](auto& records) {
    std::vector<matcher::Entry> entries(records.size());
    for (size_t i = 0; i < entries.size(); ++i) entries[i] = {index.size() + i, 0, 0, &records[i]};
    const double start = processor_milliseconds();
    index.insert_all(entries, 1);
    load += processor_milliseconds() - start;
  };
  for (int i = 1; i < argc; ++i) read_each(std::string(argv[i]) + "/registry.csv", hold);
  std::printf("%zu records, load %.0f ms on one thread, %.0f bytes a record\n", index.size(), load,
              static_cast<double>(index.memory_bytes()) / static_cast<double>(index.size()));
  timed(index, queries);  // so that the memory is warm, as it is after the first minutes of a day
  print("look-up", timed(index, queries));
  measure_snapshot(index, directory + "/index.snapshot", queries);
  constexpr size_t inserts = 10'000;
  const double start = processor_milliseconds();
  for (size_t i = 0; i < inserts; ++i) index.insert(index.size(), 0, 0, queries[i % queries.size()]);
  std::printf("insert %.4f ms\n", (processor_milliseconds() - start) / inserts);
  return 0;
}
