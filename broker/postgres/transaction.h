// A transaction over several round trips. Left without commit or rollback (a throw), its connection is discarded by the
// pool, which rolls back.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "broker/postgres/connection.h"

namespace broker::postgres {

enum class Isolation { read_committed, repeatable_read, serializable };

class Transaction {
 public:
  // Name and value of each `set local`, e.g. {"waymark.authority", "314"}; travels with begin in one round trip.
  using Settings = std::vector<std::pair<std::string, std::string>>;

  // The connection must outlive the transaction and be idle.
  static awaitable<Transaction> begin(Connection& connection, Settings settings,
                                      Isolation isolation = Isolation::read_committed);

  awaitable<Rows> execute(const Statement& statement, Params params) {
    return connection_->execute(statement, std::move(params));
  }
  awaitable<std::vector<Rows>> pipeline(std::vector<Query> queries) {
    return connection_->pipeline(std::move(queries));
  }

  // Returns once the transaction is durable. Throws DatabaseError otherwise; see is_outcome_unknown().
  awaitable<void> commit();
  // The last queries and the commit in one round trip.
  awaitable<std::vector<Rows>> commit_after(std::vector<Query> queries);
  // Keeps the connection for its next user; a refusal is the usual reason.
  awaitable<void> rollback();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

// `set local name = value` as a query, for the head of a pipeline that is one implicit transaction.
Query set_local(const std::string& name, const std::string& value);

}  // namespace broker::postgres
