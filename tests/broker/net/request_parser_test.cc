#include "broker/net/request_parser.h"

#include <gtest/gtest.h>

namespace broker::net {
namespace {

using State = RequestParser::State;

constexpr size_t header_max = 16 * 1024;
constexpr size_t body_max = 1000;

// Feeds so many bytes at a time.
State fed(RequestParser& parser, std::string text, size_t at_once = SIZE_MAX) {
  std::string buffer;
  while (!text.empty() || !buffer.empty()) {
    buffer += text.substr(0, at_once);
    text.erase(0, at_once);
    const size_t before = buffer.size();
    parser.feed(buffer);
    if (parser.state() == State::body_wait) {
      parser.set_body_limit(body_max);
      parser.feed(buffer);
    }
    const bool is_over = parser.state() == State::done || parser.state() == State::refused;
    if (is_over || (text.empty() && buffer.size() == before)) break;
  }
  return parser.state();
}

int refusal_status(const std::string& text) {
  RequestParser parser(header_max);
  return fed(parser, text) == State::refused ? parser.problem().status() : 0;
}

int refusal_of_header(const std::string& field) {
  return refusal_status("POST / HTTP/1.1\r\nHost: x\r\n" + field + "\r\n\r\n");
}

const std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(RequestParser, ReadsARequestHoweverItIsCut) {
  const std::string text =
      "POST /cases/a%20b?q=1&r=Zo%C3%AB+x HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nX-Y: z\r\n\r\nhello world";
  for (const size_t at_once : {1UL, 2UL, 3UL, 7UL, 64UL, 1000UL}) {
    RequestParser parser(header_max);
    ASSERT_EQ(fed(parser, text, at_once), State::done) << at_once;
    const Request request = parser.take_request();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/cases/a b");
    ASSERT_NE(request.query_value("r"), nullptr);
    EXPECT_EQ(*request.query_value("r"), "Zoë x");
    EXPECT_EQ(*request.headers.find("x-y"), "z");
    EXPECT_EQ(request.body, "hello world");
  }
}

TEST(RequestParser, ReadsAChunkedBodyHoweverItIsCutAndIgnoresItsTrailer) {
  const std::string text = chunked + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nWaymark-Officer: mallory\r\n\r\n";
  for (const size_t at_once : {1UL, 2UL, 5UL, 1000UL}) {
    RequestParser parser(header_max);
    ASSERT_EQ(fed(parser, text, at_once), State::done) << at_once;
    const Request request = parser.take_request();
    EXPECT_EQ(request.body, "hello world");
    EXPECT_FALSE(request.headers.has("Waymark-Officer"));
  }
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
  std::string buffer = "\r\nGET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n";
  RequestParser first(header_max);
  first.feed(buffer);
  first.set_body_limit(body_max);
  EXPECT_EQ(first.state(), State::done);
  EXPECT_EQ(buffer, "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
}

TEST(RequestParser, RefusesAHostThatIsMissingOrGivenTwice) {
  EXPECT_EQ(refusal_status("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
}

TEST(RequestParser, RefusesALengthToldInTwoWays) {
  for (const char* const fields :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Content-Length: 3\r\nContent-Length: 3", "Content-Length: 3, 3", "Content-Length: +3", "Content-Length: -3",
        "Content-Length: 0x3", "Content-Length: 3 3", "Content-Length:", "Content-Length: 99999999999999999999",
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity",
        "Transfer-Encoding: \x0b"
        "chunked",
        "Transfer-Encoding : chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"}) {
    EXPECT_EQ(refusal_of_header(fields), 400) << fields;
  }
  EXPECT_EQ(refusal_status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestParser, RefusesFieldsOfAFormThatOthersReadDifferently) {
  for (const std::string field :
       {"X: a\r\n b", "X: a\r\n\tb", " X: a", "X : a", "X", ": a", "X: a\nY: b", "X: a\rb", "X(: a"}) {
    EXPECT_EQ(refusal_of_header(field), 400) << field;
  }
  EXPECT_EQ(refusal_of_header(std::string("X: a\0b", 6)), 400);
  EXPECT_EQ(refusal_of_header("Idempotency-Key: a\r\nIdempotency-Key: b"), 400);
  EXPECT_EQ(refusal_of_header("waymark-officer: a\r\nWaymark-Officer: b"), 400);
}

TEST(RequestParser, RefusesRequestLinesThatAreNotPlain) {
  for (const std::string line : {"GET  / HTTP/1.1",
                                 "GET / HTTP/1.1 ",
                                 "GET / HTTP/2.0",
                                 "GET / HTTP/1.2",
                                 "GET /",
                                 "/ HTTP/1.1",
                                 "G(T / HTTP/1.1",
                                 " GET / HTTP/1.1",
                                 "GET / http/1.1",
                                 "GET * HTTP/1.1",
                                 "GET http://x/ HTTP/1.1",
                                 "GET x HTTP/1.1",
                                 "GET /a/../b HTTP/1.1",
                                 "GET /%2e%2e/b HTTP/1.1",
                                 "GET /a%2Fb HTTP/1.1",
                                 "GET /a%00 HTTP/1.1",
                                 "GET /a%5cb HTTP/1.1",
                                 "GET /%zz HTTP/1.1",
                                 "GET //a HTTP/1.1",
                                 "GET /%ff HTTP/1.1",
                                 "GET /a#b HTTP/1.1",
                                 "GET /?a=%00 HTTP/1.1"}) {
    EXPECT_EQ(refusal_status(line + "\r\nHost: x\r\n\r\n"), 400) << line;
  }
}

TEST(RequestParser, RefusesBadChunks) {
  for (const char* const body :
       {"x\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n", "fffffffffffffffff\r\n", "5 \r\nhello\r\n0\r\n\r\n"}) {
    EXPECT_EQ(refusal_status(chunked + body), 400) << body;
  }
  EXPECT_EQ(refusal_status(chunked + "ffffffff\r\n"), 413);
}

// Beast looked for the end of the quotes beyond the line, and so read the same bytes differently when they were cut.
TEST(RequestParser, EndsAnExtensionWithItsLineWhateverItQuotes) {
  for (const size_t at_once : {1UL, 7UL, 1000UL}) {
    RequestParser parser(header_max);
    ASSERT_EQ(fed(parser, chunked + "5;a=\"\r\nhello\r\n0\r\n\r\n", at_once), State::done);
    EXPECT_EQ(parser.take_request().body, "hello");
  }
}

TEST(RequestParser, RefusesBodiesAboveTheLimit) {
  EXPECT_EQ(refusal_of_header("Content-Length: 1001"), 413);
  EXPECT_EQ(refusal_of_header("Content-Length: 1000"), 0);
  EXPECT_EQ(refusal_status(chunked + "3e9\r\n"), 413);
  std::string many = chunked;
  for (int count = 0; count < 1001; ++count) many += "1\r\nx\r\n";
  EXPECT_EQ(refusal_status(many), 413);
}

TEST(RequestParser, RefusesMoreFramingThanBody) {
  std::string wordy = chunked;
  for (int count = 0; count < 20; ++count) wordy += "1;" + std::string(8000, 'e') + "\r\nx\r\n";
  EXPECT_EQ(refusal_status(wordy), 413);
  EXPECT_EQ(refusal_status(chunked + "1;" + std::string(17'000, 'e')), 400);
}

TEST(RequestParser, RefusesHeadersAboveTheLimit) {
  EXPECT_EQ(refusal_of_header("X: " + std::string(header_max, 'x')), 431);
  EXPECT_EQ(refusal_status("GET /" + std::string(header_max, 'x')), 431);
  std::string many;
  for (int count = 0; count < 100; ++count) many += "X: y\r\n";
  EXPECT_EQ(refusal_of_header(many + "Z: z"), 400);
}

TEST(RequestParser, KnowsWhoWaitsForContinueAndWhoCloses) {
  RequestParser waits(header_max);
  std::string text =
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 1\r\nConnection: close\r\n\r\n";
  waits.feed(text);
  EXPECT_TRUE(waits.wants_continue());
  EXPECT_FALSE(waits.wants_keep_alive());
}

}  // namespace
}  // namespace broker::net
