#include "broker/store/audit_log.h"

#include <map>

#include "broker/base/ensure.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr Statement log_size{"log_size", "select coalesce(max(index) + 1, 0) as size from audit_node where level = 0"};
constexpr Statement nodes_by_id{"nodes_by_id", R"(
select n.level, n.index, n.hash from audit_node n
join unnest($1::int[], $2::bigint[]) as wanted (level, index) on n.level = wanted.level and n.index = wanted.index)"};
constexpr Statement entries_page{"entries_page", R"(
select n.index as position, n.hash, e.entry from audit_node n 
left join audit_entry e on e.position = n.index and e.position >= $1::bigint
where n.level = 0 and n.index >= $1::bigint order by n.index limit $2::int + 1)"};

}  // namespace

awaitable<std::vector<audit::Node>> log_nodes(postgres::Pool& pool, Viewer viewer, std::vector<audit::NodeId> ids) {
  std::vector<int64_t> levels, indexes;
  for (const audit::NodeId& id : ids) {
    levels.push_back(static_cast<int64_t>(id.level));
    indexes.push_back(static_cast<int64_t>(id.index));
  }
  Query query(nodes_by_id, Params(levels, indexes));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::map<audit::NodeId, audit::Hash> found;
  for (const Row row : rows) {
    const auto hash = audit::hash_from(row.bytes("hash"));
    base::ensure(hash.has_value());
    found[{static_cast<unsigned>(row.integer("level")), static_cast<uint64_t>(row.integer("index"))}] = *hash;
  }
  std::vector<audit::Node> nodes;
  for (const audit::NodeId& id : ids) nodes.push_back({id, found.at(id)});
  co_return nodes;
}

awaitable<LogEdge> log_edge(postgres::Pool& pool, Viewer viewer) {
  Query query(log_size);
  const Rows rows = co_await read_one_as(pool, viewer, std::move(query));
  LogEdge edge;
  edge.size = static_cast<uint64_t>(rows.front().integer("size"));
  std::vector<audit::NodeId> ids = audit::nodes_of_root(edge.size);
  edge.nodes = co_await log_nodes(pool, std::move(viewer), std::move(ids));
  co_return edge;
}

awaitable<Listed<LogEntry>> list_log_entries(postgres::Pool& pool, Viewer viewer, int64_t from, int64_t limit) {
  Query query(entries_page, Params(from, limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<LogEntry> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == limit) {
      list.next = row.text("position");
      break;
    }
    list.items.push_back({row.integer("position"), row.bytes("hash"), row.text_or_null("entry")});
  }
  co_return list;
}

}  // namespace broker::store
