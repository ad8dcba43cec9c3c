// Whoever exceeds a limit hears so where HTTP has words for it, and nobody else notices.
#include "tests/broker/net/test_server.h"

namespace broker::net {
namespace {

std::string status_of(const std::string& answer) {
  return answer.substr(0, 12);
}

TEST_F(ServerTest, RefusesABodyOfTenMegabytesInWords) {
  serve(echo, [](const std::string& method, const std::string& path) {
    return method == "POST" && path == "/uploads" ? size_t{20'000'000} : size_t{1000};
  });
  auto caller = client();
  const std::string body(10'000'000, 'x');
  const Response refused = loop.run(caller.post("/cases", "text/plain", body, Headers()));
  EXPECT_EQ(refused.status, 413);
  EXPECT_NE(refused.body.find("at most 1000 bytes"), std::string::npos);
  EXPECT_TRUE(refused.close);
  EXPECT_EQ(loop.run(caller.post("/uploads", "text/plain", body, Headers())).status, 200);
}

TEST_F(PlainServerTest, RefusesAChunkedBodyAsSoonAsItIsTooLarge) {
  limits.body_bytes = 1000;
  serve();
  std::string text = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int count = 0; count < 50; ++count) text += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(status_of(raw(text)), "HTTP/1.1 413");
}

TEST_F(PlainServerTest, DoesNotAskForABodyThatItRefuses) {
  limits.body_bytes = 1000;
  serve();
  const std::string answer =
      raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of(answer), "HTTP/1.1 413");
  EXPECT_EQ(answer.find("100 Continue"), std::string::npos);
}

TEST_F(PlainServerTest, RefusesAHeaderThatIsTooLarge) {
  serve();
  EXPECT_EQ(status_of(raw("GET / HTTP/1.1\r\nHost: x\r\nCookie: " + std::string(17'000, 'c') + "\r\n\r\n")),
            "HTTP/1.1 431");
  EXPECT_EQ(status_of(raw("GET /" + std::string(17'000, 'c'))), "HTTP/1.1 431");
}

TEST_F(PlainServerTest, ClosesOnASlowHeader) {
  limits.header_time = 20ms;
  serve();
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHost: x\r\nX-Slow"), "");
  EXPECT_NE(metrics.text().find("reason=\"slow_request\"} 1"), std::string::npos);
}

TEST_F(PlainServerTest, ClosesOnASlowBody) {
  limits.body_time = 20ms;
  serve();
  EXPECT_EQ(raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"), "");
}

TEST_F(PlainServerTest, ClosesAnIdleConnectionWithoutAWord) {
  limits.idle_time = 20ms;
  serve();
  EXPECT_EQ(status_of(raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), "HTTP/1.1 200");
  EXPECT_EQ(raw(""), "");
  EXPECT_EQ(metrics.text().find("slow"), std::string::npos);
}

TEST_F(ServerTest, ClosesOnAHandshakeThatDoesNotEnd) {
  limits.handshake_time = 20ms;
  serve();
  EXPECT_EQ(raw(""), "");
  EXPECT_EQ(raw("\x16\x03\x01"), "");
  EXPECT_NE(metrics.text().find("reason=\"slow_handshake\"} 2"), std::string::npos);
}

TEST_F(ServerTest, LetsOthersInWhenTooManyStallTheirHandshake) {
  limits.handshakes = 2;
  serve();
  auto stalled = loop.start(raw_exchange(loop.executor(), server->port(), "\x16\x03\x01"));
  auto silent = loop.start(raw_exchange(loop.executor(), server->port(), ""));
  while (server->connections() < 2) loop.step();
  auto caller = client();
  EXPECT_EQ(loop.run(caller.get("/whoami")).status, 200);
  EXPECT_EQ(loop.finish(stalled), "");
  EXPECT_EQ(loop.finish(silent), "");
  EXPECT_NE(metrics.text().find("reason=\"handshakes\"} 2"), std::string::npos);
}

TEST_F(ServerTest, CutsNobodyWhenManyComeAtOnce) {
  limits.handshakes = 2;
  serve();
  const ClientSettings settings = client_with(ca.issue("urn:waymark:authority:314"));
  std::vector<Client> clients;
  std::vector<support::EventLoop::Task<Response>> answers;
  clients.reserve(50);
  for (int count = 0; count < 50; ++count) {
    clients.emplace_back(loop.executor(), settings);
    answers.push_back(loop.start(clients.back().get("/")));
  }
  for (auto& answer : answers) EXPECT_EQ(loop.finish(answer).status, 200);
  EXPECT_EQ(metrics.text().find("refused"), std::string::npos);
}

TEST_F(PlainServerTest, ClosesOnAReaderThatTakesNothing) {
  limits.write_time = 50ms;
  limits.body_bytes_per_second = size_t{1} << 30;
  serve(
      [](Request) -> awaitable<Response> { co_return text_response(200, "text/plain", std::string(20'000'000, 'x')); });
  boost::asio::ip::tcp::socket socket(loop.executor());
  socket.connect({boost::asio::ip::address_v4::loopback(), server->port()});
  boost::asio::write(socket, boost::asio::buffer(std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  while (server->connections() == 0) loop.step();
  while (server->connections() > 0) loop.step();
  EXPECT_NE(metrics.text().find("reason=\"slow_request\"} 1"), std::string::npos);
}

TEST_F(ServerTest, TellsACertificateThatItHasTooManyConnections) {
  limits.connections_per_peer = 2;
  serve();
  const ClientSettings settings = client_with(ca.issue("urn:waymark:authority:314"));
  Client one(loop.executor(), settings);
  Client two(loop.executor(), settings);
  Client three(loop.executor(), settings);
  EXPECT_EQ(loop.run(one.get("/")).status, 200);
  EXPECT_EQ(loop.run(two.get("/")).status, 200);
  const Response refused = loop.run(three.get("/"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.headers.has("Retry-After"));
  auto other = client();
  EXPECT_EQ(loop.run(other.get("/")).status, 200);
  two.close();
  while (server->connections() > 2) loop.step();
  EXPECT_EQ(loop.run(three.get("/")).status, 200);
}

TEST_F(PlainServerTest, TellsTheFirstOfTooManyConnectionsAndDropsTheRest) {
  limits.connections = 1;
  limits.connections_over = 1;
  serve();
  Client one(loop.executor(), client_without());
  EXPECT_EQ(loop.run(one.get("/")).status, 200);
  auto silent = loop.start(raw_exchange(loop.executor(), server->port(), ""));
  while (server->connections() < 2) loop.step();
  EXPECT_EQ(raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  server->close_if([](const Peer&) { return true; });
  loop.finish(silent);
  while (server->connections() > 0) loop.step();

  EXPECT_EQ(loop.run(one.get("/")).status, 200);
  const std::string answer = raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of(answer), "HTTP/1.1 503");
  EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos);
}

TEST_F(PlainServerTest, RefusesWhatCouldBeReadInTwoWaysAndCloses) {
  serve();
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::string header :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding: xchunked",
        "Content-Length : 5", "X: a\r\n b"}) {
    const std::string answer = raw("POST / HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n0\r\n\r\n" + smuggled);
    EXPECT_EQ(status_of(answer), "HTTP/1.1 400") << header;
    EXPECT_EQ(answer.find("smuggled"), std::string::npos) << header;
  }
}

}  // namespace
}  // namespace broker::net
