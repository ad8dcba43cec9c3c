// Pushes news of messages to the webhooks of their recipients. It follows the message log, so that accepting a message
// costs nothing more; each push is a deadline of its own, tried again on a ladder of pauses. A message that was never
// pushed waits in the inbox all the same: a push acknowledges nothing.
#pragma once

#include <string>
#include <vector>

#include "broker/delivery/scheduler.h"
#include "broker/delivery/webhook_policy.h"
#include "broker/store/webhooks.h"
#include "broker/store/writer.h"

namespace broker::delivery {

class Webhooks {
 public:
  // What one message is tried: at once, and after each of these. Then it is given up.
  static constexpr std::chrono::seconds ladder[] = {
      std::chrono::seconds(5), std::chrono::minutes(5), std::chrono::minutes(30),
      std::chrono::hours(2),   std::chrono::hours(5),   std::chrono::hours(10),
      std::chrono::hours(14),  std::chrono::hours(20),  std::chrono::hours(24)};
  static constexpr std::chrono::seconds push_timeout{5};
  // One that fails for so long is disabled, and its owner told by a message.
  static constexpr std::chrono::days failing_max{5};

  // All references outlive it. `clock` is that of deadlines; the time that is signed is the machine's.
  Webhooks(boost::asio::any_io_executor executor, postgres::Pool& writer_pool, store::Writer& writer,
           const base::Clock& clock, base::Metrics& metrics, const WebhookPolicy& policy);
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  boost::asio::awaitable<void> run();
  // Looks for news and pushes what is due; gives how many pushes it tried.
  boost::asio::awaitable<size_t> work_once();
  void stop();

 private:
  using Rows = std::vector<store::DeadlineRow>;
  // Empty when it arrived, else why not.
  struct Outcome {
    std::string error;
    bool is_gone = false;
  };

  boost::asio::awaitable<void> follow_log();
  boost::asio::awaitable<void> push(Rows rows);
  boost::asio::awaitable<void> push_to_one(message::WebhookKey key, Rows rows);
  boost::asio::awaitable<Outcome> post(message::WebhookRow webhook, store::SentMessage message);
  boost::asio::awaitable<void> submit(store::Write write);

  boost::asio::any_io_executor executor_;
  postgres::Pool& writer_pool_;
  store::Writer& writer_;
  const base::Clock& clock_;
  base::Metrics& metrics_;
  const WebhookPolicy& policy_;
  Scheduler scheduler_;
  boost::asio::steady_timer timer_;
  bool is_stopped_ = false;
};

// The deadline under which one message is pushed to one webhook.
store::DeadlineRow push_row(const message::WebhookKey& key, const store::SentMessage& message, base::Time due);

}  // namespace broker::delivery
