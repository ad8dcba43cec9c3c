#include "broker/store/terms.h"

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
insert into authority_terms (authority, terms, officer, imported) values ($1, $2, $3, $4::timestamptz))"};
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

}  // namespace broker::store
