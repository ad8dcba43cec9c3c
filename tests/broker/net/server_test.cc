// Requests in and answers out, keep-alive, stopping.
#include "tests/broker/net/test_server.h"

namespace broker::net {
namespace {

TEST_F(ServerTest, KeepsOneConnectionForAThousandRequests) {
  serve();
  auto caller = client();
  for (int count = 0; count < 1000; ++count) {
    const std::string body = "number " + std::to_string(count);
    ASSERT_EQ(loop.run(caller.post("/echo", "text/plain", body, Headers())).body, "POST /echo " + body);
  }
  EXPECT_EQ(caller.connects(), 1U);
  EXPECT_EQ(server->connections(), 1U);
}

TEST_F(ServerTest, ServesTwoHundredConnectionsAtOnce) {
  serve();
  const ClientSettings settings = client_with(ca.issue("urn:waymark:authority:314"));
  std::vector<Client> clients;
  std::vector<support::EventLoop::Task<Response>> answers;
  clients.reserve(200);
  for (int count = 0; count < 200; ++count) {
    clients.emplace_back(loop.executor(), settings);
    answers.push_back(loop.start(clients.back().get("/n/" + std::to_string(count))));
  }
  for (int count = 0; count < 200; ++count) {
    EXPECT_EQ(loop.finish(answers[static_cast<size_t>(count)]).body, "GET /n/" + std::to_string(count) + " ");
  }
  EXPECT_EQ(server->connections(), 200U);
}

TEST_F(ServerTest, CarriesLargeBodiesBothWays) {
  limits.body_bytes = 20'000'000;
  limits.memory_body_bytes = limits.body_bytes;  // else they go to a file
  serve();
  auto caller = client();
  const std::string body(10'000'000, 'z');
  EXPECT_EQ(loop.run(caller.post("/echo", "text/plain", body, Headers())).body, "POST /echo " + body);
  EXPECT_EQ(loop.run(caller.get("/after")).body, "GET /after ");
  EXPECT_EQ(caller.connects(), 1U);
}

TEST_F(PlainServerTest, AnswersPipelinedRequestsInOrder) {
  serve();
  const std::string answer =
      raw("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\ntwo"
          "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const size_t one = answer.find("GET /1 ");
  const size_t two = answer.find("POST /2 two");
  const size_t three = answer.find("GET /3 ");
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_NE(three, std::string::npos);
}

TEST_F(PlainServerTest, AnswersHeadWithoutABody) {
  serve();
  const std::string answer = raw("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
  Client caller(loop.executor(), client_without());
  Request request;
  request.method = "HEAD";
  request.target = "/x";
  EXPECT_EQ(loop.run(caller.send(request)).body, "");
  EXPECT_EQ(loop.run(caller.get("/y")).body, "GET /y ");
  EXPECT_EQ(caller.connects(), 1U);
}

TEST_F(PlainServerTest, SaysContinueToWhoWaitsForIt) {
  serve();
  const std::string answer =
      raw("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
          "abc");
  EXPECT_NE(answer.find("POST /x abc"), std::string::npos);
}

TEST_F(PlainServerTest, ClosesAfterARequestOfHttp10) {
  serve();
  const std::string answer = raw("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("GET /old "));
  EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
}

TEST_F(PlainServerTest, TellsNothingOfWhatAHandlerThrew) {
  serve();
  Client caller(loop.executor(), client_without());
  testing::internal::CaptureStderr();
  const Response response = loop.run(caller.get("/throw"));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("Quilliam"), std::string::npos);
  EXPECT_EQ(log.find("Quilliam"), std::string::npos);
  EXPECT_NE(log.find("runtime_error"), std::string::npos);
  EXPECT_EQ(loop.run(caller.get("/next")).status, 200);
  EXPECT_EQ(caller.connects(), 1U);
}

// Whoever looks for what became of a call finds the line by the trace that the call was made in.
TEST_F(PlainServerTest, LogsTheTraceOfARequestThatFailedUnlessItIsMalformed) {
  serve();
  Client caller(loop.executor(), client_without());
  Request request;
  request.method = "GET";
  request.target = "/throw";
  for (const auto& [sent, logged] : {std::pair{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true},
                                     {"00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", false},
                                     {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", false}}) {
    request.headers = Headers();
    request.headers.add("traceparent", sent);
    testing::internal::CaptureStderr();
    const Response response = loop.run(caller.send(request));
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(response.status, 500);
    EXPECT_NE(log.find("a request failed"), std::string::npos);
    EXPECT_EQ(log.find(std::string("\"traceparent\":\"") + sent + "\"") != std::string::npos, logged) << log;
    EXPECT_EQ(log.find(sent) != std::string::npos, logged) << log;
  }
}

awaitable<Response> split_answer(Request request) {
  Response response = text_response(200, "text/plain", "x");
  response.headers.add("Location", "/a\r\nSet-Cookie: b");
  if (request.path == "/name") response.headers.add("Bad\nName", "x");
  co_return response;
}

TEST_F(PlainServerTest, DoesNotLetAHeaderFieldBecomeTwo) {
  serve(split_answer);
  Client caller(loop.executor(), client_without());
  const Response response = loop.run(caller.get("/value"));
  EXPECT_EQ(response.status, 500);
  EXPECT_FALSE(response.headers.has("Set-Cookie"));
}

// Waits until the test lets it go on.
struct Latch {
  boost::asio::steady_timer timer;
  int entered = 0;
  bool was_cancelled = false;
};

awaitable<Response> wait_for(Latch* latch) {
  ++latch->entered;
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  try {
    co_await latch->timer.async_wait(boost::asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    latch->was_cancelled = state.cancelled() != boost::asio::cancellation_type::none;
  }
  co_return text_response(200, "text/plain", "waited");
}

class StopTest : public ServerTest {
 protected:
  void serve_latch() {
    latch.timer.expires_at(std::chrono::steady_clock::time_point::max());
    serve([this](Request) { return wait_for(&latch); });
  }
  Latch latch{boost::asio::steady_timer(loop.executor())};
};

TEST_F(StopTest, FinishesWhatIsInFlightAndClosesWhatIsIdle) {
  serve_latch();
  auto busy = client();
  auto idle = client();
  auto answer = loop.start(busy.get("/long"));
  while (latch.entered == 0) loop.step();
  auto idle_answer = loop.start(idle.get("/long"));
  while (latch.entered == 1) loop.step();
  latch.timer.cancel_one();
  latch.timer.cancel_one();
  EXPECT_EQ(loop.finish(answer).status, 200);
  EXPECT_EQ(loop.finish(idle_answer).status, 200);

  auto in_flight = loop.start(busy.get("/long"));
  while (latch.entered == 2) loop.step();
  auto stopped = loop.start(server->stop());
  loop.poll();
  EXPECT_TRUE(server->is_stopping());
  EXPECT_EQ(server->connections(), 1U);
  EXPECT_FALSE(stopped.is_done());
  latch.timer.cancel();
  const Response response = loop.finish(in_flight);
  EXPECT_EQ(response.body, "waited");
  EXPECT_TRUE(response.close);
  loop.finish(stopped);
  EXPECT_EQ(server->connections(), 0U);
  EXPECT_THROW(loop.run(idle.get("/long")), ConnectionFailed);
}

TEST_F(StopTest, CutsWhatTakesTooLong) {
  limits.stop_time = 20ms;
  serve_latch();
  auto caller = client();
  auto answer = loop.start(caller.get("/long"));
  while (latch.entered == 0) loop.step();
  loop.run(server->stop());
  EXPECT_TRUE(latch.was_cancelled);
  EXPECT_EQ(server->connections(), 0U);
  EXPECT_THROW(loop.finish(answer), ConnectionFailed);
}

TEST_F(StopTest, CancelsTheHandlerOfAConnectionThatIsCut) {
  serve_latch();
  auto caller = client();
  auto answer = loop.start(caller.get("/long"));
  while (latch.entered == 0) loop.step();
  EXPECT_EQ(server->close_if([](const Peer&) { return true; }), 1U);
  EXPECT_THROW(loop.finish(answer), ConnectionFailed);
  while (server->connections() > 0) loop.step();
  EXPECT_TRUE(latch.was_cancelled);
}

}  // namespace
}  // namespace broker::net
