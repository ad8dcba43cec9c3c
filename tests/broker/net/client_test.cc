#include "broker/net/client.h"

#include "broker/base/text.h"
#include "tests/broker/net/test_server.h"

namespace broker::net {
namespace {

class ClientTest : public ServerTest {};

TEST_F(ClientTest, ResumesItsSessionWhenItConnectsAgain) {
  serve();
  auto caller = client();
  for (int count = 0; count < 3; ++count) {
    EXPECT_EQ(loop.run(caller.get("/")).status, 200);
    caller.close();
  }
  EXPECT_EQ(caller.connects(), 3U);
  EXPECT_EQ(caller.resumptions(), 2U);
}

TEST_F(ClientTest, AsksBeforeItConnectsToAnAddress) {
  serve();
  ClientSettings settings = client_without();
  std::vector<std::string> asked;
  bool may = false;
  settings.may_connect = [&](const std::string& address) {
    asked.push_back(address);
    return may;
  };
  Client picky(loop.executor(), settings);
  EXPECT_THROW(loop.run(picky.get("/")), ConnectionFailed);
  EXPECT_EQ(asked, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(picky.connects(), 0U);
  may = true;
  EXPECT_EQ(loop.run(picky.get("/")).status, 200);
}

TEST_F(ClientTest, SendsABodyThatIsInAFileInPieces) {
  serve(
      [](Request request) -> awaitable<Response> {
        const std::string body =
            request.body_file ? request.body_file->read(0, request.body_file->size()) : request.body;
        co_return text_response(200, "text/plain",
                                base::to_hex(base::sha256(body)) + " " + std::to_string(body.size()));
      },
      [](const std::string&, const std::string&) { return size_t{64} << 20; });
  const auto file = std::make_shared<base::BodyFile>("/var/tmp");
  for (int i = 0; i < 300'000; ++i) file->append(std::to_string(i) + "\n");
  ClientSettings settings = client_with(ca.issue("urn:waymark:authority:314"));
  uint64_t sent = 0;
  settings.on_sent = [&](uint64_t bytes) {
    EXPECT_GT(bytes, sent);
    sent = bytes;
  };
  Client sender(loop.executor(), settings);
  Request request;
  request.method = "POST";
  request.target = "/upload";
  request.body_file = file;
  EXPECT_EQ(loop.run(sender.send(request)).body, base::to_hex(file->sha256()) + " " + std::to_string(file->size()));
  EXPECT_EQ(sent, file->size());
}

TEST_F(ClientTest, ConnectsAgainWhenTheServerHasClosedAnIdleConnection) {
  serve();
  auto caller = client();
  EXPECT_EQ(loop.run(caller.get("/")).status, 200);
  server->close_if([](const Peer&) { return true; });
  while (server->connections() > 0) loop.step();
  EXPECT_EQ(loop.run(caller.post("/x", "text/plain", "y", Headers())).status, 200);
  EXPECT_EQ(caller.connects(), 2U);
}

// Takes a request, answers it, takes another and hangs up instead of answering; then serves a second connection.
awaitable<int> serve_unreliably(boost::asio::ip::tcp::acceptor* acceptor) {
  int requests = 0;
  char bytes[4096];
  const auto in = boost::asio::buffer(bytes);
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  const auto out = boost::asio::buffer(answer);
  for (const int answers : {1, 1}) {
    auto socket = co_await acceptor->async_accept(boost::asio::use_awaitable);
    for (int count = 0; count <= answers; ++count) {
      try {
        co_await socket.async_read_some(in, boost::asio::use_awaitable);
      } catch (const boost::system::system_error&) {
        break;
      }
      ++requests;
      if (count < answers) co_await boost::asio::async_write(socket, out, boost::asio::use_awaitable);
    }
  }
  co_return requests;
}

class UnreliableTest : public testing::Test {
 protected:
  Response post(Client& caller, const Headers& headers) {
    return loop.run(caller.post("/x", "text/plain", "body", headers));
  }
  support::EventLoop loop;
  boost::asio::ip::tcp::acceptor acceptor{loop.executor(), {boost::asio::ip::address_v4::loopback(), 0}};
  ClientSettings settings{"http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()), {}};
};

TEST_F(UnreliableTest, RepeatsWithAnIdempotencyKeyWhenTheAnswerWasLost) {
  auto requests = loop.start(serve_unreliably(&acceptor));
  Client caller(loop.executor(), settings);
  Headers headers;
  headers.add("Idempotency-Key", "k");
  EXPECT_EQ(post(caller, headers).body, "ok");
  EXPECT_EQ(post(caller, headers).body, "ok");
  caller.close();
  EXPECT_EQ(loop.finish(requests), 3);
}

TEST_F(UnreliableTest, NeverRepeatsAPostWithoutOne) {
  auto requests = loop.start(serve_unreliably(&acceptor));
  Client caller(loop.executor(), settings);
  EXPECT_EQ(post(caller, Headers()).body, "ok");
  try {
    post(caller, Headers());
    FAIL();
  } catch (const ConnectionFailed& failure) {
    EXPECT_TRUE(failure.may_have_arrived);
  }
  EXPECT_FALSE(requests.is_done());
}

TEST_F(UnreliableTest, GivesUpOnAServerThatNeverAnswers) {
  settings.timeout = std::chrono::milliseconds(30);
  Client caller(loop.executor(), settings);
  try {
    loop.run(caller.get("/"));
    FAIL();
  } catch (const ConnectionFailed& failure) {
    EXPECT_TRUE(failure.may_have_arrived);
  }
  EXPECT_EQ(caller.connects(), 1U);
}

TEST_F(ClientTest, SaysThatNobodyListens) {
  serve();
  const ClientSettings settings = client_without();
  server.reset();
  loop.poll();
  Client caller(loop.executor(), settings);
  try {
    loop.run(caller.get("/"));
    FAIL();
  } catch (const ConnectionFailed& failure) {
    EXPECT_FALSE(failure.may_have_arrived);
  }
}

TEST_F(ClientTest, DoesNotTrustAServerOfAnotherName) {
  serve();
  ClientSettings settings = client_without();
  settings.url = "https://127.0.0.2:" + std::to_string(server->port());
  Client caller(loop.executor(), settings);
  EXPECT_THROW(loop.run(caller.get("/")), ConnectionFailed);
}

TEST_F(ClientTest, LooksANameUp) {
  serve();
  ClientSettings settings = client_with(ca.issue("urn:waymark:authority:314"));
  settings.url = "https://localhost:" + std::to_string(server->port()) + "/base";
  Client caller(loop.executor(), settings);
  EXPECT_EQ(loop.run(caller.get("/x")).body, "GET /base/x ");
}

TEST_F(ClientTest, RefusesSettingsThatCannotWork) {
  serve();
  ClientSettings settings = client_without();
  settings.authorities = "/nonexistent";
  EXPECT_THROW(Client(loop.executor(), settings), TlsError);
  settings.url = "nowhere";
  EXPECT_THROW(Client(loop.executor(), settings), std::invalid_argument);
}

TEST_F(ClientTest, DoesNotLetAHeaderFieldBecomeTwo) {
  serve();
  auto caller = client();
  Headers headers;
  headers.add("X", "a\r\nIdempotency-Key: b");
  EXPECT_THROW(loop.run(caller.post("/x", "text/plain", "", headers)), std::invalid_argument);
}

}  // namespace
}  // namespace broker::net
