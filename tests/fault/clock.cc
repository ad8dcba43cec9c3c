// Wall clocks that jump, each broker's for itself.
#include <filesystem>
#include <fstream>

#include "tests/fault/faults.h"

namespace fault {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto moment_max = 1'000ms;
constexpr auto ready_time = 30s;
// Debian's package faketime, the build for programs with threads.
constexpr const char* faketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
constexpr const char* jumps[] = {"+0", "-90m", "-30s", "-2s", "+2s", "+30s", "+10m", "+5h"};

fs::path clock_of(const fs::path& directory, size_t broker) {
  return directory / ("clock-" + std::to_string(broker));
}

void set_clock(const fs::path& file, const char* offset) {
  fs::path aside = file;
  aside += ".new";
  std::ofstream(aside) << offset << '\n';
  fs::rename(aside, file);
}

}  // namespace

bool jump_clock(Trial& trial) {
  if (!fs::exists(faketime)) throw CannotRun(std::string("there is no ") + faketime + " (Debian: faketime)");
  SiteSettings settings = trial.site_settings();
  settings.brokers = 2;
  const fs::path directory = settings.directory;
  fs::create_directories(directory);
  for (size_t broker = 0; broker < settings.brokers; ++broker) set_clock(clock_of(directory, broker), "+0");
  settings.environment = [directory](size_t broker) -> std::vector<std::string> {
    return {std::string("LD_PRELOAD=") + faketime, "FAKETIME_TIMESTAMP_FILE=" + clock_of(directory, broker).string(),
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"};
  };
  Site site(std::move(settings));
  return trial.run(site, [&](int) {
    const size_t number = trial.random().next() % site.brokers();
    set_clock(clock_of(directory, number), jumps[trial.random().next() % std::size(jumps)]);
    trial.wait_a_moment(moment_max);
    trial.measure("writes after", trial.time_to_write(site, number));
    trial.measure("ready after", site.await_ready(number, ready_time));
  });
}

}  // namespace fault
