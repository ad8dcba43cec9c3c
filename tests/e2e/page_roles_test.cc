// Walks every page of the table as everybody: who has no business with it is refused, and a child is shown to those
// whom it concerns alone. An operator never sees one.
#include <fstream>
#include <set>
#include <thread>

#include "broker/client/upload.h"
#include "broker/net/client.h"
#include "broker/web/pages/page.h"
#include "tests/e2e/sandbox_fixture.h"
#include "tests/support/event_loop.h"

namespace e2e {
namespace {

using broker::net::Request;
using broker::net::Response;
using broker::web::pages::Page;

constexpr std::string_view surname = "Quillfeather";
constexpr std::string_view upn = "B801200005001";
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds ask_again{50};

struct Visitor {
  std::string value;  // of the sandbox's list
  unsigned roles;
  std::set<std::string> may_see;  // beginnings of paths that may show the child
};

const std::vector<Visitor> visitors = {
    {"314:a.obi", broker::web::officer_role, {"/"}},
    {"314:b.lane", broker::web::officer_role | broker::web::reviewer_role, {"/"}},
    {"314:c.dorn", broker::web::officer_role | broker::web::reviewer_role | broker::web::coordinator_role, {"/"}},
    {"314:d.quill", broker::web::auditor_role, {}},
    {"314:s.3144001", broker::web::school_role, {"/removals"}},
    {"314:s.3144002", broker::web::school_role, {}},
    {"319:a.obi", broker::web::officer_role, {"/work-list", "/enquiries", "/matches"}},
    {"315:c.dorn", broker::web::officer_role | broker::web::reviewer_role | broker::web::coordinator_role, {}},
    {":o.marsh", broker::web::operator_role, {}},
};

class PageRoles : public SandboxTest {
 protected:
  PageRoles() : browser_(loop_.executor(), {.url = sandbox_->value("/web"), .authorities = sandbox_->value("/ca")}) {
    const Json child = {{"surname", surname}, {"forename", "Ann"}, {"dob", "2014-05-03"}, {"upn", upn}};
    const std::string id = text_at(expect_status(as("314").post("/v1/cases", dump({{"child", child}})), 201), "/id");
    const Json to = {{"to", {"319"}}, {"kind", "area_believed"}, {"priority", "urgent"}};
    const Json sent = expect_status(as("314").post("/v1/cases/" + id + "/enquiries", dump(to)), 201);
    const Json removal = {{"ground", "C"}, {"school", "3144001"}};
    expect_status(as("314").post_event("/v1/cases/" + id, "/removal", dump(removal)), 200);
    ids_["/cases/"] = ids_["/removals/"] = id;
    ids_["/enquiries/"] = text_at(sent, "/items/0/id");
    const auto path = scratch_.path() / "arrivals.csv";
    std::ofstream(path) << "record_id,upn,surname,forename,dob\n1," << upn << "," << surname << ",Ann,2014-05-03\n";
    expect_status(upload_file(as("319"), path, "arrivals"), 202);
    ids_["/matches/"] = text_at(first_match("319"), "/id");
    const Json query = {{"child", child}, {"purpose", "to try the pages"}};
    ids_["/query/"] = text_at(expect_status(as("319").post("/v1/queries", dump(query)), 200), "/id");
    ids_["/uploads/"] = id;  // nobody's upload: not found for all
  }

  Json first_match(const std::string& caller) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto items = all_items(as(caller), "/v1/matches");
      if (!items.empty()) return items.front();
      std::this_thread::sleep_for(ask_again);
    }
    ADD_FAILURE() << "no match";
    return Json::object();
  }

  Response visit(const std::string& method, const std::string& target, const std::string& cookie) {
    Request request;
    request.method = method;
    request.target = target;
    request.headers.add("Cookie", cookie);
    request.headers.add("Sec-Fetch-Site", "same-origin");
    if (method == "POST") {
      request.headers.add("Content-Type", "application/x-www-form-urlencoded");
      request.body = "token=AAAA&key=page-0";
    }
    return loop_.run(browser_.send(std::move(request)));
  }
  std::string sign_in(const std::string& value) {
    Request request;
    request.method = "POST";
    request.target = "/sign-in/list";
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.headers.add("Sec-Fetch-Site", "same-origin");
    request.body = "officer=" + broker::net::percent_encoded(value);
    const Response entered = loop_.run(browser_.send(std::move(request)));
    const std::string* set = entered.headers.find("Set-Cookie");
    return set == nullptr ? "" : set->substr(0, set->find(';'));
  }
  // The page's path with the id of what was made for it.
  std::string path_of(const Page& page) const {
    std::string path(page.path);
    const size_t hole = path.find("{}");
    if (hole != std::string::npos) path.replace(hole, 2, ids_.at(path.substr(0, hole)));
    return path;
  }

  support::EventLoop loop_;
  broker::net::Client browser_;
  std::map<std::string, std::string> ids_;
};

bool may_see(const Visitor& visitor, const std::string& path) {
  for (const std::string& start : visitor.may_see) {
    if (path.starts_with(start)) return true;
  }
  return false;
}

}  // namespace

TEST_F(PageRoles, DecideWhoIsShownEachPage) {
  size_t shown = 0;
  for (const Visitor& visitor : visitors) {
    const std::string cookie = sign_in(visitor.value);
    ASSERT_FALSE(cookie.empty()) << visitor.value;
    for (const Page& page : broker::web::pages::pages()) {
      const std::string path = path_of(page);
      SCOPED_TRACE(visitor.value + " " + std::string(page.method) + " " + path);
      const Response response = visit(std::string(page.method), path, cookie);
      const bool is_for = page.roles == 0 || (page.roles & visitor.roles) != 0;
      if (!is_for || page.method == "POST") {
        // A form without the token of this session is nobody's.
        EXPECT_EQ(response.status, 403);
      } else {
        EXPECT_TRUE(response.status == 200 || response.status == 303 || response.status == 404) << response.status;
      }
      const bool shows_child =
          response.body.find(surname) != std::string::npos || response.body.find(upn) != std::string::npos;
      if (shows_child) ++shown;
      EXPECT_TRUE(!shows_child || may_see(visitor, path));
    }
  }
  // Else the walk has looked at empty pages.
  EXPECT_GT(shown, 20U);
}

TEST_F(PageRoles, AreNothingWithoutASession) {
  for (const Page& page : broker::web::pages::pages()) {
    const Response response = visit(std::string(page.method), path_of(page), "");
    if (page.roles == 0) {
      EXPECT_EQ(response.status, 200) << page.path;
    } else {
      EXPECT_EQ(response.status, 303) << page.path;
      EXPECT_EQ(*response.headers.find("Location"), "/sign-in") << page.path;
    }
  }
}

}  // namespace e2e
