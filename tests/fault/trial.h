// One run of a fault: rounds of load with the fault in it, and after each stretch of rounds the judgement. Each fault
// is a function on a Trial; main.cc has the table of them.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/random.h"
#include "tests/fault/checker.h"
#include "tests/fault/load.h"
#include "tests/fault/site.h"

namespace fault {

struct Options {
  int rounds = 3;
  uint64_t seed = 1;
  int pause_seconds = 30;  // of a paused broker, an open transaction
  std::filesystem::path directory;
  bool is_quiet = false;
};

// Breaks something while the load goes on, and sees it mended.
using Round = std::function<void(int number)>;

class Trial {
 public:
  explicit Trial(const Options& options);

  const Options& options() const { return options_; }
  broker::base::SeededRandom& random() { return random_; }
  SiteSettings site_settings() const;

  // Runs all rounds on the site with load, judged after each stretch. False once a promise is broken: the faults are
  // told, and the history is left in the directory.
  bool run(Site& site, const Round& round, size_t workers = 3);

  // The rounds from `first` to `last`, as a part of a run of one's own making.
  bool run_stretch(Site& site, const Round& round, size_t workers, int first, int last);
  // Says at the end what was done.
  void summarise(bool is_clean) const;
  // The head of the log as it was judged last.
  std::filesystem::path witness() const { return options_.directory / "witness.json"; }

  // A moment that has nothing to do with what is going on, up to `max`.
  void wait_a_moment(std::chrono::milliseconds max);
  // A figure of the run, for the last line; the greatest and the sum are kept.
  void measure(const std::string& name, std::chrono::milliseconds value);
  // How long it takes from now until this broker takes a command.
  std::chrono::milliseconds time_to_write(Site& site, size_t broker);
  // The promise that it recovers in time; a breach is a fault like any other.
  void expect(bool holds, const std::string& what);

 private:
  std::vector<std::string> judge(Site& site, History& history, const Marks& before);

  struct Figure {
    int64_t count = 0, sum = 0, greatest = 0;
  };
  Options options_;
  broker::base::SeededRandom random_;
  std::vector<std::string> broken_;
  std::vector<std::pair<std::string, Figure>> figures_;
  size_t commands_ = 0, retried_ = 0, messages_ = 0, pairs_ = 0;
  int rounds_done_ = 0;
};

}  // namespace fault
