// Load for a long time: what grows?
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "tests/fault/faults.h"

namespace fault {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds round_time{60};
// What came with the load and is kept on purpose (held records, inboxes at hand) is in it too.
constexpr int64_t growth_max_kib_a_minute = 2'048;
constexpr int64_t descriptors_more_max = 16;

struct Sample {
  int64_t resident_kib = 0;
  int64_t descriptors = 0;
};

Sample sample_of(pid_t process) {
  Sample sample;
  const fs::path place = fs::path("/proc") / std::to_string(process);
  std::ifstream status(place / "status");
  for (std::string word; status >> word;) {
    if (word == "VmRSS:") status >> sample.resident_kib;
  }
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(place / "fd")) ++sample.descriptors;
  return sample;
}

}  // namespace

bool soak(Trial& trial) {
  Site site(trial.site_settings());
  std::vector<Sample> samples;
  const bool is_clean = trial.run(site, [&](int number) {
    std::this_thread::sleep_for(round_time);
    samples.push_back(sample_of(site.broker_pid(0)));
    const Sample& last = samples.back();
    std::cerr << "minute " << number << ": " << last.resident_kib << " KiB, " << last.descriptors << " descriptors"
              << std::endl;
    if (number != trial.options().rounds || samples.size() < 4) return;
    // The first half fills what has a limit.
    const Sample& middle = samples[samples.size() / 2];
    const auto minutes = static_cast<int64_t>(samples.size() - 1 - samples.size() / 2);
    const int64_t growth = (last.resident_kib - middle.resident_kib) / minutes;
    std::cout << "memory grew by " << growth << " KiB a minute in the second half\n";
    trial.expect(growth <= growth_max_kib_a_minute, "memory grows by " + std::to_string(growth) + " KiB a minute");
    trial.expect(last.descriptors <= middle.descriptors + descriptors_more_max, "descriptors are not closed");
  });
  return is_clean;
}

}  // namespace fault
