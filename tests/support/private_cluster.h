// A PostgreSQL server for the tests of one process, and a fresh database for each test.
#pragma once

#include <string>

#include "broker/postgres/cluster.h"

namespace support {

// Started when first asked for, stopped and removed when the process ends. Not durable: fsync is off.
broker::postgres::Cluster& private_cluster();

// A new empty database in it; gives its conninfo.
std::string fresh_database();

}  // namespace support
