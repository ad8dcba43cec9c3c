// How much processor time processes have used, as the kernel counts it. Used by the load driver.
#pragma once

namespace bench {

// Seconds of our own process.
double own_processor_seconds();
// Of this process, of all that came from it, and of those that have ended and were waited for.
double processor_seconds_of_tree(int process);

}  // namespace bench
