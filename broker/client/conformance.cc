#include "broker/client/conformance.h"

#include <functional>

#include "broker/base/time.h"
#include "broker/client/json.h"

namespace broker::client {
namespace {

constexpr int claims_max = 50;
constexpr const char* nobody = "00000000-0000-7000-8000-000000000000";

// A check that did not hold.
struct Unlike {
  std::string detail;
};

void expect(bool holds, const std::string& detail) {
  if (!holds) throw Unlike{detail};
}

Json expect_status(const Answer& answer, int status, const std::string& problem = "") {
  const Json body = parse_json(answer.body);
  const std::string type = text_at(body, "/type");
  expect(answer.status == status,
         "status " + std::to_string(answer.status) + " " + type + ", not " + std::to_string(status));
  if (!problem.empty()) expect(type == "urn:waymark:problem:" + problem, "problem " + type + ", not " + problem);
  return body;
}

class Run {
 public:
  Run(Access own, Access peer) : own_(std::move(own)), peer_(std::move(peer)) {}

  std::vector<Check> all() {
    about_the_caller();
    about_requests();
    about_a_case();
    about_delivery();
    about_the_end();
    return std::move(checks_);
  }

 private:
  void check(const char* name, const std::function<void()>& holds) {
    Check one{name, true, ""};
    try {
      holds();
    } catch (const Unlike& unlike) {
      one.passed = false;
      one.detail = unlike.detail;
    } catch (const Unreachable&) {
      throw;
    } catch (const std::exception& error) {
      one.passed = false;
      one.detail = error.what();
    }
    checks_.push_back(std::move(one));
  }

  void about_the_caller() {
    check("the certificate is the caller", [&] {
      own_code_ = text_at(expect_status(own_.get("/v1/whoami"), 200), "/authority");
      peer_code_ = text_at(expect_status(peer_.get("/v1/whoami"), 200), "/authority");
      expect(!own_code_.empty() && !peer_code_.empty() && own_code_ != peer_code_, "two authorities are needed");
    });
    check("the OpenAPI document is served", [&] {
      const Json document = expect_status(own_.get("/v1/openapi.json"), 200);
      expect(text_at(document, "/openapi").starts_with("3.1"), "no OpenAPI 3.1");
    });
    check("the directory names the other authority", [&] {
      const Json one = expect_status(own_.get("/v1/authorities/" + peer_code_), 200);
      expect(text_at(one, "/code") == peer_code_, "another code");
    });
    check("a list says where it goes on, in the body and as Link", [&] {
      const Answer answer = own_.get("/v1/authorities?limit=1");
      const Json list = expect_status(answer, 200);
      const std::string next = text_at(list, "/next");
      expect(items_of(list).size() == 1 && !next.empty(), "not one item and a next");
      expect(answer.header("Link").find("after=" + next) != std::string::npos, "Link: " + answer.header("Link"));
    });
    check("what is not there is 404",
          [&] { expect_status(own_.get("/v1/cases/" + std::string(nobody)), 404, "not-found"); });
  }

  void about_requests() {
    check("an unknown member is refused by its name", [&] {
      const Json body = {{"child", {{"surname", "Conformance"}, {"forename", "Robin"}}}, {"colour", "blue"}};
      const Json refusal = expect_status(own_.post("/v1/cases", dump(body)), 422);
      expect(text_at(refusal, "/errors/0/pointer") == "/colour", "pointer " + text_at(refusal, "/errors/0/pointer"));
    });
    check("what is no JSON is 400", [&] { expect_status(own_.post("/v1/cases", "{"), 400); });
    check("another media type is 415", [&] {
      PostOptions options;
      options.content_type = "text/plain";
      expect_status(own_.post("/v1/cases", "{}", options), 415);
    });
    check("an unknown parameter of a list is refused", [&] { expect_status(own_.get("/v1/cases?colour=blue"), 422); });
    check("a query that fits too many is refused", [&] {
      const Json body = {{"child", {{"surname", "Conformance"}}}, {"purpose", "conformance"}};
      expect_status(own_.post("/v1/queries", dump(body)), 422, "query-too-broad");
    });
  }

  void about_a_case() {
    check("a case opens, with an ETag and its own place", [&] {
      options_.idempotency_key = new_key();
      // A name of this run alone.
      body_ = dump({{"child",
                     {{"surname", "Conformance"},
                      {"forename", "Robin"},
                      {"middle_names", letters_of(options_.idempotency_key)}}},
                    {"force", true}});
      const Answer answer = own_.post("/v1/cases", body_, options_);
      opened_ = answer.body;
      case_id_ = text_at(expect_status(answer, 201), "/id");
      expect(answer.header("Location") == "/v1/cases/" + case_id_, "Location: " + answer.header("Location"));
      expect(!answer.header("ETag").empty(), "no ETag");
    });
    check("a repeat with the same key gives the first answer again", [&] {
      const Answer again = own_.post("/v1/cases", body_, options_);
      expect_status(again, 201);
      expect(again.body == opened_, "another answer");
      expect(again.header("Idempotency-Replayed") == "true", "no Idempotency-Replayed");
    });
    check("the same key with another body is refused", [&] {
      const Json other = {{"child", {{"surname", "Other"}, {"forename", "Robin"}}}};
      expect_status(own_.post("/v1/cases", dump(other), options_), 422, "idempotency-key-reused");
    });
    check("an event without a version is refused",
          [&] { expect_status(own_.post(path() + "/close", "{}"), 428, "version-required"); });
    check("an event on an old version is refused", [&] {
      PostOptions old;
      old.if_match = "\"999\"";
      expect_status(own_.post(path() + "/close", "{}", old), 412, "version-mismatch");
    });
    check("a case does not close before another authority has confirmed",
          [&] { expect_status(own_.post_event(path(), "/close", "{}"), 409, "case-not-confirmed"); });
    check("another authority's case looks as if it did not exist",
          [&] { expect_status(peer_.get(path()), 404, "not-found"); });
  }

  void about_delivery() {
    check("an enquiry reaches the inbox of who is asked, signed", [&] {
      const Json sent = {{"to", {peer_code_}}, {"message", "A check of conformance."}};
      enquiry_id_ = text_at(expect_status(own_.post(path() + "/enquiries", dump(sent)), 201), "/items/0/id");
      message_ = take(peer_, "enquiry.opened");
      expect(!text_at(message_, "/signature").empty(), "no signature");
      expect(text_at(message_, "/data/enquiry/id") == enquiry_id_, "another enquiry");
    });
    check("an acknowledged message is not delivered again", [&] {
      const Json list = expect_status(peer_.get("/v1/inbox?limit=500"), 200);
      for (const Json& one : items_of(list)) expect(text_at(one, "/id") != text_at(message_, "/id"), "it waits");
    });
    check("its sender sees that it was acknowledged", [&] {
      const Json tracking = expect_status(own_.get("/v1/outbox/" + text_at(message_, "/id")), 200);
      expect(text_at(tracking, "/status") == "acknowledged", "status " + text_at(tracking, "/status"));
    });
    check("an acknowledgement without the lease is refused", [&] {
      const Json body = {{"lease_id", nobody}, {"ids", {nobody}}};
      expect_status(peer_.post("/v1/inbox/ack", dump(body)), 409, "lease-lost");
    });
    check("the sender can't answer its own enquiry", [&] {
      expect_status(own_.post_event("/v1/enquiries/" + enquiry_id_, "/replies", R"({"outcome":"not_located"})"), 403);
    });
  }

  void about_the_end() {
    check("a reply is a message to who asked", [&] {
      const std::string since = base::format_date(base::date_in_england(base::SystemClock().now()));
      const Json location = {
          {"school", {{"laestab", peer_code_ + "4001"}}}, {"living_in_area", true}, {"attending_since", since}};
      const Json reply = {{"outcome", "on_roll"}, {"location", location}};
      expect_status(peer_.post_event("/v1/enquiries/" + enquiry_id_, "/replies", dump(reply)), 201);
      const Json message = take(own_, "enquiry.replied");
      expect(text_at(message, "/data/reply/outcome") == "on_roll", "another outcome");
    });
    check("the case closes on the other authority's word", [&] {
      const Json record = expect_status(own_.post_event(path(), "/close", "{}"), 200);
      expect(text_at(record, "/status") == "closed", "status " + text_at(record, "/status"));
    });
    check("the timeline tells it in order", [&] {
      const Json list = expect_status(own_.get(path() + "/timeline"), 200);
      std::string types;
      for (const Json& one : items_of(list)) types += text_at(one, "/type") + " ";
      expect(types == "case.opened enquiry.opened enquiry.replied location.confirmed case.closed ", types);
    });
    check("the audit log has a signed head", [&] {
      expect(!text_at(expect_status(own_.get("/v1/audit/head"), 200), "/signature").empty(), "no signature");
    });
  }

  std::string path() const { return "/v1/cases/" + case_id_; }

  // A name takes letters only.
  static std::string letters_of(const std::string& key) {
    std::string letters = "Z";
    for (const char c : key) {
      if (c >= '0' && c <= '9') letters += static_cast<char>('a' + (c - '0'));
      if (c >= 'a' && c <= 'f') letters += static_cast<char>('k' + (c - 'a'));
    }
    return letters;
  }

  // The next message of this type about our case; what comes before it stays for others to take.
  Json take(Api& api, const std::string& type) {
    for (int i = 0; i < claims_max; ++i) {
      const Answer answer = api.post("/v1/inbox/claim", R"({"max":500,"lease_seconds":10,"wait_seconds":5})");
      if (answer.status == 204) {
        expect(!answer.header("Retry-After").empty(), "204 without Retry-After");
        throw Unlike{"no " + type + " came"};
      }
      const Json claimed = expect_status(answer, 200);
      const std::string lease = text_at(claimed, "/lease_id");
      Json found;
      for (const Json& one : items_of(claimed)) {
        const std::string id = text_at(one, "/id");
        const bool is_ours = text_at(one, "/type") == type && text_at(one, "/case_id") == case_id_;
        const char* verb = is_ours || text_at(one, "/case_id") == case_id_ ? "/ack" : "/nack";
        expect(api.post("/v1/inbox/" + id + verb, dump({{"lease_id", lease}})).is_granted(), "ack refused");
        if (is_ours) found = one;
      }
      if (found.is_object()) return found;
    }
    throw Unlike{"no " + type + " came"};
  }

  Api own_;
  Api peer_;
  std::vector<Check> checks_;
  std::string own_code_, peer_code_, case_id_, enquiry_id_, body_, opened_;
  PostOptions options_;
  Json message_;
};

}  // namespace

std::vector<Check> check_conformance(Access own, Access peer) {
  return Run(std::move(own), std::move(peer)).all();
}

}  // namespace broker::client
