// One run of the simulation from one seed: clients write and read at brokers that are slow, fail and die, on virtual
// time; at the end every promise is looked at. The same seed gives the same run.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace simulation {

struct Outcome {
  std::vector<std::string> faults;  // sentences; empty: every promise was kept
  // What happened, as one number: equal runs have equal ones.
  uint64_t fingerprint = 0;
  size_t messages = 0;
  size_t deliveries = 0;  // more than messages: some came again
  size_t pairs = 0;
  size_t kills = 0;
  std::chrono::seconds virtual_time{0};
};

Outcome run(uint64_t seed);

}  // namespace simulation
