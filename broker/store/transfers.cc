#include "broker/store/transfers.h"

#include "broker/store/ask.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Bytes;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{5'000};
constexpr int64_t rewrapped_at_once = 200;

#define WAYMARK_TRANSFER_COLUMNS                                                                                     \
  "id, upload_id, record_key, upn, authority, school, kind, destination, filename, digest, bytes, status, parties, " \
  "claimed_by, received_by, created, available, remind_at, reminded, reported, claimed, received, deleted, "         \
  "certificate, version"

constexpr Statement upsert_transfer{"upsert_transfer", R"(
insert into transfer (id, upload_id, record_key, upn, authority, school, kind, destination, filename, digest, bytes,
  status, parties, claimed_by, received_by, created, available, remind_at, reminded, reported, claimed, received, deleted,
  certificate, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text[], $14::text[], $15, $16, $17, $18, $19, $20, $21,
  $22, $23, $24, $25)
on conflict (id) do update set status = excluded.status, parties = excluded.parties, claimed_by = excluded.claimed_by,
  received_by = excluded.received_by, available = excluded.available, remind_at = excluded.remind_at,
  reminded = excluded.reminded, reported = excluded.reported, claimed = excluded.claimed, received = excluded.received,
  deleted = excluded.deleted, certificate = excluded.certificate, version = excluded.version)"};
constexpr Statement insert_transfer_file{"insert_transfer_file", R"(
insert into transfer_file (transfer_id, key_id, wrapped_key, body) values ($1, $2, $3, $4))"};
// The key is destroyed with the file: what a backup still holds of the body can't be read.
constexpr Statement destroy_transfer_file{"destroy_transfer_file", R"(
update transfer_file set key_id = '', wrapped_key = '', body = '' where transfer_id = $1)"};
constexpr Statement transfer_by_id{"transfer_by_id",
                                   "select " WAYMARK_TRANSFER_COLUMNS " from transfer where id = $1::uuid"};
constexpr Statement transfers_page{"transfers_page", "select " WAYMARK_TRANSFER_COLUMNS R"( from transfer
where id > $1::uuid and ($2 = '' or status = $2)
  and ($3 = '' or ($3 = 'received') = ($4 = any (parties)))
order by id limit $5::int + 1)"};
constexpr Statement sealed_file{"sealed_file", R"(
select key_id, wrapped_key, body from transfer_file where transfer_id = $1::uuid and wrapped_key <> '')"};
// An accepted match with an arrival, or a standing confirmation on a case of the sender's for the same child: by UPN,
// or because both were matched with one record of somebody else.
constexpr Statement grants{"grants", R"(
with waiting as (
  select id, record_key, upn, authority, parties from transfer
  where kind = 'lost' and status in ('sealed', 'available', 'claimed') and ($1 = '' or id::text = $1)
), accepted as (
  select w.id, m.holder as authority, coalesce(nullif(h.school, ''), h.record::jsonb #>> '{school,laestab}') as school
  from waiting w join match_state m on m.seeker_key = w.record_key and m.status = 'accepted'
  join pupil_record h on h.key = m.holder_key and h.kind = 'arrival'
), found as (
  select w.id, c.state::jsonb as state
  from waiting w join case_state c on c.owner = w.authority and c.upn = w.upn
  where w.upn <> '' and c.upn <> '' and c.status in ('located', 'closed')
  union
  select w.id, c.state::jsonb
  from waiting w join match_state m on m.seeker_key = w.record_key and m.status <> 'rejected'
  join match_state n on n.holder_key = m.holder_key and n.seeker_case is not null and n.status <> 'rejected'
  join case_state c on c.id = n.seeker_case and c.owner = w.authority and c.status in ('located', 'closed')
), confirmed as (
  select f.id, one ->> 'authority' as authority, one #>> '{location,school,laestab}' as school
  from found f, jsonb_array_elements(f.state -> 'confirmations') as one
  where one ->> 'state' = 'standing'
  union
  select f.id, f.state #>> '{closure,by}', null from found f where f.state #>> '{closure,kind}' = 'handed_over'
)
select g.id, party from (select * from accepted union select * from confirmed) as g,
  unnest(array[g.authority, g.school]) as party
where party is not null and party <> ''
  and ($1 <> '' or not exists (select from waiting w where w.id = g.id and party = any (w.parties))))"};
// A claimed file counts as collected for the report, and not for the reminder: its receipt is what is waited for.
constexpr Statement due_transfers{"due_transfers", R"(
select t.id, t.authority from transfer t left join authority_setting s on s.authority = t.authority
where t.status in ('sealed', 'available', 'claimed', 'received') and (
  (t.status = 'available' and t.reported is null and t.available < $2::timestamptz)
  or (t.status in ('available', 'claimed') and t.reminded is null and t.remind_at <= $1::timestamptz)
  or (t.status = 'received' and t.received < $3::timestamptz)
  or (t.status in ('sealed', 'available', 'claimed')
      and t.created < $1::timestamptz
        - make_interval(days => coalesce((s.state::jsonb ->> 'transfer_file_retention_days')::int, $5::int))
      and (t.reported is null or t.reported < $4::timestamptz)))
order by t.id limit 500)"};
constexpr Statement files_to_rewrap{"files_to_rewrap", R"(
select f.transfer_id, t.digest, f.key_id, f.wrapped_key from transfer_file f join transfer t on t.id = f.transfer_id
where f.key_id <> $1 and f.wrapped_key <> '' and f.transfer_id > $2::uuid order by f.transfer_id limit $3::int)"};
// Unless it was deleted or wrapped meanwhile.
constexpr Statement rewrap_file{"rewrap_file", R"(
update transfer_file set key_id = $2, wrapped_key = $3 where transfer_id = $1::uuid and key_id = $4 and wrapped_key <> '')"};

std::vector<std::string> plain(const std::vector<std::optional<std::string>>& texts) {
  std::vector<std::string> result;
  for (const auto& text : texts) result.push_back(text.value_or(""));
  return result;
}

}  // namespace

const Statement select_transfers{"select_transfers",
                                 "select " WAYMARK_TRANSFER_COLUMNS " from transfer where id = any ($1::uuid[])"};

TransferRow transfer_of(const Row& row) {
  TransferRow transfer;
  transfer.id = row.text("id");
  transfer.upload_id = row.text("upload_id");
  transfer.record_key = row.integer_or_null("record_key").value_or(0);
  transfer.upn = row.text("upn");
  transfer.authority = row.text("authority");
  transfer.school = row.text("school");
  transfer.kind = row.text("kind");
  transfer.destination = row.text("destination");
  transfer.filename = row.text("filename");
  transfer.digest = row.bytes("digest");
  transfer.bytes = row.integer("bytes");
  transfer.status = row.text("status");
  transfer.parties = plain(row.texts("parties"));
  transfer.claimed_by = plain(row.texts("claimed_by"));
  transfer.received_by = row.text("received_by");
  transfer.created = row.time("created");
  transfer.available = row.time_or_null("available");
  transfer.remind_at = row.time_or_null("remind_at");
  transfer.reminded = row.time_or_null("reminded");
  transfer.reported = row.time_or_null("reported");
  transfer.claimed = row.time_or_null("claimed");
  transfer.received = row.time_or_null("received");
  transfer.deleted = row.time_or_null("deleted");
  transfer.certificate = row.text("certificate");
  transfer.version = row.integer("version");
  return transfer;
}

void save_transfers(const World& world, std::vector<Query>& queries) {
  for (const std::string& id : world.changes.transfers) {
    const TransferRow& row = world.loaded.transfers.at(id);
    const auto key = row.record_key == 0 ? std::nullopt : std::optional<int64_t>(row.record_key);
    queries.emplace_back(upsert_transfer, Params(row.id, row.upload_id, key, row.upn, row.authority, row.school,
                                                 row.kind, row.destination, row.filename, Bytes{row.digest}, row.bytes,
                                                 row.status, row.parties, row.claimed_by, row.received_by, row.created,
                                                 row.available, row.remind_at, row.reminded, row.reported, row.claimed,
                                                 row.received, row.deleted, row.certificate, row.version));
    if (row.status == "deleted") queries.emplace_back(destroy_transfer_file, Params(id));
  }
  for (const auto& [id, file] : world.changes.transfer_files) {
    queries.emplace_back(insert_transfer_file, Params(id, file.key_id, Bytes{file.wrapped_key}, Bytes{file.body}));
  }
}

awaitable<std::optional<TransferRow>> find_transfer(postgres::Pool& pool, Viewer viewer, std::string id) {
  Query query(transfer_by_id, Params(id));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return std::nullopt;
  co_return transfer_of(rows.front());
}

awaitable<Listed<TransferRow>> list_transfers(postgres::Pool& pool, Viewer viewer, TransferFilter filter, Page page) {
  Query query(transfers_page, Params(page.after_id(), filter.status, filter.direction, viewer.inbox(), page.limit));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  Listed<TransferRow> list;
  for (const Row row : rows) {
    if (static_cast<int64_t>(list.items.size()) == page.limit) {
      list.next = list.items.back().id;
      break;
    }
    list.items.push_back(transfer_of(row));
  }
  co_return list;
}

awaitable<std::optional<SealedFile>> read_sealed_file(postgres::Pool& writer_pool, std::string id) {
  Query query(sealed_file, Params(id));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  co_return SealedFile{row.text("key_id"), row.bytes("wrapped_key"), row.bytes("body")};
}

awaitable<std::vector<Grant>> find_grants(postgres::Pool& writer_pool, std::string id) {
  Query query(grants, Params(id));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  std::vector<Grant> found;
  for (const Row row : rows) found.push_back({row.text("id"), row.text("party")});
  co_return found;
}

awaitable<std::vector<DueTransfer>> find_due_transfers(postgres::Pool& writer_pool, TransferTimes times) {
  Query query(due_transfers,
              Params(times.now, times.report_before, times.received_before, times.told_before, times.kept_days));
  const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
  std::vector<DueTransfer> due;
  for (const Row row : rows) due.push_back({row.text("id"), row.text("authority")});
  co_return due;
}

awaitable<Rewrapped> rewrap_files(postgres::Pool& writer_pool, const Vault& vault) {
  Rewrapped result;
  std::string after = "00000000-0000-0000-0000-000000000000";
  while (true) {
    Query query(files_to_rewrap, Params(vault.current_key_id(), after, rewrapped_at_once));
    const Rows rows = co_await ask(writer_pool, acquire_timeout, std::move(query));
    if (rows.empty()) break;
    std::vector<Query> updates;
    for (const Row row : rows) {
      after = row.text("transfer_id");
      const SealedFile sealed{row.text("key_id"), row.bytes("wrapped_key"), ""};
      const auto wrapped = vault.rewrap(sealed, row.bytes("digest"));
      if (!wrapped) {
        ++result.left;
        continue;
      }
      ++result.done;
      updates.emplace_back(rewrap_file, Params(after, wrapped->key_id, Bytes{wrapped->wrapped_key}, sealed.key_id));
    }
    if (updates.empty()) continue;
    const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
    postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
    co_await connection->pipeline(std::move(updates));
  }
  co_return result;
}

}  // namespace broker::store
