// Where inboxes are pushed to. Written through the one writer, read here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/store/deadlines.h"
#include "broker/store/read.h"
#include "broker/store/world.h"

namespace broker::store {

// Everybody's, for the worker. Needs the writer's pool.
boost::asio::awaitable<std::vector<message::WebhookRow>> all_webhooks(postgres::Pool& writer_pool);

// The viewer's own by name, with how many messages wait to be pushed to it.
struct ShownWebhook {
  message::WebhookRow row;
  int64_t pending = 0;
};
boost::asio::awaitable<std::optional<ShownWebhook>> find_webhook(postgres::Pool& pool, postgres::Pool& writer_pool,
                                                                 Viewer viewer, std::string name);
boost::asio::awaitable<std::vector<message::WebhookRow>> list_webhooks(postgres::Pool& pool, Viewer viewer);

// How far the message log has been looked at for webhooks, and where it ends.
struct WebhookFeed {
  DeadlineRow row;
  int64_t last_position = 0;
};
boost::asio::awaitable<WebhookFeed> webhook_feed(postgres::Pool& writer_pool);

// Which of these messages are in this inbox.
boost::asio::awaitable<std::vector<SentMessage>> messages_in(postgres::Pool& writer_pool, std::string inbox,
                                                             std::vector<std::string> ids);

// Used by the loader and the saver alone.
std::vector<message::WebhookRow> webhooks_of(const postgres::Rows& rows);
void save_webhooks(const World& world, std::vector<postgres::Query>& queries);

}  // namespace broker::store
