// The numbered migrations that make the store's tables, compiled in.
#pragma once

#include <span>

#include "broker/postgres/migrate.h"

namespace broker::store {

std::span<const postgres::Migration> migrations();

}  // namespace broker::store
