// Recipients that are slow, or take messages and are never heard of again.
#include <thread>

#include "tests/fault/faults.h"

namespace fault {
namespace {

using namespace std::chrono_literals;

constexpr auto moment_max = 400ms;
constexpr size_t dead_recipients = 12;

// The brokers past the gates: whoever is not slow.
Reach unhindered(const Site& site, const std::string& authority) {
  Reach reach = site.reach(authority);
  reach.urls = {site.access(authority).url};
  return reach;
}

}  // namespace

bool slow_recipients(Trial& trial) {
  SiteSettings settings = trial.site_settings();
  settings.has_client_gates = true;
  Site site(std::move(settings));
  return trial.run(site, [&](int) {
    support::Weather weather;
    weather.trickle_bytes = 20 + trial.random().next() % 200;
    site.client_gate(0).set(weather);
    std::vector<std::thread> dead;
    for (size_t i = 0; i < dead_recipients; ++i) {
      const std::string& authority = authorities[i % authorities.size()];
      dead.emplace_back([reach = site.reach(authority), authority, seed = trial.random().next()] {
        History nobody_asks;
        Client client(reach, authority, nobody_asks, seed);
        client.post_once("/v1/inbox/claim", {{"max", 100}, {"lease_seconds", 1}, {"wait_seconds", 2}});
      });
    }
    trial.wait_a_moment(moment_max);
    History aside;
    Client client(unhindered(site, "318"), "318", aside, trial.random().next());
    Command command;
    command.target = "/v1/cases";
    command.body = R"({"child":{"surname":"Probe","forename":"Ada"},"force":true})";
    const auto began = std::chrono::steady_clock::now();
    client.send(std::move(command));
    trial.measure("others write after",
                  std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began));
    site.client_gate(0).set({});
    site.client_gate(0).cut();
    for (std::thread& one : dead) one.join();
  });
}

}  // namespace fault
