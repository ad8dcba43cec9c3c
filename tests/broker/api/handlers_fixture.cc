#include "tests/broker/api/handlers_fixture.h"

#include <algorithm>

#include "broker/domain/reference/directory.h"

namespace broker::api {

postgres::PoolSettings settings_for(const support::StoreDatabase& database, const std::string& role) {
  postgres::PoolSettings settings;
  settings.conninfo = database.conninfo(role);
  return settings;
}

domain::Context surroundings(const domain::Calendar& calendar) {
  domain::Context context;
  context.is_known_authority = [](const std::string& code) { return domain::reference::is_known_authority(code); };
  context.calendar = &calendar;
  return context;
}

boost::asio::awaitable<base::Result<Answer>> HandlersTest::asking(const std::string& method, const std::string& path,
                                                                  Call call) {
  const auto all = routes();
  const auto route =
      std::find_if(all.begin(), all.end(), [&](const Route& one) { return one.method == method && one.path == path; });
  base::ensure(route != all.end());
  call.request.method = method;
  call.request.path = "/v1" + path;
  return route->answer(services, std::move(call));
}

}  // namespace broker::api
