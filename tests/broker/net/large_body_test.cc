// Bodies that go to files: asked about before the first byte of one is written, and within a limit for all at once.
#include "broker/net/spool.h"
#include "tests/broker/net/test_server.h"

namespace broker::net {
namespace {

constexpr size_t body_bytes = 400'000;

class LargeBody : public ServerTest {
 protected:
  LargeBody() {
    is_plain = true;
    limits.body_bytes = 1'000'000;
    limits.memory_body_bytes = 1000;
  }

  void serve_with(Admission asked, Handler handler = echo) {
    admission = std::move(asked);
    serve(std::move(handler));
  }
  static std::string header(size_t length) {
    return "POST /uploads HTTP/1.1\r\nHost: x\r\nX-Who: Ada\r\nConnection: close\r\nContent-Length: " +
           std::to_string(length) + "\r\n\r\n";
  }
};

awaitable<std::optional<Response>> refuse_all(Request so_far) {
  const bool has_header = so_far.headers.has("X-Who") && so_far.path == "/uploads" && so_far.peer != nullptr;
  const bool has_beginning = so_far.body.starts_with("token=1;");
  co_return text_response(has_header && has_beginning ? 403 : 500, "text/plain", "not you");
}

awaitable<std::optional<Response>> admit_all(Request) {
  co_return std::nullopt;
}

TEST_F(LargeBody, IsRefusedByItsBeginningBeforeTheRestHasCome) {
  bool was_handled = false;
  serve_with(refuse_all, [&was_handled](Request request) {
    was_handled = true;
    return echo(std::move(request));
  });
  const std::string answer = raw(header(body_bytes) + "token=1;" + std::string(5000, 'x'));
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 403");
  EXPECT_NE(answer.find("not you"), std::string::npos);
  EXPECT_FALSE(was_handled);
  EXPECT_NE(metrics.text().find("reason=\"not_admitted\"} 1"), std::string::npos);
}

TEST_F(LargeBody, ReachesTheHandlerInAFileWhenItIsAdmitted) {
  std::string kept;
  serve_with(admit_all, [&kept](Request request) {
    kept = request.body_file ? request.body_file->read(0, request.body_file->size()) : "";
    return echo(std::move(request));
  });
  const std::string body = "token=1;" + std::string(body_bytes, 'x');
  EXPECT_EQ(raw(header(body.size()) + body).substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(kept, body);
}

TEST_F(LargeBody, IsNotAskedAboutWhileItIsSmall) {
  serve_with(refuse_all);
  EXPECT_EQ(raw(header(10) + "0123456789").substr(0, 12), "HTTP/1.1 200");
}

TEST_F(LargeBody, IsToldToComeAgainWhenThereIsNoRoom) {
  limits.spooled_bytes = body_bytes;
  std::shared_ptr<const base::BodyFile> held;
  serve_with(admit_all, [&held](Request request) {
    held = request.body_file;
    return echo(std::move(request));
  });
  const std::string body(body_bytes, 'x');
  EXPECT_EQ(raw(header(body_bytes) + body).substr(0, 12), "HTTP/1.1 200");
  // Somebody still reads the first.
  const std::string refused = raw(header(body_bytes) + std::string(2000, 'x'));
  EXPECT_EQ(refused.substr(0, 12), "HTTP/1.1 503");
  EXPECT_NE(refused.find("Retry-After: 10"), std::string::npos);
  EXPECT_NE(metrics.text().find("reason=\"spool\"} 1"), std::string::npos);
  held.reset();
  EXPECT_EQ(raw(header(body_bytes) + body).substr(0, 12), "HTTP/1.1 200");
}

TEST_F(LargeBody, HasRoomByAndByWhenItTellsNoLength) {
  limits.spooled_bytes = 10'000;
  serve_with(admit_all);
  std::string text = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int count = 0; count < 200; ++count) text += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(raw(text).substr(0, 12), "HTTP/1.1 503");
}

TEST(Spool, LeavesRoomForOthersThanOneClient) {
  const auto spool = std::make_shared<Spool>("/var/tmp", 1000, 600);
  auto first = std::make_shared<Spool::Body>(spool, "a");
  EXPECT_TRUE(first->reserve(500));
  Spool::Body second(spool, "a");
  EXPECT_FALSE(second.reserve(101));
  EXPECT_TRUE(second.reserve(100));
  Spool::Body other(spool, "b");
  EXPECT_FALSE(other.reserve(401));
  EXPECT_TRUE(other.append(std::string(400, 'x')));
  EXPECT_FALSE(other.append("x"));
  EXPECT_EQ(other.file().size(), 400U);
  EXPECT_EQ(spool->bytes(), 1000U);
  first.reset();
  EXPECT_EQ(spool->bytes(), 500U);
  EXPECT_TRUE(second.reserve(600));
}

}  // namespace
}  // namespace broker::net
