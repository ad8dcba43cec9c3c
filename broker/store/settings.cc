#include "broker/store/settings.h"

#include "broker/message/settings.h"

namespace broker::store {
namespace {

using boost::asio::awaitable;
using postgres::Params;
using postgres::Query;
using postgres::Row;
using postgres::Rows;
using postgres::Statement;

constexpr std::chrono::milliseconds acquire_timeout{900};
constexpr Statement settings_of{"settings_of", "select state from authority_setting where authority = $1"};
constexpr Statement settings_of_all{"settings_of_all", "select authority, state from authority_setting"};

}  // namespace

awaitable<domain::Settings> find_settings(postgres::Pool& pool, Viewer viewer, std::string authority) {
  Query query(settings_of, Params(authority));
  const Rows rows = co_await read_one_as(pool, std::move(viewer), std::move(query));
  if (rows.empty()) co_return domain::Settings();
  co_return message::decode_settings_state(rows.front().view("state"));
}

awaitable<std::map<std::string, domain::Settings>> all_settings(postgres::Pool& writer_pool) {
  const postgres::Deadline deadline = postgres::deadline_in(acquire_timeout);
  postgres::Pool::Lease connection = co_await writer_pool.acquire(deadline);
  const Rows rows = co_await connection->execute(settings_of_all);
  std::map<std::string, domain::Settings> all;
  for (const Row row : rows) all[row.text("authority")] = message::decode_settings_state(row.view("state"));
  co_return all;
}

}  // namespace broker::store
