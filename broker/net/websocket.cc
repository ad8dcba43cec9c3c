#include "broker/net/websocket.h"

namespace broker::net {

WebSocket::WebSocket(std::shared_ptr<Stream> stream, std::string buffer)
    : stream_(std::move(stream)), buffer_(std::move(buffer)) {
  stream_->set_deadline(std::chrono::steady_clock::now() + silence_max);
}

awaitable<std::optional<std::string>> WebSocket::receive() {
  using Event = FrameReader::Event;
  while (is_open_) {
    const Event event = frames_.next(buffer_);
    switch (event) {
      case Event::message: co_return frames_.text();
      case Event::ping: {
        std::string answer = pong_frame(frames_.text());
        co_await write(std::move(answer));
        break;
      }
      case Event::pong: break;
      case Event::closed: {
        co_await close(CloseCode::normal, "");
        break;
      }
      case Event::broken: {
        co_await close(frames_.code(), "");
        break;
      }
      case Event::more: {
        bool has_more = false;
        try {
          has_more = co_await stream_->read(buffer_);
        } catch (const Disconnected&) {
          is_open_ = false;
        }
        if (!has_more) is_open_ = false;
        // Whatever comes shows that somebody is there.
        if (has_more) stream_->set_deadline(std::chrono::steady_clock::now() + silence_max);
        break;
      }
    }
  }
  co_return std::nullopt;
}

awaitable<bool> WebSocket::send(std::string text) {
  std::string frame = text_frame(text);
  co_return co_await write(std::move(frame));
}

awaitable<bool> WebSocket::ping() {
  std::string frame = ping_frame();
  co_return co_await write(std::move(frame));
}

awaitable<void> WebSocket::close(CloseCode code, std::string reason) {
  if (!is_open_) co_return;
  std::string frame = close_frame(code, reason);
  co_await write(std::move(frame));
  is_open_ = false;
}

// Who finds somebody writing leaves the frame to him.
awaitable<bool> WebSocket::write(std::string frame) {
  if (!is_open_) co_return false;
  if (unsent_.size() + frame.size() > unsent_bytes_max && !unsent_.empty()) is_open_ = false;
  unsent_ += frame;
  if (is_writing_) co_return is_open_;
  is_writing_ = true;
  try {
    while (!unsent_.empty() && is_open_) {
      const std::string now = std::exchange(unsent_, {});
      co_await stream_->write(now);
    }
  } catch (const Disconnected&) {
    is_open_ = false;
  }
  is_writing_ = false;
  co_return is_open_;
}

}  // namespace broker::net
