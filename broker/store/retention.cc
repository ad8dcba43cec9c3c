#include "broker/store/retention.h"

#include "broker/base/log.h"

namespace broker::store {
namespace {

constexpr std::chrono::milliseconds acquire_timeout{5'000};
constexpr const char* broker_officer = "waymark";
// A bounded number at once, so that nobody waits behind it.
constexpr postgres::Statement delete_old_answers{"delete_old_answers", R"(
delete from idempotency where (caller, key) in
  (select caller, key from idempotency where time < now() - interval '7 days' limit 10000))"};

constexpr postgres::Statement old_cases{"old_cases", R"(
select id, owner from cases_past_retention($1) limit 500)"};
constexpr postgres::Statement forget_cases{"forget_cases", "select forget_cases($1::uuid[], $2)"};

}  // namespace

boost::asio::awaitable<int64_t> forget_old_answers(postgres::Pool& writer_pool) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  const postgres::Rows rows = co_await connection->execute(delete_old_answers);
  co_return rows.affected();
}

boost::asio::awaitable<int64_t> forget_old_cases(postgres::Pool& writer_pool, Writer& writer, base::Time now) {
  std::vector<std::string> ids;
  std::vector<std::string> owners;
  {
    const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
    postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
    postgres::Params params(now);
    const postgres::Rows rows = co_await connection->execute(old_cases, std::move(params));
    for (const postgres::Row row : rows) {
      ids.push_back(row.text("id"));
      owners.push_back(row.text("owner"));
    }
  }
  if (ids.empty()) co_return 0;
  Write write;
  write.decide = [ids, owners, now](World& world) -> base::Result<Answer> {
    for (size_t i = 0; i < ids.size(); ++i)
      world.audit(domain::Actor{owners[i], broker_officer, ""}, "case.deleted", ids[i],
                  "the years for which it is kept are over");
    world.write(postgres::Query(forget_cases, postgres::Params(ids, now)));
    return Answer{};
  };
  const base::Result<Answer> done = co_await writer.submit(std::move(write));
  if (!done) co_return 0;
  base::log_info("cases are forgotten whose years are over", {{"cases", ids.size()}});
  co_return static_cast<int64_t>(ids.size());
}

}  // namespace broker::store
