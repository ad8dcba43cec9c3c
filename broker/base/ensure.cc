#include "broker/base/ensure.h"

#include <cstdio>
#include <cstdlib>

namespace broker::base {

void stop_at(const std::source_location& where) {
  std::fprintf(stderr, "waymark: a broken assumption at %s:%u in %s\n", where.file_name(), where.line(),
               where.function_name());
  std::abort();
}

}  // namespace broker::base
