#include "broker/base/ids.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "broker/base/ensure.h"

namespace broker::base {

// Drawn many at once, since the generator's own locks cost more than its numbers.
uint64_t SystemRandom::next() {
  static thread_local std::array<uint64_t, 64> drawn;
  static thread_local size_t left = 0;
  if (left == 0) {
    ensure(RAND_bytes(reinterpret_cast<unsigned char*>(drawn.data()), sizeof drawn) == 1);
    left = drawn.size();
  }
  // What was given out does not stay in memory.
  return std::exchange(drawn.at(--left), 0);
}

uint64_t SeededRandom::next() {
  state_ += 0x9E3779B97F4A7C15U;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

std::string IdMaker::next() {
  const auto micros = clock_.now().time_since_epoch().count();
  // RFC 9562 6.2 method 3: the 12 bits after the milliseconds carry the fraction, pushed on when the clock stands
  // still.
  const int64_t tick = (micros / 1000) << 12 | ((micros % 1000) * 4096 / 1000);
  last_tick_ = std::max(last_tick_ + 1, tick);
  const uint64_t random = random_.next();
  const auto millis = static_cast<uint64_t>(last_tick_ >> 12);
  const auto fraction = static_cast<unsigned>(last_tick_ & 0xFFF);
  return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", millis >> 16, millis & 0xFFFF, fraction,
                     0x8000U | static_cast<unsigned>((random >> 48) & 0x3FFF), random & 0xFFFFFFFFFFFFU);
}

bool is_id(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

}  // namespace broker::base
