#include "broker/postgres/transaction.h"

#include "broker/base/ensure.h"

namespace broker::postgres {
namespace {

constexpr Statement begin_read_committed{"waymark_begin", "begin isolation level read committed"};
constexpr Statement begin_repeatable_read{"waymark_begin_repeatable", "begin isolation level repeatable read"};
constexpr Statement begin_serializable{"waymark_begin_serializable", "begin isolation level serializable"};
constexpr Statement commit_transaction{"waymark_commit", "commit"};
constexpr Statement rollback_transaction{"waymark_rollback", "rollback"};
constexpr Statement set_local_setting{"waymark_set_local", "select set_config($1, $2, true)"};

const Statement& begin_of(Isolation isolation) {
  switch (isolation) {
    case Isolation::read_committed: return begin_read_committed;
    case Isolation::repeatable_read: return begin_repeatable_read;
    case Isolation::serializable: return begin_serializable;
  }
  base::ensure(false);
  return begin_read_committed;
}

// COMMIT of a transaction in which something failed says ROLLBACK, not an error.
void require_committed(const Rows& answer) {
  if (answer.tag() != "COMMIT") throw DatabaseError("25P02", "the transaction had failed and was rolled back");
}

}  // namespace

Query set_local(const std::string& name, const std::string& value) {
  return Query(set_local_setting, Params(name, value));
}

awaitable<Transaction> Transaction::begin(Connection& connection, Settings settings, Isolation isolation) {
  base::ensure(connection.is_idle());
  std::vector<Query> queries;
  queries.emplace_back(begin_of(isolation));
  for (const auto& [name, value] : settings) queries.push_back(set_local(name, value));
  co_await connection.pipeline(std::move(queries));
  co_return Transaction(connection);
}

awaitable<void> Transaction::commit() {
  const Rows answer = co_await connection_->execute(commit_transaction);
  require_committed(answer);
}

awaitable<std::vector<Rows>> Transaction::commit_after(std::vector<Query> queries) {
  queries.emplace_back(commit_transaction);
  auto answers = co_await connection_->pipeline(std::move(queries));
  require_committed(answers.back());
  answers.pop_back();
  co_return answers;
}

awaitable<void> Transaction::rollback() {
  co_await connection_->execute(rollback_transaction);
}

}  // namespace broker::postgres
