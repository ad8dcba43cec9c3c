// A network that cuts, delays, halves, trickles and repeats, between clients and brokers and between brokers and the
// database.
#include "tests/fault/faults.h"

namespace fault {
namespace {

using namespace std::chrono_literals;
using support::Weather;

constexpr auto ready_time = 30s;

// Bad in one way or in several.
Weather bad_weather(broker::base::SeededRandom& random, bool may_repeat) {
  Weather weather;
  switch (random.next() % 7) {
    case 0: weather.reset = 0.05; break;
    case 1: weather.half_close = 0.05; break;
    case 2: weather.halve = 0.5; break;
    case 3: weather.delay_max = 150ms; break;
    case 4: weather.trickle_bytes = 1 + random.next() % 200; break;
    case 5: weather.is_silent = true; break;
    default:
      weather.reset = 0.02;
      weather.half_close = 0.02;
      weather.halve = 0.2;
      weather.delay_max = 20ms;
      if (may_repeat) weather.repeat = 0.02;
  }
  return weather;
}

}  // namespace

bool break_network(Trial& trial) {
  SiteSettings settings = trial.site_settings();
  settings.brokers = 2;
  settings.has_client_gates = true;
  settings.has_database_gate = true;
  Site site(std::move(settings));
  return trial.run(site, [&](int) {
    const size_t number = trial.random().next() % 3;
    support::Gate& gate = number < 2 ? site.client_gate(number) : site.database_gate();
    // TCP repeats nothing by itself. To TLS a repeated record is an attack; plain text would just be said twice.
    gate.set(bad_weather(trial.random(), number < 2));
    trial.wait_a_moment(1'500ms);
    if (trial.random().next() % 3 == 0) gate.cut();
    trial.wait_a_moment(500ms);
    gate.set(Weather{});
    if (trial.random().next() % 3 == 0) gate.cut();
    for (size_t broker = 0; broker < site.brokers(); ++broker) {
      trial.measure("ready again after", site.await_ready(broker, ready_time));
    }
  });
}

}  // namespace fault
