// The faults, each a whole run: it makes its site, breaks it round after round under load, and says whether every
// promise was kept. main.cc names them; design: the table of fault tests in ARCHITECTURE.md.
#pragma once

#include "tests/fault/trial.h"

namespace fault {

// Throws CannotRun where the machine lacks what the fault is made with.
class CannotRun : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

bool kill_broker(Trial& trial);        // kill -9 of the only broker
bool kill_one_of_three(Trial& trial);  // of three brokers over one database one is killed at a time
bool kill_database(Trial& trial);      // PostgreSQL: kill -9 of the postmaster or of a backend, or immediate shutdown
bool break_network(Trial& trial);      // between clients and two brokers, and between brokers and database
bool pause_broker(Trial& trial);       // SIGSTOP of one of two brokers
bool fill_disk(Trial& trial);          // of the database
bool jump_clock(Trial& trial);         // the wall clock of a broker
bool slow_recipients(Trial& trial);    // that do not read, or die with what they hold
bool fail_over(Trial& trial);          // from a primary to its synchronous standby
bool fail_over_behind(Trial& trial);   // to a standby that has missed the last commits
bool lose_power(Trial& trial);         // of the database: what was not synced is gone in part
bool soak(Trial& trial);               // memory and descriptors over time; a round is a minute

}  // namespace fault
