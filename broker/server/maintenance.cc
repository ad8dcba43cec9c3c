// What an operator runs beside the server: migrations, and the change of the key of transfer files.
#include <exception>
#include <iostream>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "broker/postgres/connection.h"
#include "broker/server/broker.h"
#include "broker/store/schema.h"
#include "broker/store/transfers.h"

namespace broker::server {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr std::chrono::milliseconds migrate_connect_timeout{10'000};

awaitable<void> migrate_now(asio::io_context& context, std::string url, int& applied) {
  const postgres::Deadline deadline = postgres::deadline_in(migrate_connect_timeout);
  auto connection = co_await postgres::Connection::connect(context.get_executor(), std::move(url), deadline);
  const auto migrations = store::migrations();
  applied = co_await postgres::migrate(*connection, migrations);
}

}  // namespace

int migrate(const Configuration& configuration) {
  asio::io_context context;
  int applied = 0;
  std::exception_ptr failure;
  asio::co_spawn(context, migrate_now(context, configuration.database_owner_url, applied),
                 [&failure](std::exception_ptr thrown) { failure = std::move(thrown); });
  context.run();
  if (failure) std::rethrow_exception(failure);
  std::cout << applied << " migrations applied\n";
  return 0;
}

namespace {

awaitable<void> rewrap_now(postgres::Pool& writer_pool, const store::Vault& vault, store::Rewrapped& result) {
  result = co_await store::rewrap_files(writer_pool, vault);
}

}  // namespace

int rewrap(const Configuration& configuration) {
  asio::io_context context;
  const store::Vault vault = store::Vault::load(configuration.transfer_keys);
  postgres::PoolSettings settings;
  settings.conninfo = configuration.database_writer_url;
  settings.connections_max = 1;
  postgres::Pool writer_pool(context.get_executor(), std::move(settings));
  store::Rewrapped result;
  std::exception_ptr failure;
  asio::co_spawn(context, rewrap_now(writer_pool, vault, result), [&](std::exception_ptr thrown) {
    failure = std::move(thrown);
    writer_pool.close();
  });
  context.run();
  if (failure) std::rethrow_exception(failure);
  std::cout << result.done << " files are now under key " << vault.current_key_id() << "\n";
  if (result.left == 0) return 0;
  std::cerr << "waymarkd: " << result.left << " files are under a key that transfer.keys does not name\n";
  return 1;
}

}  // namespace broker::server
