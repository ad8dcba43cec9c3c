// Holds what the clients were told against what the database holds. Each promise that is broken becomes a sentence.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "broker/client/api.h"
#include "broker/postgres/connection.h"
#include "tests/fault/history.h"
#include "tests/support/event_loop.h"

namespace fault {

// Where the logs ended before the history began.
struct Marks {
  int64_t audit = 0;    // entries
  int64_t message = 0;  // position of the last
};

class Checker {
 public:
  // As the superuser.
  explicit Checker(const std::string& conninfo);

  Marks marks();
  // Waits until no record waits to be matched. Leases of brokers that were killed are ended first.
  bool await_matching(std::chrono::milliseconds time);

  // Everything the history says, once nobody writes and every inbox was read to its end.
  std::vector<std::string> check(const History& history, const Marks& before);

 private:
  void check_answers(const History& history);
  void check_log_entries(const History& history, const Marks& before);
  void check_messages(const History& history, const Marks& before);
  void check_order(const History& history, const Marks& before);
  void check_cases();
  void check_pairs(const History& history);
  void check_deadlines();
  // Each row of `sql` is a fault; its first column says where.
  void none(const char* name, const char* sql, const std::string& what);
  void fault(std::string what);
  broker::postgres::Rows ask(const char* name, const char* sql, broker::postgres::Params params = {});

  support::EventLoop loop_;
  std::unique_ptr<broker::postgres::Connection> connection_;
  std::vector<std::string> faults_;
};

// As a client sees it: the log's head is signed, its entries are what was signed, and it continues the head that is
// kept in `witness`, which then holds the new one. Gives a sentence when not.
std::string fault_in_log(broker::client::Access access, const std::filesystem::path& witness);

}  // namespace fault
