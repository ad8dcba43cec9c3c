#include "broker/store/ask.h"

namespace broker::store {

boost::asio::awaitable<postgres::Rows> ask(postgres::Pool& pool, std::chrono::milliseconds acquire_timeout,
                                           postgres::Query query) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await pool.acquire(deadline);
  postgres::Rows rows = co_await connection->execute(*query.statement, std::move(query.params));
  co_return rows;
}

}  // namespace broker::store
