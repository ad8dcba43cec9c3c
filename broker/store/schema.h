// The numbered migrations that make the store's tables, compiled in.
#pragma once

#include <span>

#include "broker/postgres/migrate.h"

namespace broker::store {

std::span<const postgres::Migration> migrations();

// Whether this database says of itself that it is a sandbox's: its server runs with `waymark.sandbox = yes`.
boost::asio::awaitable<bool> is_sandbox(postgres::Connection& connection);

}  // namespace broker::store
