// Thousands of seeds. A failing one prints itself; `WAYMARK_SEED=4711 simulation_test` replays it alone.
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "broker/base/log.h"
#include "tests/simulation/run.h"

namespace simulation {
namespace {

uint64_t number_in(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoull(text);
}

// What the workers warn of is the trouble that was made for them.
struct Simulation : testing::Test {
  Simulation() { broker::base::set_log_level(broker::base::LogLevel::error); }
};

}  // namespace

TEST_F(Simulation, KeepsEveryPromiseWhateverTheSeed) {
  const uint64_t alone = number_in("WAYMARK_SEED", 0);
  const uint64_t first = alone != 0 ? alone : number_in("WAYMARK_FIRST_SEED", 1);
  const uint64_t count = alone != 0 ? 1 : number_in("WAYMARK_SEEDS", WAYMARK_SEEDS_DEFAULT);
  Outcome all;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const Outcome one = run(seed);
    all.messages += one.messages;
    all.deliveries += one.deliveries;
    all.pairs += one.pairs;
    all.kills += one.kills;
    all.virtual_time += one.virtual_time;
    for (const std::string& fault : one.faults) ADD_FAILURE() << "seed " << seed << ": " << fault;
    ASSERT_TRUE(one.faults.empty()) << "WAYMARK_SEED=" << seed << " replays it";
  }
  std::cout << count << " seeds: " << all.messages << " messages, " << all.deliveries << " deliveries, " << all.pairs
            << " pairs, " << all.kills << " brokers killed, " << all.virtual_time.count() / 3600
            << " hours of virtual time\n";
}

TEST_F(Simulation, TheSameSeedGivesTheSameRun) {
  for (const uint64_t seed : {7U, 4'711U}) {
    const Outcome once = run(seed);
    const Outcome again = run(seed);
    EXPECT_EQ(once.fingerprint, again.fingerprint);
    EXPECT_EQ(once.deliveries, again.deliveries);
    EXPECT_NE(once.fingerprint, run(seed + 1).fingerprint);
  }
}

}  // namespace simulation
