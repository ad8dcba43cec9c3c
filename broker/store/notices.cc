#include "broker/store/notices.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr Statement insert_one_notice{"insert_one_notice", R"(
insert into notice (id, sender, recipient, state) values ($1, $2, $3, $4))"};
constexpr Statement notice_by_id{"notice_by_id", "select state from notice where id = $1::uuid"};
constexpr Statement notices_page{"notices_page", R"(
with sent as (
  select id, state from notice where sender = $1 and id > $2::uuid and not $4::boolean order by id limit $5::int + 1
), received as (
  select id, state from notice where recipient = $1 and id > $2::uuid and not $3::boolean order by id limit $5::int + 1
)
select id, state from (select * from sent union select * from received) as page order by id limit $5::int + 1)"};

}  // namespace

awaitable<Listed<message::Notice>> list_notices(postgres::Pool& pool, Viewer viewer, NoticeFilter filter, Page page) {
  Query query(notices_page, Params(viewer.authority, page.after_id(), filter.is_sent, filter.is_received, page.limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<message::Notice> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = list.items.back().id;
      break;
    }
    list.items.push_back(message::decode_notice_state(row.view("state")));
  }
  co_return list;
}

awaitable<std::optional<message::Notice>> find_notice(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(notice_by_id, Params(id));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  co_return message::decode_notice_state(rows.front().view("state"));
}

Query insert_notice(const message::Notice& notice) {
  return Query(insert_one_notice,
               Params(notice.id, notice.sender, notice.recipient, message::encode_notice_state(notice)));
}

}  // namespace broker::store
