#include "broker/net/http.h"

#include <gtest/gtest.h>

#include "broker/net/response_text.h"
#include "broker/net/url.h"

namespace broker::net {

TEST(Headers, CompareNamesWithoutCase) {
  Headers headers;
  headers.add("Content-Type", "a");
  headers.add("content-type", "b");
  EXPECT_EQ(*headers.find("CONTENT-TYPE"), "a");
  EXPECT_EQ(headers.count("Content-type"), 2U);
  headers.set("Content-Type", "c");
  EXPECT_EQ(headers.size(), 1U);
  EXPECT_EQ(headers.find("Content-Typ"), nullptr);
}

TEST(ParseTarget, DecodesPathAndQuery) {
  const auto target = parse_target("/a%20b/%E2%82%AC/?x=1&y=&z&x=a%2Bb+c&");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/€/");
  const std::vector<std::pair<std::string, std::string>> query = {{"x", "1"}, {"y", ""}, {"z", ""}, {"x", "a+b c"}};
  EXPECT_EQ(target->query, query);
  EXPECT_EQ(parse_target("/")->path, "/");
}

TEST(ParseTarget, RefusesTooManyPairs) {
  std::string target = "/?";
  for (int count = 0; count < 101; ++count) target += "a=b&";
  EXPECT_FALSE(parse_target(target));
}

TEST(PercentEncoded, IsReadBack) {
  const std::string text = "a/b c%€+&=?";
  EXPECT_EQ(parse_target("/?v=" + percent_encoded(text))->query.at(0).second, text);
}

TEST(HeaderText, WritesTheLengthEvenWhereTheBodyIsLeftOut) {
  const Response response = text_response(404, "text/plain", "nothing");
  EXPECT_EQ(header_text(response, true, 784111777),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Length: 7\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_FALSE(has_body(response, true));
  Response empty;
  empty.status = 204;
  EXPECT_EQ(header_text(empty, false, 0).find("Content-Length"), std::string::npos);
  EXPECT_FALSE(has_body(empty, false));
}

TEST(ParseUrl, ReadsHostPortAndPath) {
  EXPECT_EQ(parse_url("https://broker.example")->port, 443);
  EXPECT_EQ(parse_url("http://127.0.0.1:8080/v1/")->path, "/v1");
  const auto url = parse_url("https://[::1]:8443");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->authority(), "[::1]:8443");
}

TEST(ParseUrl, RefusesWhatIsNone) {
  for (const char* const text : {"", "broker", "ftp://x", "https://", "https://:1", "https://x:0", "https://x:65536",
                                 "https://x:", "https://u@x", "https://x?y", "https://x/#y", "https://[::1",
                                 "https://[x]", "https://x:1x", "https://x/a b", "https://[::1]x"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

}  // namespace broker::net
