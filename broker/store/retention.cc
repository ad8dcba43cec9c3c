#include "broker/store/retention.h"

namespace broker::store {
namespace {

constexpr std::chrono::milliseconds acquire_timeout{5'000};
// A bounded number at once, so that nobody waits behind it.
constexpr postgres::Statement delete_old_answers{"delete_old_answers", R"(
delete from idempotency where (caller, key) in
  (select caller, key from idempotency where time < now() - interval '7 days' limit 10000))"};

}  // namespace

boost::asio::awaitable<int64_t> forget_old_answers(postgres::Pool& writer_pool) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  const postgres::Rows rows = co_await connection->execute(delete_old_answers);
  co_return rows.affected();
}

}  // namespace broker::store
