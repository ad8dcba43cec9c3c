#include "broker/message/webhook.h"

#include <algorithm>

#include "broker/base/ids.h"
#include "broker/message/kept.h"

namespace broker::message {
namespace {

constexpr size_t name_max = 40;
constexpr size_t url_bytes_max = 500;
constexpr size_t types_max = 40;
constexpr size_t replays_max = 100;

}  // namespace

bool WebhookRow::wants(const std::string& type) const {
  return !is_disabled && (types.empty() || std::ranges::find(types, type) != types.end());
}

bool is_webhook_name(std::string_view name) {
  const auto is_fit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !name.empty() && name.size() <= name_max && std::ranges::all_of(name, is_fit);
}

base::Result<PutWebhook> decode_put_webhook(std::string_view body) {
  return decode(body, [](Reader& reader) {
    return PutWebhook{reader.required_text("url", url_bytes_max), reader.texts("types", types_max, 60)};
  });
}

base::Result<std::vector<std::string>> decode_replay(std::string_view body) {
  return decode(body, [](Reader& reader) {
    reader.require("ids");
    std::vector<std::string> ids = reader.texts("ids", replays_max, 36);
    if (!std::ranges::all_of(ids, [](const std::string& id) { return base::is_id(id); })) {
      reader.wrong("ids", "must be ids of messages");
    }
    return ids;
  });
}

std::string encode_webhook(const WebhookRow& row, const std::string& public_key, const std::string& secret,
                           std::optional<int64_t> pending) {
  Json json = {{"name", row.key.name}, {"url", row.url}, {"types", row.types}};
  json["status"] = row.is_disabled ? "disabled" : "active";
  json["public_key"] = public_key;
  put(json, "secret", secret);
  if (pending) json["pending"] = *pending;
  put_time(json, "last_success", row.last_success);
  put_time(json, "last_failure", row.last_failure);
  put_time(json, "failing_since", row.failing_since);
  put(json, "last_error", row.last_error);
  json["version"] = row.version;
  return dump(json);
}

std::string encode_webhook_disabled(const WebhookRow& row) {
  Json json = {{"name", row.key.name}, {"url", row.url}, {"error", row.last_error}};
  put_time(json, "failing_since", row.failing_since);
  return dump(json);
}

std::string encode_push(const PushedMessage& message) {
  Json data = {{"message_id", message.id}};
  put(data, "case_id", message.case_id);
  data["recipient"] = message.recipient;
  data["sequence"] = message.sequence;
  return dump({{"type", message.type}, {"timestamp", base::format_time(message.time)}, {"data", data}});
}

std::string encode_webhook_state(const WebhookRow& row) {
  Json json = {{"url", row.url}, {"types", row.types}, {"generation", row.generation}};
  if (row.is_disabled) json["disabled"] = true;
  put_time(json, "last_success", row.last_success);
  put_time(json, "last_failure", row.last_failure);
  put_time(json, "failing_since", row.failing_since);
  put(json, "last_error", row.last_error);
  return dump(json);
}

WebhookRow decode_webhook_state(std::string_view text) {
  const Json json = parse_own(text);
  WebhookRow row;
  row.url = string_in(json, "url");
  row.types = json.value("types", std::vector<std::string>());
  row.generation = string_in(json, "generation");
  row.is_disabled = json.value("disabled", false);
  row.last_success = base::parse_time(string_in(json, "last_success"));
  row.last_failure = base::parse_time(string_in(json, "last_failure"));
  row.failing_since = base::parse_time(string_in(json, "failing_since"));
  row.last_error = string_in(json, "last_error");
  return row;
}

}  // namespace broker::message
