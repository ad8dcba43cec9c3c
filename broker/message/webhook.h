// Where an inbox is pushed to, as its owner writes and reads it, and what is pushed: ids, and no child.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/base/time.h"

namespace broker::message {

struct WebhookKey {
  std::string owner;  // whose inbox: an authority's code or a school's LAESTAB
  std::string name;   // the owner's own, 1 to 40 of a-z, 0-9 and -
  auto operator<=>(const WebhookKey&) const = default;
};

struct WebhookRow {
  WebhookKey key;
  std::string url;
  std::vector<std::string> types;  // of messages that are pushed; empty: all
  std::string generation;          // an id that is new each time the name is set up anew
  int64_t version = 0;
  bool is_disabled = false;  // the receiver said 410 Gone, or failed too long; set it again to go on
  std::optional<base::Time> last_success;
  std::optional<base::Time> last_failure;
  std::optional<base::Time> failing_since;  // nothing has arrived since then
  std::string last_error;                   // "status 500", "timed out"; nothing that the receiver said

  bool wants(const std::string& type) const;
};

bool is_webhook_name(std::string_view name);

struct PutWebhook {
  std::string url;
  std::vector<std::string> types;
};
base::Result<PutWebhook> decode_put_webhook(std::string_view body);

// Ids of messages of one's own inbox that are to be pushed once more.
base::Result<std::vector<std::string>> decode_replay(std::string_view body);

// `secret` is left out where it is empty: it is shown to who sets the webhook, and not again.
std::string encode_webhook(const WebhookRow& row, const std::string& public_key, const std::string& secret,
                           std::optional<int64_t> pending);

// Data of webhook.disabled.
std::string encode_webhook_disabled(const WebhookRow& row);

// The body that is pushed for one message.
struct PushedMessage {
  std::string id;
  std::string type;
  std::string case_id;
  std::string recipient;
  base::Time time;
  int64_t sequence = 0;
};
std::string encode_push(const PushedMessage& message);

std::string encode_webhook_state(const WebhookRow& row);
WebhookRow decode_webhook_state(std::string_view text);

}  // namespace broker::message
