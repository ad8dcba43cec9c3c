// waymark-fault: breaks a Waymark under load in one way, round after round, and says whether every promise was kept.
//   waymark-fault kill-broker --rounds 50 --seed 7
// Exit 0: clean. 1: a promise was broken. 2: misused. 77: this machine lacks what the fault is made with.
#include <cstring>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "broker/client/sandbox_process.h"
#include "tests/fault/faults.h"

namespace {

struct Named {
  const char* name;
  bool (*run)(fault::Trial&);
  const char* what;
};

constexpr Named faults[] = {
    {"kill-broker", fault::kill_broker, "kill -9 of the only broker"},
    {"kill-one-of-three", fault::kill_one_of_three, "kill -9 of one of three brokers over one database"},
    {"kill-database", fault::kill_database, "kill -9 and immediate shutdown of PostgreSQL beside two brokers"},
    {"network", fault::break_network, "cuts, delays, halves, trickles, repeats; at the clients and at the database"},
    {"clock", fault::jump_clock, "the wall clocks of two brokers jump, by seconds and by hours"},
    {"disk-full", fault::fill_disk, "the disk of the database is full for a while"},
    {"failover", fault::fail_over, "the database's primary dies and its synchronous standby takes over"},
    {"failover-behind", fault::fail_over_behind, "a standby takes over that has missed the last commits"},
    {"pause-broker", fault::pause_broker, "SIGSTOP of one of two brokers for --pause seconds"},
    {"power-loss", fault::lose_power, "the database's disk forgets a part of what was not synced"},
    {"slow-recipients", fault::slow_recipients, "recipients that read a few bytes at a time, or claim and are gone"},
    {"soak", fault::soak, "nothing but load, a minute a round: memory and descriptors"},
};

constexpr int cannot_run = 77;

int misused(const std::string& why) {
  std::cerr << "waymark-fault: " << why << "\nUsage: waymark-fault FAULT [--rounds N] [--seed S] [--pause SECONDS] "
            << "[--keep DIRECTORY] [--quiet]\nFaults:\n";
  for (const Named& one : faults) std::cerr << "  " << one.name << "\n      " << one.what << '\n';
  return 2;
}

int run(const Named& named, fault::Options options, bool is_kept) {
  const std::filesystem::path made =
      is_kept ? options.directory : broker::client::make_temporary_directory("waymark-fault");
  options.directory = made;
  bool is_clean = false;
  try {
    fault::Trial trial(options);
    is_clean = named.run(trial);
  } catch (const fault::CannotRun& error) {
    std::cerr << "waymark-fault: " << named.name << " can't run here: " << error.what() << '\n';
    return cannot_run;
  } catch (const std::exception& error) {
    std::cerr << "waymark-fault: " << named.name << ": " << error.what() << '\n';
  }
  if (is_clean && !is_kept) std::filesystem::remove_all(made);
  if (!is_clean) std::cerr << "What it left is in " << made.string() << '\n';
  return is_clean ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return misused("name a fault");
  const Named* named = nullptr;
  for (const Named& one : faults) {
    if (std::strcmp(arguments[1], one.name) == 0) named = &one;
  }
  if (named == nullptr) return misused(std::string("no fault is called ") + arguments[1]);
  fault::Options options;
  bool is_kept = false;
  try {
    for (int i = 2; i < count; ++i) {
      const std::string flag = arguments[i];
      if (flag == "--quiet") {
        options.is_quiet = true;
        continue;
      }
      if (++i == count) return misused(flag + " needs a value");
      if (flag == "--rounds") {
        options.rounds = std::stoi(arguments[i]);
      } else if (flag == "--seed") {
        options.seed = std::stoull(arguments[i]);
      } else if (flag == "--pause") {
        options.pause_seconds = std::stoi(arguments[i]);
      } else if (flag == "--keep") {
        options.directory = std::filesystem::absolute(arguments[i]);
        is_kept = true;
      } else {
        return misused("no such flag: " + flag);
      }
    }
  } catch (const std::logic_error&) {
    return misused("a number is no number");
  }
  return run(*named, options, is_kept);
}
