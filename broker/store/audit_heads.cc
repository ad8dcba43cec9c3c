#include "broker/store/audit_heads.h"

#include <map>

#include "broker/base/ensure.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Bytes;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{900};
constexpr Statement insert_head{"insert_head", R"(
insert into audit_head (size, root, time, key_id, signature) values ($1, $2, $3, $4, $5)
on conflict (size) do nothing)"};
constexpr Statement heads_page{"heads_page", R"(
select size, root, time, key_id, signature from audit_head where size > $1::bigint order by size limit $2::int + 1)"};

}  // namespace

awaitable<audit::SignedHead> sign_log_head(postgres::Pool& pool, Viewer viewer, const audit::SigningKey& key,
                                           base::Time now) {
  const LogEdge edge = co_await log_edge(pool, std::move(viewer));
  std::map<audit::NodeId, audit::Hash> nodes;
  for (const audit::Node& node : edge.nodes) nodes[node.id] = node.hash;
  const audit::Hash root = audit::root_at(edge.size, [&nodes](audit::NodeId id) { return nodes.at(id); });
  co_return audit::sign_head(key, {edge.size, root, now});
}

awaitable<void> keep_head(postgres::Pool& writer_pool, audit::SignedHead head) {
  Params params(head.head.size, Bytes{std::string(audit::bytes_of(head.head.root))}, head.head.time, head.key_id,
                Bytes{head.signature});
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  co_await connection->execute(insert_head, std::move(params));
}

awaitable<Listed<audit::SignedHead>> list_heads(postgres::Pool& pool, Viewer viewer, Page page) {
  Query query(heads_page, Params(page.after.empty() ? std::string("0") : page.after, page.limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<audit::SignedHead> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = std::to_string(list.items.back().head.size);
      break;
    }
    const auto root = audit::hash_from(row.bytes("root"));
    base::ensure(root.has_value());
    list.items.push_back({{static_cast<uint64_t>(row.integer("size")), *root, row.time("time")},
                          row.text("key_id"),
                          row.bytes("signature")});
  }
  co_return list;
}

}  // namespace broker::store
