// One connection to PostgreSQL on the event loop: statements that prepare themselves, pipelines of one round trip, and
// a deadline on every wait. Used by one coroutine at a time; most callers get theirs from a Pool.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "broker/postgres/errors.h"
#include "broker/postgres/params.h"
#include "broker/postgres/rows.h"

namespace broker::postgres {

template <typename T>
using awaitable = boost::asio::awaitable<T>;
using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

// A statement of the program: a constant of static storage. The name is unique in the program and at most 63 bytes; a
// connection prepares it when it first runs.
struct Statement {
  const char* name;
  const char* sql;
};

// One statement with its parameters, for a pipeline.
struct Query {
  Query(const Statement& query_statement, Params query_params = {})
      : statement(&query_statement), params(std::move(query_params)) {}

  const Statement* statement;
  Params params;
};

class Wire;

class Connection {
 public:
  // How long one execute, pipeline or run_script may take unless set_timeout says otherwise.
  static constexpr std::chrono::milliseconds timeout_default{10'000};

  // Tries the hosts of `conninfo` in order, each with its share of the time left, until one satisfies
  // target_session_attrs. Throws DatabaseError (class 08; what() says what the server said) when none does. A host name
  // is looked up by libpq, which blocks: prefer addresses or a socket directory where the resolver may be slow.
  static awaitable<std::unique_ptr<Connection>> connect(boost::asio::any_io_executor executor, std::string conninfo,
                                                        Deadline deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One statement in an implicit transaction of its own, or in the one that is open. Throws DatabaseError.
  awaitable<Rows> execute(const Statement& statement, Params params);
  awaitable<Rows> execute(const Statement& statement) { return execute(statement, Params()); }

  // All queries in one round trip with a single sync: one implicit transaction, all or nothing, unless they contain
  // begin and commit. Gives one Rows a query. Throws the first error, after which none of an implicit transaction
  // stands.
  awaitable<std::vector<Rows>> pipeline(std::vector<Query> queries);

  // Several statements in one text without parameters, for migrations. They are one implicit transaction unless the
  // text says begin and commit.
  awaitable<void> run_script(std::string sql);

  // Bounds each following call as a whole, in the client and (a little later) by the server's statement_timeout.
  void set_timeout(std::chrono::milliseconds timeout);

  // False after a deadline, a cancellation, a lost connection or a commit in doubt: such a connection is discarded,
  // never mended. An error that the server reported for a statement leaves it true.
  bool is_usable() const;
  // No transaction is open.
  bool is_idle() const;
  // Looks, without waiting, whether the server has closed the connection meanwhile.
  bool is_alive();
  // The server process that serves us; for tests and logs.
  int backend_pid() const;

 private:
  explicit Connection(std::shared_ptr<Wire> wire);

  // Owners: this connection and the pending handler of its deadline timer.
  std::shared_ptr<Wire> wire_;
};

}  // namespace broker::postgres
