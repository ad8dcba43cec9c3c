#include "broker/store/looks.h"

#include <limits>

namespace broker::store {
namespace {

using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Statement;

constexpr Statement looks_page{"looks_page", R"(
select distinct on (position) position, time, authority, officer, school, action, coalesce(subject::text, '') as subject
from look where held_by = $1::uuid and position < $2::bigint and (not $3::boolean or authority <> owner)
order by position desc limit $4::int + 1)"};

}  // namespace

StoredLook stored_look(const Row& row) {
  return {row.integer("position"), row.time("time"),   row.text("authority"), row.text("officer"),
          row.text("school"),      row.text("action"), row.text("subject")};
}

boost::asio::awaitable<Listed<StoredLook>> list_looks(postgres::Pool& pool, Viewer viewer, std::string case_id,
                                                      bool only_others, Page page) {
  const std::string before =
      page.after.empty() ? std::to_string(std::numeric_limits<int64_t>::max()) : std::move(page.after);
  Query query(looks_page, Params(case_id, before, only_others, page.limit));
  const postgres::Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<StoredLook> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = std::to_string(list.items.back().position);
      break;
    }
    list.items.push_back(stored_look(row));
  }
  co_return list;
}

}  // namespace broker::store
