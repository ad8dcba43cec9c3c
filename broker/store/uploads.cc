#include "broker/store/uploads.h"

#include "broker/message/match.h"
#include "broker/message/state.h"
#include "broker/store/ask.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{5'000};

#define WAYMARK_UPLOAD_COLUMNS                                                                                   \
  "id, authority, school, officer, kind, filename, status, received, accepted, rejected, duplicates, warnings, " \
  "digest, "                                                                                                     \
  "time, bytes, bytes_read, parts_done, errors, nullif(claimed_until, '-infinity') as claimed_until"

constexpr Statement upload_by_id{"upload_by_id", "select " WAYMARK_UPLOAD_COLUMNS R"(,
  (select count(*) from match_state m where m.seeker_upload = u.id or m.holder_upload = u.id) as matches
from upload u where u.id = $1::uuid)"};
constexpr Statement errors_page{"errors_page", R"(
select number, row, col, code, reason, member, text from upload_error
where upload_id = $1::uuid and number > $2::int order by number limit $3::int + 1)"};
constexpr Statement cases_of_upns{"cases_of_upns", R"(
select id from case_state where owner = $1 and upn = any ($2::text[]) and upn <> '' and status in ('open', 'located')
union
select c.id from deadline d join case_state c on c.id = d.case_id
where d.kind = 'case' and c.owner = $1 and c.upn = any ($2::text[]) and c.upn <> '')"};
constexpr Statement insert_part{"insert_part", R"(
insert into upload_part (upload_id, number, key_id, wrapped_key, body) values ($1, $2, $3, $4, $5)
on conflict do nothing)"};
constexpr Statement part_by_number{"part_by_number", R"(
select key_id, wrapped_key, body from upload_part where upload_id = $1::uuid and number = $2)"};
constexpr Statement delete_orphans{"delete_orphans", R"(
delete from upload_part p where time < now() - interval '1 hour'
  and not exists (select from upload u where u.id = p.upload_id and u.status = 'processing'))"};
constexpr Statement delete_parts_of{"delete_parts_of", "delete from upload_part where upload_id = $1::uuid"};
constexpr Statement claim_one_upload{"claim_one_upload", R"(
update upload set claimed_until = now() + make_interval(secs => $1::int)
where id = (select id from upload where status = 'processing' and claimed_until < now() order by id limit 1
            for update skip locked)
returning )" WAYMARK_UPLOAD_COLUMNS};
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
    and ($3 = '' or seeker_upload::text = $3 or holder_upload::text = $3 or query_id::text = $3
      or seeker_case::text = $3)
  order by id limit $4::int + 1
), held as (
  select id from match_state
  where holder = $5 and id > $1::uuid and ($2 = '' or status = $2)
    and ($3 = '' or seeker_upload::text = $3 or holder_upload::text = $3 or query_id::text = $3
      or seeker_case::text = $3)
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

const Statement select_uploads{"select_uploads",
                               "select " WAYMARK_UPLOAD_COLUMNS " from upload where id = any ($1::uuid[])"};

UploadRow upload_of(const Row& row) {
  UploadRow upload;
  upload.id = row.text("id");
  upload.authority = row.text("authority");
  upload.school = row.text("school");
  upload.officer = row.text("officer");
  upload.kind = row.text("kind");
  upload.filename = row.text("filename");
  upload.status = row.text("status");
  upload.received = row.integer("received");
  upload.accepted = row.integer("accepted");
  upload.rejected = row.integer("rejected");
  upload.duplicates = row.integer("duplicates");
  for (const auto& warning : row.texts("warnings")) upload.warnings.push_back(warning.value_or(""));
  upload.digest = row.bytes("digest");
  upload.time = row.time("time");
  upload.bytes = row.integer("bytes");
  upload.bytes_read = row.integer("bytes_read");
  upload.parts_done = row.integer("parts_done");
  upload.errors = row.integer("errors");
  upload.claimed_until = row.time_or_null("claimed_until");
  return upload;
}

awaitable<void> save_upload_part(postgres::Pool& writer_pool, std::string upload_id, int64_t number, SealedFile part) {
  Query query(insert_part, Params(upload_id, number, part.key_id, postgres::Bytes{std::move(part.wrapped_key)},
                                  postgres::Bytes{std::move(part.body)}));
  co_await ask(writer_pool, acquire_timeout, std::move(query));
}

awaitable<std::optional<SealedFile>> read_upload_part(postgres::Pool& writer_pool, std::string upload_id,
                                                      int64_t number) {
  Query query(part_by_number, Params(upload_id, number));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  co_return SealedFile{row.text("key_id"), row.bytes("wrapped_key"), row.bytes("body")};
}

awaitable<void> forget_upload_parts(postgres::Pool& writer_pool) {
  Query query(delete_orphans);
  co_await ask(writer_pool, acquire_timeout, std::move(query));
}

awaitable<void> forget_parts_of(postgres::Pool& writer_pool, std::string upload_id) {
  Query query(delete_parts_of, Params(upload_id));
  co_await ask(writer_pool, acquire_timeout, std::move(query));
}

awaitable<std::optional<UploadRow>> claim_upload(postgres::Pool& writer_pool, int64_t lease_seconds) {
  Query query(claim_one_upload, Params(lease_seconds));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  if (rows.empty()) co_return std::nullopt;
  co_return upload_of(rows.front());
}

awaitable<std::vector<std::string>> cases_of_children(postgres::Pool& writer_pool, std::string authority,
                                                      std::vector<std::string> upns) {
  const Rows rows = co_await ask(writer_pool, acquire_timeout, Query(cases_of_upns, Params(authority, upns)));
  std::vector<std::string> ids;
  for (const Row row : rows) ids.push_back(row.text("id"));
  co_return ids;
}

awaitable<std::optional<StoredUpload>> find_upload(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(upload_by_id, Params(id));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  StoredUpload stored;
  stored.upload = upload_of(row);
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
    list.items.push_back({row.integer("row"), row.text("col"), row.text("code"), row.text("reason"), row.text("member"),
                          row.text("text")});
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
