#include "broker/postgres/migrate.h"

#include <map>

#include "broker/base/ensure.h"
#include "broker/base/text.h"
#include "broker/postgres/transaction.h"

namespace broker::postgres {
namespace {

constexpr Statement take_lock{"waymark_migrate_lock", "select pg_advisory_lock(hashtext('waymark_migrations'))"};
constexpr Statement free_lock{"waymark_migrate_unlock", "select pg_advisory_unlock(hashtext('waymark_migrations'))"};
constexpr Statement make_table{
    "waymark_migrate_table",
    "create table if not exists waymark_migrations (number integer primary key, name text not null,"
    " sha256 text not null, applied timestamptz not null default now())"};
constexpr Statement table_exists{"waymark_migrate_exists", "select to_regclass('waymark_migrations') is not null"};
constexpr Statement list_applied{"waymark_migrate_list",
                                 "select number, name, sha256 from waymark_migrations order by 1"};
constexpr Statement record_applied{"waymark_migrate_record",
                                   "insert into waymark_migrations (number, name, sha256) values ($1, $2, $3)"};

struct Applied {
  std::string name;
  std::string sha256;
};
using AppliedByNumber = std::map<int64_t, Applied>;

std::string digest(const Migration& migration) {
  return base::to_hex(base::sha256(migration.sql));
}

void ensure_numbered(std::span<const Migration> migrations) {
  for (size_t place = 0; place < migrations.size(); ++place) {
    base::ensure(migrations[place].number == static_cast<int>(place) + 1);
  }
}

awaitable<AppliedByNumber> read_applied(Connection& connection) {
  AppliedByNumber applied;
  const Rows exists = co_await connection.execute(table_exists);
  if (!exists.front().boolean(0)) co_return applied;
  const Rows rows = co_await connection.execute(list_applied);
  for (const Row row : rows) applied[row.integer("number")] = Applied{row.text("name"), row.text("sha256")};
  co_return applied;
}

// What is applied must be a beginning of what we know, unchanged.
void require_known(const AppliedByNumber& applied, std::span<const Migration> migrations) {
  int64_t expected = 1;
  for (const auto& [number, record] : applied) {
    const std::string label = "migration " + std::to_string(number) + " (" + record.name + ")";
    if (number != expected++) throw SchemaMismatch("the database lacks a migration before " + label);
    if (number > static_cast<int64_t>(migrations.size())) {
      throw SchemaMismatch("the database has " + label + ", which this program does not know: it is newer");
    }
    if (digest(migrations[static_cast<size_t>(number - 1)]) != record.sha256) {
      throw SchemaMismatch("the database's " + label + " is not the one this program has");
    }
  }
}

awaitable<void> apply(Connection& connection, Migration migration) {
  auto transaction = co_await Transaction::begin(connection, Transaction::Settings());
  co_await connection.run_script(std::string(migration.sql));
  // A script that ends its transaction itself would be recorded apart from what it did.
  if (connection.is_idle()) throw SchemaMismatch(std::string("migration ") + migration.name + " ends its transaction");
  Params record(migration.number, migration.name, digest(migration));
  co_await transaction.execute(record_applied, std::move(record));
  co_await transaction.commit();
}

awaitable<int> apply_missing(Connection& connection, std::span<const Migration> migrations) {
  co_await connection.execute(make_table);
  const AppliedByNumber applied = co_await read_applied(connection);
  require_known(applied, migrations);
  int count = 0;
  for (const Migration& migration : migrations.subspan(applied.size())) {
    co_await apply(connection, migration);
    ++count;
  }
  co_return count;
}

}  // namespace

awaitable<int> migrate(Connection& connection, std::span<const Migration> migrations) {
  ensure_numbered(migrations);
  connection.set_timeout(migration_timeout);
  co_await connection.execute(take_lock);
  int count = 0;
  std::exception_ptr failure;
  try {
    count = co_await apply_missing(connection, migrations);
  } catch (...) {
    failure = std::current_exception();
  }
  if (connection.is_usable()) {
    if (!connection.is_idle()) co_await connection.run_script("rollback");
    co_await connection.execute(free_lock);
    connection.set_timeout(Connection::timeout_default);
  }
  if (failure) std::rethrow_exception(failure);
  co_return count;
}

awaitable<void> check_schema(Connection& connection, std::span<const Migration> migrations) {
  ensure_numbered(migrations);
  const AppliedByNumber applied = co_await read_applied(connection);
  require_known(applied, migrations);
  if (applied.size() < migrations.size()) {
    throw SchemaMismatch("the database lacks migration " + std::to_string(applied.size() + 1) + " (" +
                         migrations[applied.size()].name + "): run `waymarkd migrate`");
  }
}

}  // namespace broker::postgres
