#include "broker/signin/cookies.h"

#include <gtest/gtest.h>

namespace broker::signin {
namespace {

net::Request with_cookies(const std::string& text) {
  net::Request request;
  request.headers.add("Cookie", text);
  return request;
}

}  // namespace

TEST(Cookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(cookie_in(with_cookies("a=1; __Host-waymark=abc; b=2"), session_cookie), "abc");
  EXPECT_EQ(cookie_in(with_cookies("x__Host-waymark=abc"), session_cookie), "");
  EXPECT_EQ(cookie_in(with_cookies("__Host-waymark-sign-in=abc"), session_cookie), "");
  EXPECT_EQ(cookie_in(net::Request(), session_cookie), "");
}

// Which of two would count is for nobody to guess.
TEST(Cookies, CountForNothingWhenTheyComeTwice) {
  EXPECT_EQ(cookie_in(with_cookies("__Host-waymark=one; __Host-waymark=two"), session_cookie), "");
}

TEST(Cookies, AreKeptFromScriptsAndFromOtherSites) {
  net::Response response;
  set_cookie(response, session_cookie, "abc");
  EXPECT_EQ(*response.headers.find("Set-Cookie"), "__Host-waymark=abc; Path=/; Secure; HttpOnly; SameSite=Lax");
}

}  // namespace broker::signin
