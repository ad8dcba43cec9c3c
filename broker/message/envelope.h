// The envelope in which one party's news reach another, and which news an event makes for whom.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "broker/domain/event.h"
#include "broker/message/canonical.h"

namespace broker::message {

// What a caller signed itself, with the key of its certificate: it travels in every message that its call makes.
struct CallerSignature {
  std::string jws;          // detached, over `payload`
  std::string certificate;  // DER, base64
  std::string payload;      // the canonical JSON of the request's body, or the file as it came; empty when withheld
  bool operator==(const CallerSignature&) const = default;
};

// A message before it has its place in the log. The recipient is an authority's code or a school's LAESTAB.
struct Outgoing {
  std::string type;
  std::string sender;
  std::string recipient;
  std::string case_id;      // empty when it is about none
  std::string in_reply_to;  // id of the message it answers, empty otherwise
  std::string data;         // JSON object
  bool is_immediate = false;
  std::optional<CallerSignature> caller_signature = std::nullopt;
  std::string traceparent = {};  // of the call that made it (W3C), empty when it had none
};

// How long an uncollected message can still be collected after its sender was told.
inline constexpr std::chrono::days collectable_time{30};

// What the sender of an uncollected message is told.
std::string encode_expired(const domain::MessageExpired& message);

// The messages that this event makes, given the file after it was applied. Nobody is told of his own act.
std::vector<Outgoing> messages_for(const domain::Event& event, const domain::CaseFile& after);

struct Placing {
  std::string id;
  std::string time;  // RFC 3339
  int64_t sequence = 0;
};
// The whole envelope as JSON. `sign` gives the detached JWS over the canonical form (RFC 8785) of the envelope without
// its signature.
std::string encode_envelope(const Outgoing& message, const Placing& placing,
                            const std::function<std::string(const std::string& canonical)>& sign);

}  // namespace broker::message
