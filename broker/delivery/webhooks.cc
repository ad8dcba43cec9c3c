#include "broker/delivery/webhooks.h"

#include <algorithm>
#include <exception>
#include <map>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/domain/decide.h"
#include "broker/net/client.h"
#include "broker/net/url.h"

namespace broker::delivery {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using message::WebhookKey;
using message::WebhookRow;
using store::Answer;
using store::DeadlineRow;
using store::SentMessage;
using store::World;

constexpr const char* kind = "webhook";
constexpr std::chrono::seconds pause{1};
constexpr std::chrono::seconds lease{300};  // a hundred pushes to one slow receiver, and some
constexpr int64_t messages_at_once = 500;
constexpr size_t answer_bytes_max = 64 * 1024;
constexpr std::chrono::minutes longest_wait{30};

struct Subject {
  WebhookKey key;
  std::string message_id;
};
// `319/case-system/019a7c6e-...`
Subject parse_subject(const std::string& subject) {
  const auto parts = base::split(subject, '/');
  base::ensure(parts.size() == 3);
  return {{std::string(parts[0]), std::string(parts[1])}, std::string(parts[2])};
}

bool stands(const World& world, const DeadlineRow& row) {
  const DeadlineRow* now = world.deadline(row.key);
  return now != nullptr && now->due == row.due && now->detail == row.detail;
}

// What came of one webhook's rows.
struct Tries {
  std::set<std::string> done;  // ids of messages
  std::string failed_id;
  std::string error;
  bool is_gone = false;
  bool is_off = false;  // disabled or deleted meanwhile
};

// The row after a failed try, or nothing when it has been tried often enough.
std::optional<DeadlineRow> tried_again(DeadlineRow row, base::Time now) {
  const auto tries = static_cast<size_t>(base::parse_number(row.detail).value_or(0));
  if (tries >= std::size(Webhooks::ladder)) return std::nullopt;
  row.due = now + Webhooks::ladder[tries];
  row.detail = std::to_string(tries + 1);
  return row;
}

// Those that stood behind the one that failed wait with it, though never so long that a receiver which is back is kept
// waiting for half a day.
void move_rows(World& world, const std::vector<DeadlineRow>& rows, const Tries& tried, bool is_over, base::Time now) {
  base::Time others_due = now + Webhooks::ladder[0];
  for (const DeadlineRow& row : rows) {
    if (parse_subject(row.key.subject).message_id != tried.failed_id) continue;
    if (const auto next = tried_again(row, now)) others_due = std::min(next->due, now + longest_wait);
  }
  for (const DeadlineRow& row : rows) {
    if (!stands(world, row)) continue;
    const std::string id = parse_subject(row.key.subject).message_id;
    std::optional<DeadlineRow> next = row;
    if (id == tried.failed_id) {
      next = tried_again(row, now);
    } else if (!tried.failed_id.empty()) {
      next->due = others_due;
    }
    if (is_over || !next || tried.done.contains(id)) {
      world.drop_deadline(row.key);
    } else {
      world.set_deadline(*next);
    }
  }
}

// Where the owner is told that nothing is pushed any more.
void disable(World& world, WebhookRow& row) {
  row.is_disabled = true;
  ++row.version;
  message::Outgoing message;
  message.type = "webhook.disabled";
  message.sender = domain::broker_itself.authority;
  message.recipient = row.key.owner;
  message.data = message::encode_webhook_disabled(row);
  const std::string data = message.data;
  world.send(std::move(message));
  world.audit({row.key.owner.substr(0, 3), domain::broker_itself.officer, ""}, "webhook.disabled", row.key.name, data);
}

// True when it is disabled by this.
bool note_tries(World& world, WebhookRow row, const Tries& tried, base::Time now) {
  if (row.is_disabled || (tried.done.empty() && tried.failed_id.empty())) return row.is_disabled;
  if (!tried.done.empty()) {
    row.last_success = now;
    row.failing_since.reset();
  }
  if (!tried.failed_id.empty()) {
    row.last_failure = now;
    if (!row.failing_since) row.failing_since = now;
  }
  row.last_error = tried.error;
  const bool is_given_up = row.failing_since && now - *row.failing_since >= Webhooks::failing_max;
  if (tried.is_gone || is_given_up) disable(world, row);
  world.put_webhook(row);
  return row.is_disabled;
}

}  // namespace

DeadlineRow push_row(const WebhookKey& key, const SentMessage& message, base::Time due) {
  return {{kind, key.owner + "/" + key.name + "/" + message.id}, message.case_id, due, "0"};
}

Webhooks::Webhooks(asio::any_io_executor executor, postgres::Pool& writer_pool, store::Writer& writer,
                   const base::Clock& clock, base::Metrics& metrics, const WebhookPolicy& policy)
    : executor_(executor),
      writer_pool_(writer_pool),
      writer_(writer),
      clock_(clock),
      metrics_(metrics),
      policy_(policy),
      scheduler_(executor, writer_pool, clock, metrics, lease),
      timer_(executor) {
  scheduler_.on(kind, [this](Rows rows) { return push(std::move(rows)); });
}

void Webhooks::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

awaitable<void> Webhooks::run() {
  while (!is_stopped_) {
    try {
      const size_t tried = co_await work_once();
      if (tried == static_cast<size_t>(Scheduler::rows_max)) continue;
    } catch (const std::exception& error) {
      base::log_warning("webhooks wait", {{"error", error.what()}});
    }
    if (is_stopped_) co_return;
    timer_.expires_after(pause);
    boost::system::error_code woken;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

awaitable<size_t> Webhooks::work_once() {
  co_await follow_log();
  const size_t tried = co_await scheduler_.act_once();
  co_return tried;
}

awaitable<void> Webhooks::submit(store::Write write) {
  const auto written = co_await writer_.submit(std::move(write));
  if (!written) throw postgres::Unavailable(written.error().detail);
}

// Makes a push of each new message whose recipient has a webhook for it. Of several brokers that look at once one finds
// the row as it read it, and the others do nothing.
awaitable<void> Webhooks::follow_log() {
  const store::WebhookFeed feed = co_await store::webhook_feed(writer_pool_);
  const int64_t position = base::parse_number(feed.row.detail).value_or(0);
  if (feed.last_position <= position) co_return;
  const std::vector<WebhookRow> webhooks = co_await store::all_webhooks(writer_pool_);
  std::vector<SentMessage> messages;
  DeadlineRow next = feed.row;
  next.detail = std::to_string(feed.last_position);
  if (!webhooks.empty()) {
    messages = co_await store::sent_after(writer_pool_, position, messages_at_once);
    if (!messages.empty()) next.detail = std::to_string(messages.back().position);
  }
  store::Write write;
  write.needs.deadlines.push_back(feed.row.key);
  write.decide = [feed, next, webhooks, messages, now = clock_.now()](World& world) -> base::Result<Answer> {
    if (!stands(world, feed.row)) return Answer{};
    for (const SentMessage& message : messages) {
      for (const WebhookRow& webhook : webhooks) {
        if (webhook.key.owner != message.recipient || !webhook.wants(message.type)) continue;
        world.set_deadline(push_row(webhook.key, message, now));
      }
    }
    world.set_deadline(next);
    return Answer{};
  };
  co_await submit(std::move(write));
}

// Each webhook by itself and all at once, so that a slow receiver holds up nobody but itself.
awaitable<void> Webhooks::push(Rows rows) {
  std::map<WebhookKey, Rows> by_webhook;
  for (DeadlineRow& row : rows) by_webhook[parse_subject(row.key.subject).key].push_back(std::move(row));
  size_t left = by_webhook.size();
  std::exception_ptr failure;
  asio::steady_timer all_done(executor_, asio::steady_timer::time_point::max());
  for (auto& [key, own] : by_webhook) {
    asio::co_spawn(executor_, push_to_one(key, std::move(own)), [&](std::exception_ptr thrown) {
      if (thrown) failure = thrown;
      if (--left == 0) all_done.cancel();
    });
  }
  boost::system::error_code woken;
  if (left > 0) co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (failure) std::rethrow_exception(failure);
}

// In order, up to the first that does not arrive: the others of that webhook wait for it.
awaitable<void> Webhooks::push_to_one(WebhookKey key, Rows rows) {
  std::vector<std::string> ids;
  for (const DeadlineRow& row : rows) ids.push_back(parse_subject(row.key.subject).message_id);
  const std::vector<WebhookRow> all = co_await store::all_webhooks(writer_pool_);
  const auto webhook = std::ranges::find(all, key, &WebhookRow::key);
  const bool is_there = webhook != all.end() && !webhook->is_disabled;
  const std::vector<SentMessage> messages = co_await store::messages_in(writer_pool_, key.owner, ids);
  Tries tried;
  tried.is_off = !is_there;
  for (const SentMessage& message : messages) {
    if (!is_there || is_stopped_) break;
    const Outcome outcome = co_await post(*webhook, message);
    metrics_.count("waymark_webhook_pushes", outcome.error.empty() ? "result=\"arrived\"" : "result=\"failed\"");
    if (!outcome.error.empty()) {
      tried.failed_id = message.id;
      tried.error = outcome.error;
      tried.is_gone = outcome.is_gone;
      break;
    }
    tried.done.insert(message.id);
  }
  store::Write write;
  for (const DeadlineRow& row : rows) write.needs.deadlines.push_back(row.key);
  write.needs.webhooks.push_back(key);
  write.decide = [rows, key, tried = std::move(tried), now = clock_.now()](World& world) -> base::Result<Answer> {
    const WebhookRow* known = world.webhook(key);
    const bool is_over = known != nullptr && note_tries(world, *known, tried, now);
    move_rows(world, rows, tried, tried.is_off || is_over, now);
    return Answer{};
  };
  co_await submit(std::move(write));
}

awaitable<Webhooks::Outcome> Webhooks::post(WebhookRow webhook, SentMessage message) {
  const auto url = net::parse_url(webhook.url);
  if (!url || !policy_.addresses.wrong_with(webhook.url).empty()) co_return Outcome{"the address is not allowed"};
  const std::string body = message::encode_push(
      {message.id, message.type, message.case_id, message.recipient, message.time, message.position});
  const auto timestamp = std::chrono::floor<std::chrono::seconds>(base::SystemClock().now()).time_since_epoch().count();
  const WebhookKeys keys = policy_.secret.keys_of(webhook.key.owner, webhook.key.name, webhook.generation);
  net::Headers headers;
  headers.add("webhook-id", message.id);
  headers.add("webhook-timestamp", std::to_string(timestamp));
  headers.add("webhook-signature", keys.sign(message.id, timestamp, body));
  headers.add("User-Agent", "waymark");
  net::ClientSettings settings;
  settings.url = webhook.url;
  settings.authorities = policy_.authorities;
  settings.timeout = settings.connect_timeout = push_timeout;
  settings.response_bytes_max = answer_bytes_max;
  // The very address that is connected to is judged, so that a name can't lead elsewhere meanwhile.
  settings.may_connect = [addresses = policy_.addresses, host = url->host](const std::string& address) {
    return addresses.may_connect(host, address);
  };
  const std::string target = url->path.empty() ? "/" : "";
  try {
    net::Client client(executor_, std::move(settings));
    const net::Response response = co_await client.post(target, "application/json", body, std::move(headers));
    if (response.status >= 200 && response.status < 300) co_return Outcome{};
    // A redirection is not followed: it would be another address than the one that was judged.
    co_return Outcome{"status " + std::to_string(response.status), response.status == 410};
  } catch (const net::ConnectionFailed&) {
    co_return Outcome{"no answer"};
  } catch (const std::invalid_argument&) {
    co_return Outcome{"the address can't be used"};
  }
}

}  // namespace broker::delivery
