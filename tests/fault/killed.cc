// kill -9, of brokers and of PostgreSQL.
#include <thread>

#include <signal.h>

#include "tests/fault/faults.h"

namespace fault {
namespace {

using namespace std::chrono_literals;

constexpr auto moment_max = 400ms;
// Much longer than the promise, which is held on the figures: the machine may be busy.
constexpr auto ready_time = 30s;

}  // namespace

bool kill_broker(Trial& trial) {
  Site site(trial.site_settings());
  return trial.run(site, [&](int) {
    trial.wait_a_moment(moment_max);
    site.kill_broker(0);
    site.start_broker(0);
    trial.measure("ready again after", site.await_ready(0, ready_time));
  });
}

bool kill_one_of_three(Trial& trial) {
  SiteSettings settings = trial.site_settings();
  settings.brokers = 3;
  Site site(std::move(settings));
  return trial.run(site, [&](int) {
    trial.wait_a_moment(moment_max);
    const size_t number = trial.random().next() % site.brokers();
    site.kill_broker(number);
    trial.wait_a_moment(moment_max);
    site.start_broker(number);
    trial.measure("ready again after", site.await_ready(number, ready_time));
  });
}

bool kill_database(Trial& trial) {
  SiteSettings settings = trial.site_settings();
  settings.brokers = 2;
  Site site(std::move(settings));
  return trial.run(site, [&](int) {
    trial.wait_a_moment(2 * moment_max);
    if (trial.random().next() % 2 == 0) {
      site.database().crash();
    } else {
      site.database().stop_at_once();
    }
    trial.wait_a_moment(moment_max);
    const auto began = std::chrono::steady_clock::now();
    site.database().start();
    trial.measure("database back after",
                  std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began));
    for (size_t number = 0; number < site.brokers(); ++number) {
      trial.measure("broker ready after", site.await_ready(number, ready_time));
    }
  });
}

bool pause_broker(Trial& trial) {
  SiteSettings settings = trial.site_settings();
  settings.brokers = 2;
  Site site(std::move(settings));
  return trial.run(site, [&](int) {
    trial.wait_a_moment(moment_max);
    const size_t number = trial.random().next() % site.brokers();
    const size_t other = 1 - number;
    kill(site.broker_pid(number), SIGSTOP);
    // The paused one may hold the lock of the writer: the living one has to get past it.
    const auto began = std::chrono::steady_clock::now();
    trial.measure("the living one writes after", trial.time_to_write(site, other));
    std::this_thread::sleep_until(began + std::chrono::seconds(trial.options().pause_seconds));
    kill(site.broker_pid(number), SIGCONT);
    trial.measure("ready again after", site.await_ready(number, ready_time));
  });
}

}  // namespace fault
