// The handlers over the real store and index, called as the table of routes calls them once a caller is let in.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "broker/api/route.h"
#include "broker/delivery/webhook_policy.h"
#include "tests/support/store_node.h"

namespace broker::api {

using Parameters = std::vector<std::pair<std::string, std::string>>;

postgres::PoolSettings settings_for(const support::StoreDatabase& database, const std::string& role);
domain::Context surroundings(const domain::Calendar& calendar);

class HandlersTest : public ::testing::Test {
 protected:
  HandlersTest() { services.webhook_policy = &webhook_policy; }
  ~HandlersTest() override { threads.join(); }

  Call call_of(const std::string& authority, std::vector<std::string> path_ids, std::string body) {
    Call call;
    call.caller.authority = authority;
    call.actor = {authority, "ada", ""};
    call.viewer = {authority, "", false};
    call.ids = std::move(path_ids);
    call.request.body = std::move(body);
    return call;
  }

  boost::asio::awaitable<base::Result<Answer>> asking(const std::string& method, const std::string& path, Call call);
  base::Result<Answer> ask(const std::string& method, const std::string& path, Call call) {
    return loop.run(asking(method, path, std::move(call)));
  }
  base::Result<Answer> list(const std::string& path, Parameters parameters) {
    Call call = call_of("314", {}, "");
    call.request.query = std::move(parameters);
    return ask("GET", path, std::move(call));
  }
  // The pointer that a list with this parameter is refused with; empty when it is taken.
  std::string refused(const std::string& path, const std::string& name, const std::string& value) {
    const auto answer = list(path, {{name, value}});
    return answer ? "" : answer.error().errors.front().pointer;
  }

  support::EventLoop loop;
  base::SystemClock clock;
  base::SystemRandom random;
  base::IdMaker id_maker{clock, random};
  base::Metrics metrics;
  support::Scratch scratch;
  audit::SigningKey key = audit::SigningKey::create(scratch.path() / "key.pem");
  store::Vault vault = store::Vault::load({scratch.path() / "transfer-key"});
  const domain::Calendar& calendar = domain::built_in_calendar();
  boost::asio::thread_pool threads{1};
  support::StoreDatabase database{loop};
  postgres::Pool pool{loop.executor(), settings_for(database, "waymark_api")};
  postgres::Pool writer_pool{loop.executor(), settings_for(database, "waymark_writer")};
  store::Writer writer{loop.executor(), writer_pool, clock, id_maker, key, surroundings(calendar), metrics};
  store::PostgresStore store{pool, writer_pool, writer};
  base::AsioTimers timers{loop.executor()};
  matching::LiveIndex index{loop.executor(), store, threads.get_executor()};
  delivery::Inboxes inboxes{timers, store, id_maker};
  delivery::WebhookPolicy webhook_policy{delivery::WebhookSecret(std::string(32, 'k')),
                                         delivery::WebhookAddresses({"127.0.0.1"}), ""};
  Services services{pool, writer_pool, writer,  index, inboxes, calendar, clock,
                    key,  id_maker,    threads, 600,   vault,   [] {},    {}};
};

}  // namespace broker::api
