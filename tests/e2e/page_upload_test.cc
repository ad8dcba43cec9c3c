// Large files through the pages: taken of whom they are for, and of nobody else not even to the disk.
#include "broker/net/client.h"
#include "tests/e2e/sandbox_fixture.h"
#include "tests/support/event_loop.h"

namespace e2e {
namespace {

using broker::net::Request;
using broker::net::Response;

constexpr size_t large_bytes = 3'000'000;

class PageUpload : public SandboxTest {
 protected:
  PageUpload() : browser_(loop_.executor(), {.url = sandbox_->value("/web"), .authorities = sandbox_->value("/ca")}) {}

  Response send(const std::string& method, const std::string& target, const std::string& cookie,
                const std::string& type = "", std::string body = "") {
    Request request;
    request.method = method;
    request.target = target;
    if (!cookie.empty()) request.headers.add("Cookie", cookie);
    if (!type.empty()) request.headers.add("Content-Type", type);
    request.headers.add("Sec-Fetch-Site", "same-origin");
    request.body = std::move(body);
    return loop_.run(browser_.send(std::move(request)));
  }
  std::string sign_in(const std::string& officer) {
    const Response entered = send("POST", "/sign-in/list", "", "application/x-www-form-urlencoded",
                                  "officer=" + broker::net::percent_encoded(officer));
    const std::string* set = entered.headers.find("Set-Cookie");
    return set == nullptr ? "" : set->substr(0, set->find(';'));
  }
  // What a page's form holds in this hidden field.
  static std::string hidden(const std::string& page, const std::string& name) {
    const std::string start = "name=\"" + name + "\" value=\"";
    const size_t at = page.find(start);
    if (at == std::string::npos) return "";
    return page.substr(at + start.size(), page.find('"', at + start.size()) - at - start.size());
  }
  // A form with a file of arrivals, padded to its size by a column that nobody reads.
  static std::string form(const std::string& token, const std::string& key, size_t bytes) {
    std::string body;
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>{"token", token}, {"key", key}, {"kind", "arrivals"}, {"agreed", "yes"}}) {
      body += "--edge\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    body += "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"arrivals.csv\"\r\n\r\n";
    std::string file = "record_id,surname,forename,dob,remark\r\n";
    for (int row = 1; file.size() < bytes; ++row) {
      file +=
          std::to_string(row) + ",Merrow" + std::to_string(row) + ",Ada,2014-05-03," + std::string(900, 'r') + "\r\n";
    }
    return body + file + "\r\n--edge--\r\n";
  }
  Response upload(const std::string& cookie, const std::string& token, size_t bytes = large_bytes) {
    const std::string type = "multipart/form-data; boundary=edge";
    return send("POST", "/uploads", cookie, type, form(token, "page-" + std::to_string(++keys_), bytes));
  }

  support::EventLoop loop_;
  broker::net::Client browser_;
  int keys_ = 0;
};

}  // namespace

TEST_F(PageUpload, IsTakenOfAnOfficerWithTheFormOfThisSession) {
  const std::string cookie = sign_in("314:a.obi");
  const std::string token = hidden(send("GET", "/uploads", cookie).body, "token");
  ASSERT_FALSE(token.empty());
  const Response taken = upload(cookie, token);
  ASSERT_EQ(taken.status, 303) << taken.body;
  EXPECT_TRUE(taken.headers.find("Location")->starts_with("/uploads/"));
}

TEST_F(PageUpload, IsRefusedBeforeItsEndOfWhoHasNoBusinessWithIt) {
  const std::string officer = sign_in("314:a.obi");
  const std::string auditor = sign_in("314:d.quill");
  const std::string token = hidden(send("GET", "/uploads", officer).body, "token");
  const Response stranger = upload("", token);
  EXPECT_EQ(stranger.status, 303);
  EXPECT_EQ(*stranger.headers.find("Location"), "/sign-in");
  EXPECT_EQ(upload(auditor, token).status, 403);
  EXPECT_EQ(upload(officer, "").status, 403);
  EXPECT_EQ(upload(sign_in("314:b.lane"), token).status, 403);
  // The connection ends with the refusal of a large one; the small one is read and refused on it.
  EXPECT_EQ(upload(officer, "", 2000).status, 403);
}

}  // namespace e2e
