// The audit log as a caller may read it: its own entries, and every hash.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/audit/merkle.h"
#include "broker/store/read.h"

namespace broker::store {

// How many entries there are, and the whole subtrees that make up the root.
struct LogEdge {
  uint64_t size = 0;
  std::vector<audit::Node> nodes;
};
boost::asio::awaitable<LogEdge> log_edge(postgres::Pool& pool, Viewer viewer);

// Stored nodes by id, in the order asked; all of them exist.
boost::asio::awaitable<std::vector<audit::Node>> log_nodes(postgres::Pool& pool, Viewer viewer,
                                                           std::vector<audit::NodeId> ids);

struct LogEntry {
  int64_t position = 0;
  std::string leaf;                  // its hash, raw
  std::optional<std::string> entry;  // the bytes that were hashed; absent when it is another authority's
};
boost::asio::awaitable<Listed<LogEntry>> list_log_entries(postgres::Pool& pool, Viewer viewer, int64_t from,
                                                          int64_t limit);

}  // namespace broker::store
