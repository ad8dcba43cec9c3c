// Frames as RFC 6455 has them, and everything that is none.
#include "broker/net/websocket_frames.h"

#include <gtest/gtest.h>

namespace broker::net {
namespace {

using Event = FrameReader::Event;
constexpr size_t message_bytes_max = 1'000;

// As a client sends it, under the mask of the RFC's examples.
std::string masked(unsigned char first, std::string_view payload, size_t length_bytes = 0) {
  static constexpr unsigned char mask[] = {0x37, 0xfa, 0x21, 0x3d};
  std::string bytes(1, static_cast<char>(first));
  const size_t size = payload.size();
  bytes += static_cast<char>(0x80 | (length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127));
  for (size_t i = length_bytes; i > 0; --i) bytes += static_cast<char>(size >> (8 * (i - 1)) & 0xFF);
  for (const unsigned char one : mask) bytes += static_cast<char>(one);
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(payload[i] ^ mask[i % 4]);
  return bytes;
}

// Everything that the bytes say, fed in pieces of this size.
std::vector<std::string> heard(const std::string& bytes, size_t piece = 1'000'000) {
  FrameReader reader(message_bytes_max);
  std::vector<std::string> events;
  std::string buffer;
  for (size_t place = 0; place < bytes.size(); place += piece) {
    buffer += bytes.substr(place, piece);
    while (true) {
      const size_t before = buffer.size();
      const Event event = reader.next(buffer);
      if (event == Event::message) events.push_back("text " + reader.text());
      if (event == Event::ping) events.push_back("ping " + reader.text());
      if (event == Event::pong) events.push_back("pong");
      if (event == Event::closed) events.push_back("closed");
      if (event == Event::broken) {
        events.push_back("broken " + std::to_string(static_cast<int>(reader.code())));
        return events;
      }
      if (event == Event::more && buffer.size() == before) break;
    }
  }
  return events;
}

using Events = std::vector<std::string>;

Request handshake() {
  Request request;
  request.method = "GET";
  request.headers.add("Upgrade", "WebSocket");
  request.headers.add("Connection", "keep-alive, Upgrade");
  request.headers.add("Sec-WebSocket-Version", "13");
  request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  return request;
}

}  // namespace

TEST(WebSocketHandshake, IsAnsweredAsTheStandardShows) {
  EXPECT_EQ(websocket_accept(handshake()), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketHandshake, IsRefusedWhenAnyPartIsMissingOrOther) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Upgrade", "h2c"},
                                                        {"Connection", "keep-alive"},
                                                        {"Sec-WebSocket-Version", "8"},
                                                        {"Sec-WebSocket-Key", "c2hvcnQ="},
                                                        {"Sec-WebSocket-Key", "not base64 at all!"}}) {
    Request request = handshake();
    request.headers.set(name, value);
    EXPECT_FALSE(websocket_accept(request)) << name << " " << value;
  }
  Request twice = handshake();
  twice.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_FALSE(websocket_accept(twice));
  EXPECT_FALSE(websocket_accept(Request()));
  Request post = handshake();
  post.method = "POST";
  EXPECT_FALSE(websocket_accept(post));
}

TEST(WebSocketFrames, AreReadInAnyPieces) {
  const std::string bytes = masked(0x81, "Hello") + masked(0x89, "are you there") + masked(0x01, "Hel") +
                            masked(0x8A, "") + masked(0x00, "l") + masked(0x80, "o") +
                            masked(0x81, std::string(300, 'x'), 2) + masked(0x88, "\x03\xE8");
  const Events all{"text Hello", "ping are you there", "pong", "text Hello", "text " + std::string(300, 'x'), "closed"};
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{1'000'000}}) {
    EXPECT_EQ(heard(bytes, piece), all) << piece;
  }
}

TEST(WebSocketFrames, ThatBreakTheRulesEndTheSocket) {
  EXPECT_EQ(heard(std::string("\x81\x05Hello", 7)), Events{"broken 1002"}) << "no mask";
  EXPECT_EQ(heard(masked(0xC1, "x")), Events{"broken 1002"}) << "a bit that nobody agreed on";
  EXPECT_EQ(heard(masked(0x09, "x")), Events{"broken 1002"}) << "half a ping";
  EXPECT_EQ(heard(masked(0x89, std::string(126, 'x'), 2)), Events{"broken 1002"}) << "a long ping";
  EXPECT_EQ(heard(masked(0x80, "x")), Events{"broken 1002"}) << "goes on with nothing";
  EXPECT_EQ(heard(masked(0x01, "x") + masked(0x81, "y")), Events{"broken 1002"}) << "two at once";
  EXPECT_EQ(heard(masked(0x82, "x")), Events{"broken 1003"}) << "bytes";
  EXPECT_EQ(heard(masked(0x83, "x")), Events{"broken 1003"}) << "no kind that there is";
  EXPECT_EQ(heard(masked(0x81, "\xC3\x28")), Events{"broken 1007"}) << "no text";
}

TEST(WebSocketFrames, ThatAreTooLargeEndTheSocketBeforeTheyAreRead) {
  EXPECT_EQ(heard(masked(0x81, std::string(1'001, 'x'), 2).substr(0, 20)), Events{"broken 1009"});
  EXPECT_EQ(heard(masked(0x01, std::string(600, 'x'), 2) + masked(0x80, std::string(600, 'x'), 2)),
            Events{"broken 1009"});
  std::string endless = masked(0x81, "x");
  endless[1] = static_cast<char>(0xFF);
  EXPECT_EQ(heard(endless + std::string(20, '\xFF')), Events{"broken 1009"});
}

TEST(WebSocketFrames, AreWrittenWithoutAMaskAndWithTheShortestLength) {
  EXPECT_EQ(text_frame("Hello"), std::string("\x81\x05Hello"));
  EXPECT_EQ(text_frame(std::string(126, 'x')).substr(0, 4), std::string("\x81\x7E\x00\x7E", 4));
  EXPECT_EQ(text_frame(std::string(70'000, 'x')).substr(0, 10), std::string("\x81\x7F\0\0\0\0\0\x01\x11\x70", 10));
  EXPECT_EQ(pong_frame("Hello"), std::string("\x8A\x05Hello"));
  EXPECT_EQ(close_frame(CloseCode::normal, "bye"), std::string("\x88\x05\x03\xE8") + "bye");
  EXPECT_EQ(close_frame(CloseCode::normal, std::string(500, 'x')).size(), 127U);
}

}  // namespace broker::net
