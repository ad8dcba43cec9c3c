// The frames of a WebSocket (RFC 6455) as a server reads and writes them, strictly. No I/O. Used by the WebSocket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker/net/http.h"

namespace broker::net {

enum class CloseCode : uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported = 1003,
  not_text = 1007,
  too_large = 1009,
};

// What `Sec-WebSocket-Accept` has to say; nothing when the request is no opening handshake of version 13.
std::optional<std::string> websocket_accept(const Request& request);

std::string text_frame(std::string_view text);
std::string ping_frame();
std::string pong_frame(std::string_view payload);
std::string close_frame(CloseCode code, std::string_view reason);

class FrameReader {
 public:
  explicit FrameReader(size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

  enum class Event {
    more,     // feed more bytes
    message,  // text() is a whole message
    ping,     // text() is to be sent back
    pong,
    closed,  // the other end said goodbye
    broken,  // close with code(); nothing after it can be read
  };
  // Takes from the front of `buffer` up to one event.
  Event next(std::string& buffer);

  const std::string& text() const { return text_; }
  CloseCode code() const { return code_; }

 private:
  Event take(unsigned char opcode, bool is_last, std::string payload);
  Event fail(CloseCode code);

  size_t message_bytes_max_;
  std::string message_;   // the parts so far
  bool is_open_ = false;  // a message that goes on in another frame
  std::string text_;
  CloseCode code_ = CloseCode::normal;
};

}  // namespace broker::net
