// From a primary to its standby.
#include <filesystem>
#include <thread>

#include "tests/fault/faults.h"

namespace fault {
namespace {

using namespace std::chrono_literals;

constexpr auto moment_max = 600ms;
constexpr auto ready_time = 30s;

SiteSettings with_standby(const Trial& trial) {
  SiteSettings settings = trial.site_settings();
  settings.brokers = 2;
  settings.has_standby = true;
  return settings;
}

// The time until each broker takes a command again, from when the standby is told to take over.
void take_over(Trial& trial, Site& site) {
  const auto began = std::chrono::steady_clock::now();
  site.promote_standby();
  for (size_t number = 0; number < site.brokers(); ++number) {
    trial.time_to_write(site, number);
    trial.measure("accepting again after",
                  std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began));
    trial.measure("ready again after", site.await_ready(number, ready_time));
  }
}

// What no client may meet, whatever was lost.
std::vector<std::string> server_errors_in(const History& history) {
  std::vector<std::string> errors;
  for (const Command& command : history.commands()) {
    for (const Attempt& attempt : command.attempts) {
      if (attempt.status == 500) errors.push_back(command.target + " was answered 500");
    }
  }
  for (const std::string& surprise : history.surprises()) {
    if (surprise.find("answered 500") != std::string::npos) errors.push_back(surprise);
  }
  return errors;
}

// Under load the standby misses the last commits and then takes over.
void lose_the_last(Trial& trial, Site& site, int number) {
  History lost;
  Load load({.workers = 3,
             .seed = trial.options().seed * 1'000 + static_cast<uint64_t>(number),
             .reach = [&site](const std::string& authority) { return site.reach(authority); }},
            lost);
  trial.wait_a_moment(moment_max);
  site.standby().stop();
  std::this_thread::sleep_for(moment_max);
  site.database().crash();
  site.standby().start();
  take_over(trial, site);
  load.finish();
  for (const std::string& one : server_errors_in(lost)) trial.expect(false, one);
}

}  // namespace

bool fail_over(Trial& trial) {
  Site site(with_standby(trial));
  site.wait_for_standby();
  return trial.run(site, [&](int) {
    trial.wait_a_moment(moment_max);
    if (trial.random().next() % 2 == 0) {
      site.database().crash();
    } else {
      site.database().stop_at_once();
    }
    take_over(trial, site);
    site.renew_standby();
    site.wait_for_standby();
  });
}

// No commit waits for the standby, so that it loses what was told, which nobody promised. The brokers must not stick to
// what is gone: from then on everything is accepted, announced and delivered as ever.
bool fail_over_behind(Trial& trial) {
  Site site(with_standby(trial));
  bool is_clean = true;
  for (int number = 1; is_clean && number <= trial.options().rounds; ++number) {
    lose_the_last(trial, site, number);
    // A log that has lost entries does not continue what was signed before, and a witness says so.
    std::filesystem::remove(trial.witness());
    is_clean = trial.run_stretch(site, [&](int) { std::this_thread::sleep_for(moment_max); }, 3, number, number);
    site.renew_standby();
  }
  trial.summarise(is_clean);
  return is_clean;
}

}  // namespace fault
