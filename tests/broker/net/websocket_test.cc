// A WebSocket on a real server: the handshake, both directions, and how it ends.
#include "broker/net/websocket.h"

#include "tests/broker/net/test_server.h"

namespace broker::net {
namespace {

const std::string handshake =
    "GET /stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// With a mask of zeros, which leaves the text as it is.
std::string from_client(unsigned char first, const std::string& text) {
  return std::string{static_cast<char>(first), static_cast<char>(0x80 | text.size()), 0, 0, 0, 0} + text;
}

awaitable<void> echo_texts(std::shared_ptr<WebSocket> socket) {
  while (true) {
    auto text = co_await socket->receive();
    if (!text) co_return;
    if (*text == "go") co_return;
    std::string answer = "heard " + *text;
    co_await socket->send(std::move(answer));
  }
}

awaitable<Response> upgrade(Request request) {
  Response response;
  const auto accept = websocket_accept(request);
  if (!accept) co_return text_response(400, "text/plain", "no handshake");
  response.status = 101;
  response.headers.add("Upgrade", "websocket");
  response.headers.add("Sec-WebSocket-Accept", *accept);
  response.upgrade = echo_texts;
  co_return response;
}

struct WebSocketTest : PlainServerTest {
  WebSocketTest() { serve(upgrade); }
  // What comes after the header of the answer.
  std::string frames(const std::string& sent) {
    const std::string all = raw(handshake + sent);
    EXPECT_TRUE(all.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << all;
    EXPECT_NE(all.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos);
    EXPECT_NE(all.find("Connection: Upgrade\r\n"), std::string::npos);
    EXPECT_EQ(all.find("Content-Length"), std::string::npos);
    return all.substr(all.find("\r\n\r\n") + 4);
  }
};

TEST_F(WebSocketTest, CarriesTextsBothWaysAndSaysGoodbye) {
  EXPECT_EQ(
      frames(from_client(0x81, "one") + from_client(0x89, "ping") + from_client(0x81, "two") +
             from_client(0x88, "\x03\xE8")),
      text_frame("heard one") + pong_frame("ping") + text_frame("heard two") + close_frame(CloseCode::normal, ""));
}

TEST_F(WebSocketTest, EndsWhenTheHandlerDoes) {
  EXPECT_EQ(frames(from_client(0x81, "go")), close_frame(CloseCode::going_away, ""));
}

TEST_F(WebSocketTest, ClosesOnWhatIsNoFrame) {
  EXPECT_EQ(frames("GET / HTTP/1.1\r\n\r\n"), close_frame(CloseCode::protocol_error, ""));
}

TEST_F(WebSocketTest, IsCutLikeAnyConnection) {
  auto open = loop.start(raw_exchange(loop.executor(), server->port(), handshake));
  while (server->connections() == 0) loop.step();
  for (int i = 0; i < 50; ++i) loop.poll();
  EXPECT_EQ(server->close_if([](const Peer&) { return true; }), 1U);
  EXPECT_TRUE(loop.finish(std::move(open)).starts_with("HTTP/1.1 101"));
  while (server->connections() > 0) loop.step();
}

TEST_F(WebSocketTest, AnswersARequestThatOpensNone) {
  EXPECT_TRUE(raw("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 400"));
}

}  // namespace
}  // namespace broker::net
