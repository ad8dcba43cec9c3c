#include "broker/store/notices.h"

#include "broker/base/ensure.h"
#include "broker/message/state.h"
#include "broker/store/found_by.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{900};
constexpr Statement insert_one_notice{"insert_one_notice", R"(
insert into notice (id, sender, recipient, state, found_by) values ($1, $2, $3, $4, $5::text[]))"};
constexpr Statement notice_by_id{"notice_by_id", "select state, status, ended from notice where id = $1::uuid"};
constexpr Statement notices_page{"notices_page", R"(
with sent as (
  select id, state, status, ended from notice where sender = $1 and id > $2::uuid and not $4::boolean order by id limit $5::int + 1
), received as (
  select id, state, status, ended from notice where recipient = $1 and id > $2::uuid and not $3::boolean order by id limit $5::int + 1
)
select state, status, ended from (select * from sent union select * from received) as page order by id limit $5::int + 1)"};
constexpr Statement end_one_notice{"end_one_notice", R"(
update notice set status = $2, ended = $3::timestamptz where id = $1::uuid)"};
constexpr Statement met_digests{"met_digests", R"(
select distinct p.digest from pupil_record p
join match_state m on m.seeker_key = p.key and m.status <> 'rejected'
join pupil_record h on h.key = m.holder_key and h.kind = 'arrival'
where p.digest = any ($1::bytea[]) and p.kind = 'expected')"};

}  // namespace

message::Notice notice_in(const Row& row) {
  message::Notice notice = message::decode_notice_state(row.view("state"));
  const auto status = domain::parse_name<message::NoticeStatus>(row.view("status"));
  base::ensure(status.has_value());
  notice.status = *status;
  notice.ended = row.time_or_null("ended");
  return notice;
}

awaitable<Listed<message::Notice>> list_notices(postgres::Pool& pool, Viewer viewer, NoticeFilter filter, Page page) {
  Query query(notices_page, Params(viewer.authority, page.after_id(), filter.is_sent, filter.is_received, page.limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<message::Notice> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = list.items.back().id;
      break;
    }
    list.items.push_back(notice_in(row));
  }
  co_return list;
}

awaitable<std::optional<message::Notice>> find_notice(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(notice_by_id, Params(id));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  co_return notice_in(rows.front());
}

Query insert_notice(const message::Notice& notice) {
  return Query(insert_one_notice, Params(notice.id, notice.sender, notice.recipient,
                                         message::encode_notice_state(notice), found_by(notice.children)));
}

Query end_notice(const std::string& id, message::NoticeStatus status, base::Time now) {
  return Query(end_one_notice, Params(id, std::string(domain::text_of(status)), now));
}

std::string digest_of_expected(const std::string& sender, const matcher::PupilRecord& child) {
  return digest_of(sender, domain::RecordKind::expected, message::encode_pupil(child));
}

awaitable<std::optional<message::Notice>> read_notice(postgres::Pool& writer_pool, std::string id) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params params(id);
  const Rows rows = co_await connection->execute(notice_by_id, std::move(params));
  if (rows.empty()) co_return std::nullopt;
  co_return notice_in(rows.front());
}

awaitable<std::set<std::string>> met_by_arrivals(postgres::Pool& writer_pool, std::vector<std::string> digests) {
  std::vector<postgres::Bytes> raw;
  for (std::string& digest : digests) raw.push_back({std::move(digest)});
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params params(raw);
  const Rows rows = co_await connection->execute(met_digests, std::move(params));
  std::set<std::string> met;
  for (const Row row : rows) met.insert(row.bytes("digest"));
  co_return met;
}

}  // namespace broker::store
