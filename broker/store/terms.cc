#include "broker/store/terms.h"

#include "broker/base/text.h"
#include "broker/postgres/binary_array.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{5000};
constexpr Statement imports{"terms_imports", R"(
select terms, officer, imported from authority_terms where authority = $1 order by id desc limit $2::bigint)"};
constexpr Statement insert_terms{"terms_put", R"(
with import as (
  insert into authority_terms (authority, terms, officer, imported) values ($1, $2, $3, $4::timestamptz) returning id
)
insert into deadline (kind, subject, due) select 'calendar', id::text, $4::timestamptz from import)"};
constexpr Statement import_and_the_one_before{"terms_import", R"(
select one.authority, one.terms, before.terms is not null as has_before, coalesce(before.terms, '') as before
from authority_terms one left join lateral (
  select terms from authority_terms b where b.authority = one.authority and b.id < one.id order by b.id desc limit 1
) before on true
where one.id = $1::bigint)"};
// A case that is closed may still wait for its school.
constexpr Statement counted_cases{"counted_cases", R"(
select c.id from case_state c
where c.id > $2::uuid
  and ($1 = 'bank_holidays' or c.owner = $1 or exists (
    select from enquiry_state e
    where e.case_id = c.id and e.recipient = $1 and e.status not in ('answered', 'withdrawn')))
  and (c.status in ('open', 'located') or exists (select from deadline d where d.case_id = c.id))
order by c.id limit $3::int)"};
constexpr Statement open_enquiries{"open_enquiries", R"(
select id from enquiry_state where case_id = any ($1::uuid[]) and status not in ('answered', 'withdrawn'))"};
constexpr Statement latest{"terms_in_force", R"(
select distinct on (authority) authority, terms from authority_terms order by authority, id desc)"};

}  // namespace

awaitable<std::vector<TermsImport>> imports_of_terms(postgres::Pool& pool, Viewer viewer) {
  Query query(imports, Params(viewer.authority, terms_max));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  std::vector<TermsImport> found;
  for (const Row row : rows) {
    found.insert(found.begin(), {row.text("terms"), row.text("officer"), row.time("imported")});
  }
  co_return found;
}

Query import_terms(const std::string& authority, const std::string& terms, const std::string& officer, base::Time now) {
  return Query(insert_terms, Params(authority, terms, officer, now));
}

awaitable<domain::ImportedTerms> terms_in_force(postgres::Pool& writer_pool) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  const Rows rows = co_await connection->execute(latest);
  domain::ImportedTerms terms;
  for (const Row row : rows) terms[row.text("authority")] = row.text("terms");
  co_return terms;
}

awaitable<std::optional<TermsChange>> read_change(postgres::Pool& writer_pool, std::string subject) {
  TermsChange change;
  change.in_force = co_await terms_in_force(writer_pool);
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params id(base::parse_number(subject).value_or(0));
  const Rows rows = co_await connection->execute(import_and_the_one_before, std::move(id));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  change.calendar = row.text("authority");
  change.before = change.in_force;
  change.before.erase(change.calendar);
  if (row.boolean("has_before")) change.before[change.calendar] = row.text("before");
  change.after = change.in_force;
  change.after[change.calendar] = row.text("terms");
  co_return change;
}

awaitable<CountedCases> cases_counted_by(postgres::Pool& writer_pool, std::string calendar, Page page) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  Params params(calendar, page.after_id(), page.limit);
  const Rows cases = co_await connection->execute(counted_cases, std::move(params));
  CountedCases counted;
  for (const Row row : cases) counted.cases.push_back(row.text("id"));
  Params ids(postgres::id_array(counted.cases));
  const Rows enquiries = co_await connection->execute(open_enquiries, std::move(ids));
  for (const Row row : enquiries) counted.enquiries.push_back(row.text("id"));
  co_return counted;
}

}  // namespace broker::store
