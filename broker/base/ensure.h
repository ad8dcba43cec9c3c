// Stops the process when an assumption of ours is broken, in release builds too. Never for what came from outside.
#pragma once

#include <source_location>

namespace broker::base {

[[noreturn]] void stop_at(const std::source_location& where);

inline void ensure(bool condition, const std::source_location& where = std::source_location::current()) {
  if (!condition) [[unlikely]]
    stop_at(where);
}

}  // namespace broker::base
