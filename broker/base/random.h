// Where randomness comes from, so that a test can own it.
#pragma once

#include <cstdint>
#include <string>

namespace broker::base {

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t next() = 0;
};

// The operating system's generator through OpenSSL; fit for keys and ids.
class SystemRandom final : public Random {
 public:
  uint64_t next() override;
};

// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same sequence. For tests and the simulation.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  uint64_t next() override;

 private:
  uint64_t state_;
};

}  // namespace broker::base
