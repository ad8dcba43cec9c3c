#include "broker/net/websocket_frames.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "broker/base/text.h"

namespace broker::net {
namespace {

// RFC 6455 1.3: makes an answer that nothing but a WebSocket server gives.
constexpr std::string_view accept_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr size_t key_bytes = 16;
constexpr size_t control_bytes_max = 125;
constexpr size_t mask_bytes = 4;

enum Opcode : unsigned char { op_continuation = 0, op_text = 1, op_close = 8, op_ping = 9, op_pong = 10 };

std::string frame(unsigned char opcode, std::string_view payload) {
  std::string bytes(1, static_cast<char>(0x80 | opcode));
  const size_t size = payload.size();
  const int length_bytes = size <= control_bytes_max ? 0 : size <= 0xFFFF ? 2 : 8;
  bytes += static_cast<char>(length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127);
  for (int i = length_bytes - 1; i >= 0; --i) bytes += static_cast<char>(size >> (8 * i) & 0xFF);
  bytes += payload;
  return bytes;
}

bool names(const std::string* field, std::string_view word) {
  if (field == nullptr) return false;
  for (const std::string_view part : base::split(*field, ',')) {
    if (base::lowered(base::trimmed(part)) == word) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> websocket_accept(const Request& request) {
  const Headers& headers = request.headers;
  const std::string* const key = headers.find("Sec-WebSocket-Key");
  const std::string* const version = headers.find("Sec-WebSocket-Version");
  if (request.method != "GET" || !names(headers.find("Upgrade"), "websocket") ||
      !names(headers.find("Connection"), "upgrade") || !key || headers.count("Sec-WebSocket-Key") != 1 || !version ||
      *version != "13") {
    return std::nullopt;
  }
  const auto nonce = base::from_base64(*key);
  if (!nonce || nonce->size() != key_bytes) return std::nullopt;
  const std::string input = *key + std::string(accept_suffix);
  std::string digest(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const unsigned char*>(input.data()), input.size(),
       reinterpret_cast<unsigned char*>(digest.data()));
  return base::to_base64(digest);
}

std::string text_frame(std::string_view payload) {
  return frame(op_text, payload);
}

std::string ping_frame() {
  return frame(op_ping, {});
}

std::string pong_frame(std::string_view payload) {
  return frame(op_pong, payload);
}

std::string close_frame(CloseCode code, std::string_view reason) {
  const auto number = static_cast<uint16_t>(code);
  std::string payload{static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
  payload += reason.substr(0, control_bytes_max - payload.size());
  return frame(op_close, payload);
}

FrameReader::Event FrameReader::fail(CloseCode code) {
  code_ = code;
  return Event::broken;
}

FrameReader::Event FrameReader::next(std::string& buffer) {
  if (buffer.size() < 2) return Event::more;
  const auto byte = [&](size_t place) { return static_cast<unsigned char>(buffer[place]); };
  const bool is_last = (byte(0) & 0x80) != 0;
  const auto opcode = static_cast<unsigned char>(byte(0) & 0x0F);
  const bool is_control = opcode >= op_close;
  // No extension was agreed on, and a client masks what it sends.
  if ((byte(0) & 0x70) != 0 || (byte(1) & 0x80) == 0) return fail(CloseCode::protocol_error);
  uint64_t size = byte(1) & 0x7F;
  if (is_control && (!is_last || size > control_bytes_max)) return fail(CloseCode::protocol_error);
  const size_t length_bytes = size < 126 ? 0 : size == 126 ? 2 : 8;
  const size_t header = 2 + length_bytes + mask_bytes;
  if (buffer.size() < header) return Event::more;
  if (length_bytes > 0) size = 0;
  for (size_t i = 0; i < length_bytes; ++i) size = size << 8 | byte(2 + i);
  if (size > message_bytes_max_ || message_.size() + size > message_bytes_max_) return fail(CloseCode::too_large);
  if (buffer.size() < header + size) return Event::more;
  std::string payload = buffer.substr(header, size);
  for (size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ buffer[2 + length_bytes + i % mask_bytes]);
  }
  buffer.erase(0, header + size);
  return take(opcode, is_last, std::move(payload));
}

FrameReader::Event FrameReader::take(unsigned char opcode, bool is_last, std::string payload) {
  switch (opcode) {
    case op_ping: text_ = std::move(payload); return Event::ping;
    case op_pong: return Event::pong;
    case op_close: return Event::closed;
    case op_text:
    case op_continuation: break;
    default: return fail(CloseCode::unsupported);
  }
  if ((opcode == op_continuation) != is_open_) return fail(CloseCode::protocol_error);
  message_ += payload;
  is_open_ = !is_last;
  if (!is_last) return Event::more;
  text_ = std::exchange(message_, {});
  return base::is_utf8(text_) ? Event::message : fail(CloseCode::not_text);
}

}  // namespace broker::net
