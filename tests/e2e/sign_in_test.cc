// The pages' door over TLS: who comes in, with which cookie, and who is shut out. And what an officer's own certificate
// may do by the roles of the directory.
#include "broker/base/text.h"
#include "broker/net/client.h"
#include "tests/e2e/sandbox_fixture.h"
#include "tests/support/event_loop.h"

namespace e2e {
namespace {

using broker::net::Request;
using broker::net::Response;

class SignIn : public SandboxTest {
 protected:
  SignIn() : browser_(loop_.executor(), settings("")) {}

  broker::net::ClientSettings settings(const std::string& officer) {
    broker::net::ClientSettings made{.url = sandbox_->value("/web"), .authorities = sandbox_->value("/ca")};
    if (officer.empty()) return made;
    made.certificate = sandbox_->value("/officers/314/" + officer + "/cert");
    made.private_key = sandbox_->value("/officers/314/" + officer + "/key");
    return made;
  }

  Response get(const std::string& target, const std::string& cookie = "") {
    Request request;
    request.method = "GET";
    request.target = target;
    if (!cookie.empty()) request.headers.add("Cookie", cookie);
    return loop_.run(browser_.send(std::move(request)));
  }
  Response post(const std::string& target, const std::string& form, const std::string& from = "same-origin",
                const std::string& cookie = "") {
    Request request;
    request.method = "POST";
    request.target = target;
    request.body = form;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    if (!from.empty()) request.headers.add("Sec-Fetch-Site", from);
    if (!cookie.empty()) request.headers.add("Cookie", cookie);
    return loop_.run(browser_.send(std::move(request)));
  }
  // The Cookie header of who has signed in; empty when it was refused.
  std::string sign_in(const std::string& officer) {
    return cookie_of(post("/sign-in/list", "officer=" + broker::net::percent_encoded(officer)));
  }
  static std::string cookie_of(const Response& response) {
    const std::string* set = response.headers.find("Set-Cookie");
    if (response.status != 303 || set == nullptr || !set->starts_with("__Host-waymark=")) return "";
    return set->substr(0, set->find(';'));
  }
  // Whether the first page is shown rather than the way to sign in.
  bool is_in(const std::string& cookie) {
    const Response page = get("/help", cookie);
    return page.status == 200 && page.body.find("/sign-out") != std::string::npos;
  }
  Api officer_api(const std::string& officer) {
    return Api({.url = sandbox_->value("/api"),
                .authorities = sandbox_->value("/ca"),
                .certificate = sandbox_->value("/officers/314/" + officer + "/cert"),
                .private_key = sandbox_->value("/officers/314/" + officer + "/key"),
                .officer = officer});
  }
  Answer put_as_operator(const std::string& officer, const Json& body) {
    Api api({.url = sandbox_->value("/api"),
             .authorities = sandbox_->value("/ca"),
             .certificate = sandbox_->value("/operator/cert"),
             .private_key = sandbox_->value("/operator/key"),
             .officer = "sandbox"});
    return api.put("/v1/authorities/314/officers/" + officer, dump(body));
  }

  support::EventLoop loop_;
  broker::net::Client browser_;
};

}  // namespace

TEST_F(SignIn, IsFromAListInASandboxWithACookieForThisHostAlone) {
  const Response choices = get("/sign-in");
  EXPECT_EQ(choices.status, 200);
  for (const char* value : {"314:a.obi", "319:b.lane", "314:d.quill", "314:s.3144001", ":o.marsh"}) {
    EXPECT_NE(choices.body.find("value=\"" + std::string(value) + "\""), std::string::npos) << value;
  }
  const Response entered = post("/sign-in/list", "officer=314%3Aa.obi");
  ASSERT_EQ(entered.status, 303);
  EXPECT_EQ(*entered.headers.find("Location"), "/");
  const std::string cookie = *entered.headers.find("Set-Cookie");
  for (const char* part : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"}) {
    EXPECT_NE(cookie.find(part), std::string::npos) << part;
  }
  EXPECT_TRUE(is_in(cookie_of(entered)));
  EXPECT_FALSE(is_in(""));
  EXPECT_FALSE(is_in("__Host-waymark=" + std::string(43, 'A')));
  EXPECT_EQ(get("/work-list").status, 303);
}

TEST_F(SignIn, IsRefusedFromAnotherSiteAndForNobody) {
  EXPECT_EQ(post("/sign-in/list", "officer=314%3Aa.obi", "cross-site").status, 403);
  EXPECT_EQ(sign_in("314:nobody"), "");
  EXPECT_EQ(sign_in("nonsense"), "");
  EXPECT_EQ(get("/sign-in/start?with=none").status, 404);
  EXPECT_EQ(get("/sign-in/answer?state=a&code=b").status, 400);
  EXPECT_EQ(post("/sign-in/certificate", "").status, 401);
}

TEST_F(SignIn, EndsByHandAndForADisabledOfficerAtOnce) {
  const std::string first = sign_in("314:a.obi");
  const std::string second = sign_in("314:a.obi");
  const std::string other = sign_in("314:b.lane");
  ASSERT_TRUE(is_in(first));
  // The link asks; a form of another site does nothing.
  EXPECT_EQ(get("/sign-out", first).status, 200);
  EXPECT_EQ(post("/sign-out", "", "cross-site", first).status, 403);
  EXPECT_TRUE(is_in(first));
  EXPECT_EQ(post("/sign-out", "", "same-origin", first).status, 303);
  EXPECT_FALSE(is_in(first));
  EXPECT_TRUE(is_in(second));
  const Json disabled = {{"name", "Ada Obi"}, {"roles", {"officer"}}, {"disabled", true}};
  expect_status(put_as_operator("a.obi", disabled), 200);
  EXPECT_FALSE(is_in(second));
  EXPECT_TRUE(is_in(other));
  EXPECT_EQ(sign_in("314:a.obi"), "");
  expect_status(officer_api("a.obi").get("/v1/cases"), 403);
}

TEST_F(SignIn, EndsInEveryBrowserOfTheOfficerAndInNobodyElses) {
  const std::string first = sign_in("314:a.obi");
  const std::string second = sign_in("314:a.obi");
  const std::string colleague = sign_in("314:b.lane");
  const std::string namesake = sign_in("319:a.obi");
  EXPECT_EQ(post("/sign-out", "where=everywhere", "same-origin", first).status, 303);
  EXPECT_FALSE(is_in(first));
  EXPECT_FALSE(is_in(second));
  EXPECT_TRUE(is_in(colleague));
  EXPECT_TRUE(is_in(namesake));
}

TEST_F(SignIn, TakesAnOfficersCertificateInAnEmergency) {
  broker::net::Client with_certificate(loop_.executor(), settings("b.lane"));
  Request request;
  request.method = "POST";
  request.target = "/sign-in/certificate";
  const Response entered = loop_.run(with_certificate.send(std::move(request)));
  EXPECT_TRUE(is_in(cookie_of(entered)));
}

TEST_F(SignIn, GivesACertificateTheRolesOfTheDirectory) {
  Api officer = officer_api("a.obi");
  const Json body = {{"child", {{"surname", "Vale"}, {"forename", "Ann"}}}};
  const std::string id = text_at(expect_status(officer.post("/v1/cases", dump(body)), 201), "/id");
  expect_status(officer.post_event("/v1/cases/" + id, "/end", R"({"reason":"opened_in_error"})"), 200);
  // Of two officers the second has to be a reviewer.
  expect_status(officer.post_event("/v1/cases/" + id, "/end/approve", "{}"), 403);
  expect_status(officer.get("/v1/authorities/314/officers"), 403);
  Api reviewer = officer_api("b.lane");
  expect_status(reviewer.post_event("/v1/cases/" + id, "/end/approve", "{}"), 200);
  const Json auditor = {{"name", "Bea Lane"}, {"roles", {"auditor"}}};
  expect_status(put_as_operator("b.lane", auditor), 200);
  expect_status(reviewer.get("/v1/cases/" + id), 403);
  expect_status(reviewer.get("/v1/audit/entries"), 200);
}

TEST_F(SignIn, KeepsEachDirectoryToItsOwn) {
  expect_status(as("314").get("/v1/authorities/314/officers"), 200);
  expect_status(as("314").get("/v1/authorities/319/officers"), 404);
  expect_status(as("314").get("/v1/authorities/operator/officers"), 404);
  const std::string body = R"({"name":"Eve","roles":["officer"]})";
  expect_status(as("314").put("/v1/authorities/319/officers/e.ve", body), 404);
  expect_status(as("314").put("/v1/authorities/314/officers/e.ve", R"({"name":"Eve","roles":["operator"]})"), 422);
  expect_status(as("314").put("/v1/authorities/314/officers/e.ve", R"({"name":"Eve","roles":["school"]})"), 422);
  expect_status(as("314").put("/v1/authorities/314/officers/e.ve", R"({"name":"Eve","roles":[],"colour":1})"), 422);
  expect_status(as("314").put("/v1/authorities/314/officers/e.ve", body), 200);
  expect_status(as("3144001").get("/v1/authorities/314/officers"), 403);
}

}  // namespace e2e
