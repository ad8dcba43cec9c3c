// Brings a database to the schema this program knows: numbered, forward only, each once.
#pragma once

#include <span>
#include <stdexcept>
#include <string>

#include "broker/postgres/connection.h"

namespace broker::postgres {

// One embedded file NNNN_name.sql; all of static storage. It runs in one transaction, so it says no begin or commit.
struct Migration {
  int number;  // 1, 2, 3 ... without a gap
  const char* name;
  const char* sql;
};

// The database's schema is not one this program can work with; the message says which migration differs and how.
class SchemaMismatch : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How long one migration may take, and the wait for another process that is migrating.
inline constexpr std::chrono::minutes migration_timeout{60};

// Applies what is missing, each in a transaction of its own, under an advisory lock, and records number, name and
// SHA-256. Gives how many were applied. Throws SchemaMismatch when the database has a migration that is newer than, or
// differs from, those given; DatabaseError when one fails (then that one left nothing behind).
awaitable<int> migrate(Connection& connection, std::span<const Migration> migrations);

// Throws SchemaMismatch unless exactly these migrations are applied. Changes nothing.
awaitable<void> check_schema(Connection& connection, std::span<const Migration> migrations);

}  // namespace broker::postgres
