#include "broker/client/message_verifier.h"

#include <chrono>
#include <stdexcept>

#include "broker/audit/jws.h"
#include "broker/base/text.h"
#include "broker/base/time.h"
#include "broker/client/json.h"
#include "broker/message/canonical.h"
#include "certs/files.h"
#include "certs/issued_by.h"

namespace broker::client {
namespace {

std::vector<Json> messages_in(const std::string& text) {
  const Json whole = parse_json(text);
  if (whole.is_object() && whole.contains("items")) {
    const Json& items = items_of(whole);
    return {items.begin(), items.end()};
  }
  if (whole.is_object()) return {whole};
  std::vector<Json> messages;
  for (const std::string_view line : base::split(text, '\n')) {
    if (base::trimmed(line).empty()) continue;
    messages.push_back(parse_json(line));
    if (!messages.back().is_object()) throw std::runtime_error("a line is no JSON object");
  }
  return messages;
}

// The caller's own word: its certificate came from an authority of ours, stood then, speaks for the sender, and its key
// signed what is shown.
std::string fault_of_caller(const Json& message, MessageVerification& result,
                            const std::filesystem::path& authorities) {
  const Json& signature = member_of(message, "caller_signature");
  const auto der = base::from_base64(text_at(signature, "/certificate"));
  const auto key = der ? audit::CallerKey::from_certificate_der(*der) : std::nullopt;
  if (!key) return "the caller's certificate can't be read";
  const auto time = base::parse_time(text_at(message, "/time"));
  if (!time) return "the message has no time";
  if (authorities.empty()) return "the caller's certificate is not checked: name its authorities with --ca";
  const auto caller =
      certs::caller_issued_by(*der, certs::read_file(authorities), std::chrono::floor<std::chrono::seconds>(*time));
  if (!caller) return "the caller's certificate was not issued by these authorities, or did not stand then";
  result.caller = caller->school.empty() ? caller->authority : caller->school;
  if (result.caller != text_at(message, "/sender")) return "the caller's certificate does not speak for the sender";
  result.payload = text_at(signature, "/payload");
  result.is_withheld = result.payload.empty();
  if (result.is_withheld) return "";
  const auto verified = audit::verify_detached_jws(*key, result.payload, text_at(signature, "/jws"));
  return verified ? "" : "of the caller: " + std::string(audit::words_of(verified.error()));
}

MessageVerification verify_one(const Json& message, const std::vector<audit::PublicKey>& keys,
                               const std::filesystem::path& authorities) {
  MessageVerification result;
  result.id = text_at(message, "/id");
  result.type = text_at(message, "/type");
  const std::string canonical = message::canonical_without_signature(dump(message));
  const auto verified = audit::verify_detached_jws(keys, canonical, text_at(message, "/signature"));
  if (!verified) {
    result.fault = "of the broker: " + std::string(audit::words_of(verified.error()));
    return result;
  }
  result.signed_by = *verified;
  if (message.contains("caller_signature")) result.fault = fault_of_caller(message, result, authorities);
  return result;
}

}  // namespace

std::vector<MessageVerification> verify_messages(const std::string& text, const std::filesystem::path& public_key,
                                                 const std::filesystem::path& authorities) {
  auto key = audit::PublicKey::from_pem(certs::read_file(public_key));
  if (!key) throw std::runtime_error(public_key.string() + " holds no public key");
  std::vector<audit::PublicKey> keys;
  keys.push_back(std::move(*key));
  std::vector<MessageVerification> results;
  for (const Json& message : messages_in(text)) results.push_back(verify_one(message, keys, authorities));
  if (results.empty()) throw std::runtime_error("there is no message to check");
  return results;
}

}  // namespace broker::client
