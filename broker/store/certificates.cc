#include "broker/store/certificates.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Row;
using postgres::Rows;

constexpr std::chrono::seconds patience{5};

constexpr postgres::Statement note{"note_certificate", R"(
with gone as (delete from caller_certificate where expires < $7::timestamptz - interval '180 days' and fingerprint <> $1)
insert into caller_certificate values ($1, $2, $3, $4, $5, $6, $7, $7)
on conflict (fingerprint) do update set last_seen = greatest(caller_certificate.last_seen, excluded.last_seen))"};

constexpr postgres::Statement all_seen{"seen_certificates", R"(
select * from (
  select distinct on (kind, authority, holder) * from caller_certificate
  order by kind, authority, holder, expires desc, fingerprint) latest
order by expires, kind, holder limit 1000)"};

std::string holder_of(const certs::Caller& caller) {
  switch (caller.kind) {
    case certs::CallerKind::authority: return caller.authority;
    case certs::CallerKind::school: return caller.school;
    case certs::CallerKind::officer: return caller.officer;
    case certs::CallerKind::operator_: return caller.name;
  }
  return {};
}

}  // namespace

awaitable<void> note_certificate(postgres::Pool& writer_pool, certs::Caller caller, base::Time now) {
  postgres::Pool::Lease connection = co_await writer_pool.acquire(postgres::deadline_in(patience));
  Params params(caller.fingerprint, certs::word_of(caller.kind), caller.authority, holder_of(caller), caller.serial,
                base::Time(caller.not_after), now);
  co_await connection->execute(note, std::move(params));
}

awaitable<std::vector<SeenCertificate>> seen_certificates(postgres::Pool& writer_pool) {
  postgres::Pool::Lease connection = co_await writer_pool.acquire(postgres::deadline_in(patience));
  const Rows rows = co_await connection->execute(all_seen, Params());
  std::vector<SeenCertificate> seen;
  for (const Row row : rows) {
    seen.push_back({row.text("kind"), row.text("authority"), row.text("holder"), row.text("fingerprint"),
                    row.text("serial"), row.time("expires"), row.time("first_seen"), row.time("last_seen")});
  }
  co_return seen;
}

}  // namespace broker::store
