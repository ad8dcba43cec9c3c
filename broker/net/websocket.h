// One open WebSocket: texts both ways, pings, the goodbye. A session makes it when an answer asks for one; see
// Response::upgrade. It ends with the session, so that cutting one cuts the other.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "broker/net/stream.h"
#include "broker/net/websocket_frames.h"

namespace broker::net {

class WebSocket {
 public:
  static constexpr size_t message_bytes_max = size_t{64} * 1024;  // of what a client sends
  static constexpr size_t unsent_bytes_max = size_t{4} << 20;     // of a client that does not read
  // A client from which nothing came for so long is gone; a ping is answered by every one that is there.
  static constexpr std::chrono::seconds silence_max{75};

  // `buffer` holds what was read beyond the handshake.
  WebSocket(std::shared_ptr<Stream> stream, std::string buffer);

  // The next text, or nothing once the socket has ended. One waits for it at a time.
  awaitable<std::optional<std::string>> receive();
  // False when it has ended. Several may send; the texts go in the order of the calls.
  awaitable<bool> send(std::string text);
  awaitable<bool> ping();
  // Says goodbye, once.
  awaitable<void> close(CloseCode code, std::string reason);
  bool is_open() const { return is_open_; }

 private:
  awaitable<bool> write(std::string frame);

  std::shared_ptr<Stream> stream_;  // owners: the session and this
  std::string buffer_;
  FrameReader frames_{message_bytes_max};
  std::string unsent_;
  bool is_writing_ = false;
  bool is_open_ = true;
};

}  // namespace broker::net
