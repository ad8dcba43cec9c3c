#include "broker/store/uploads.h"

#include "broker/message/match.h"
#include "broker/message/state.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr Statement upload_by_id{"upload_by_id", R"(
select u.id, u.authority, u.school, u.officer, u.kind, u.filename, u.status, u.received, u.accepted, u.rejected,
  u.duplicates, u.warnings, u.time,
  (select count(*) from match_state m where m.seeker_upload = u.id or m.holder_upload = u.id) as matches
from upload u where u.id = $1::uuid)"};
constexpr Statement errors_page{"errors_page", R"(
select number, row, col, code, reason from upload_error
where upload_id = $1::uuid and number > $2::int order by number limit $3::int + 1)"};
constexpr Statement match_by_id{"match_by_id", R"(
select m.state, coalesce(s.record, q.child) as seeker_child, h.record as holder_child
from match_state m left join pupil_record s on s.key = m.seeker_key left join pupil_record h on h.key = m.holder_key
left join query q on q.id = m.query_id
where m.id = $1::uuid)"};
// The page is found in the order of each side's index before anything is read for its rows.
constexpr Statement matches_page{"matches_page", R"(
with sought as (
  select id from match_state
  where seeker = $5 and id > $1::uuid and ($2 = '' or status = $2)
    and ($3 = '' or seeker_upload::text = $3 or holder_upload::text = $3)
  order by id limit $4::int + 1
), held as (
  select id from match_state
  where holder = $5 and id > $1::uuid and ($2 = '' or status = $2)
    and ($3 = '' or seeker_upload::text = $3 or holder_upload::text = $3)
  order by id limit $4::int + 1
), page as (
  select id from sought union select id from held order by id limit $4::int + 1
)
select m.state, coalesce(s.record, q.child) as seeker_child, h.record as holder_child
from page join match_state m on m.id = page.id
left join pupil_record s on s.key = m.seeker_key left join pupil_record h on h.key = m.holder_key
left join query q on q.id = m.query_id
order by m.id)"};

std::optional<matcher::PupilRecord> pupil_or_null(const Row& row, const char* column) {
  if (row.is_null(column)) return std::nullopt;
  return message::decode_pupil(row.view(column));
}

StoredMatch stored_match(const Row& row) {
  return {message::decode_match_state(row.view("state")), pupil_or_null(row, "seeker_child"),
          pupil_or_null(row, "holder_child")};
}

}  // namespace

awaitable<std::optional<StoredUpload>> find_upload(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(upload_by_id, Params(id));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  StoredUpload stored;
  stored.upload.id = row.text("id");
  stored.upload.authority = row.text("authority");
  stored.upload.school = row.text("school");
  stored.upload.officer = row.text("officer");
  stored.upload.kind = row.text("kind");
  stored.upload.filename = row.text("filename");
  stored.upload.status = row.text("status");
  stored.upload.received = row.integer("received");
  stored.upload.accepted = row.integer("accepted");
  stored.upload.rejected = row.integer("rejected");
  stored.upload.duplicates = row.integer("duplicates");
  for (const auto& warning : row.texts("warnings")) stored.upload.warnings.push_back(warning.value_or(""));
  stored.upload.time = row.time("time");
  stored.matches = row.integer("matches");
  co_return stored;
}

awaitable<Listed<UploadError>> list_upload_errors(postgres::Pool& pool, Viewer viewer, std::string id, Page page) {
  Query query(errors_page, Params(id, page.after.empty() ? std::string("0") : page.after, page.limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<UploadError> list;
  std::string last;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = last;
      break;
    }
    last = row.text("number");
    list.items.push_back({row.integer("row"), row.text("col"), row.text("code"), row.text("reason")});
  }
  co_return list;
}

awaitable<std::optional<StoredMatch>> find_match(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(match_by_id, Params(id));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  co_return stored_match(rows.front());
}

awaitable<Listed<StoredMatch>> list_matches(postgres::Pool& pool, Viewer viewer, MatchFilter filter, Page page) {
  Query query(matches_page, Params(page.after_id(), filter.status, filter.upload, page.limit, viewer.authority));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<StoredMatch> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = list.items.back().match.id;
      break;
    }
    list.items.push_back(stored_match(row));
  }
  co_return list;
}

}  // namespace broker::store
