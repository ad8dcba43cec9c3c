// The envelope in which one party's news reach another, and which news an event makes for whom.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/domain/event.h"
#include "broker/message/canonical.h"

namespace broker::message {

// A message before it has its place in the log. The recipient is an authority's code or a school's LAESTAB.
struct Outgoing {
  std::string type;
  std::string sender;
  std::string recipient;
  std::string case_id;      // empty when it is about none
  std::string in_reply_to;  // id of the message it answers, empty otherwise
  std::string data;         // JSON object
  bool is_immediate = false;
};

// The messages that this event makes, given the file after it was applied. Nobody is told of his own act.
std::vector<Outgoing> messages_for(const domain::Event& event, const domain::CaseFile& after);

struct Placing {
  std::string id;
  std::string time;  // RFC 3339
  int64_t sequence = 0;
  std::string traceparent;
};
// The whole envelope as JSON. `sign` gives the detached JWS over the canonical form (RFC 8785) of the envelope without
// its signature.
std::string encode_envelope(const Outgoing& message, const Placing& placing,
                            const std::function<std::string(const std::string& canonical)>& sign);

}  // namespace broker::message
