// A whole Waymark for a fault test: a PostgreSQL with its disk writes on, one to three brokers over it, certificates,
// and gates where they are asked for. Everything can be killed, stopped, paused and started again.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/client/api.h"
#include "broker/client/sandbox_broker.h"
#include "broker/postgres/cluster.h"
#include "tests/fault/client.h"
#include "tests/support/gate.h"

namespace fault {

struct SiteSettings {
  std::filesystem::path directory;
  size_t brokers = 1;
  bool has_client_gates = false;   // between the clients and each broker
  bool has_database_gate = false;  // between all brokers and the database
  uint64_t seed = 1;               // of the gates
  std::vector<std::pair<std::string, std::string>> database_options = {};
  bool has_standby = false;  // of the database, that the brokers know of too
  // Variables for the environment of each waymarkd, e.g. {"LD_PRELOAD=..."}.
  std::function<std::vector<std::string>(size_t broker)> environment = {};
};

class Site {
 public:
  // Ready when it returns. Make it in the main thread, with whose end everything ends.
  explicit Site(SiteSettings settings);

  broker::postgres::Cluster& database() { return *database_; }
  const std::filesystem::path& directory() const { return settings_.directory; }
  size_t brokers() const { return brokers_.size(); }

  broker::postgres::Cluster& standby() { return *standby_; }
  // From now on every commit waits for the standby to have it.
  void wait_for_standby();
  // The standby is the database from now on. The former one has to have ended.
  void promote_standby();
  // What was the database before becomes the standby.
  void renew_standby();

  void kill_broker(size_t number);  // kill -9
  void start_broker(size_t number);
  // Waits until the broker says that it is ready. Throws when it is not within `time`; gives how long that took.
  std::chrono::milliseconds await_ready(size_t number, std::chrono::milliseconds time);
  bool is_ready(size_t number) const;
  pid_t broker_pid(size_t number) const { return brokers_.at(number)->pid(); }
  bool has_ended(size_t number) { return brokers_.at(number)->ended().has_value(); }

  support::Gate& client_gate(size_t number) { return *client_gates_.at(number); }
  support::Gate& database_gate() { return *database_gate_; }

  Reach reach(const std::string& authority) const;
  // Past the gates, for what is checked afterwards.
  broker::client::Access access(const std::string& authority) const;
  std::string conninfo() const { return database_url("postgres"); }
  // The end of what a broker wrote.
  std::string log_end(size_t number) const;

 private:
  std::filesystem::path home_of(size_t number) const;
  std::filesystem::path broker_program(size_t number) const;
  std::string database_url(const std::string& role) const;

  SiteSettings settings_;
  broker::client::SandboxCredentials credentials_;
  std::unique_ptr<broker::postgres::Cluster> database_;
  std::unique_ptr<broker::postgres::Cluster> standby_;
  std::unique_ptr<support::Gate> database_gate_;
  std::vector<std::unique_ptr<broker::client::SandboxBroker>> brokers_;
  std::vector<std::unique_ptr<support::Gate>> client_gates_;
  std::vector<std::string> urls_;
};

}  // namespace fault
