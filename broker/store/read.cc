#include "broker/store/read.h"

#include <iterator>

#include "broker/postgres/transaction.h"

namespace broker::store {
namespace {

constexpr std::chrono::milliseconds acquire_timeout{900};

}  // namespace

boost::asio::awaitable<std::vector<postgres::Rows>> read_as(postgres::Pool& pool, Viewer viewer,
                                                            std::vector<postgres::Query> queries) {
  std::vector<postgres::Query> all;
  all.push_back(postgres::set_local("waymark.authority", viewer.authority));
  all.push_back(postgres::set_local("waymark.school", viewer.school));
  all.push_back(postgres::set_local("waymark.auditor", viewer.is_auditor ? "yes" : ""));
  const auto head = static_cast<std::ptrdiff_t>(all.size());
  std::move(queries.begin(), queries.end(), std::back_inserter(all));
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await pool.acquire(deadline);
  std::vector<postgres::Rows> results = co_await connection->pipeline(std::move(all));
  results.erase(results.begin(), results.begin() + head);
  co_return results;
}

boost::asio::awaitable<postgres::Rows> read_one_as(postgres::Pool& pool, Viewer viewer, postgres::Query query) {
  std::vector<postgres::Query> queries;
  queries.push_back(std::move(query));
  std::vector<postgres::Rows> results = co_await read_as(pool, std::move(viewer), std::move(queries));
  co_return std::move(results.front());
}

}  // namespace broker::store
