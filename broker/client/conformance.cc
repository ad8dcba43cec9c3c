#include "broker/client/conformance.h"

#include <cstdlib>

#include "broker/base/text.h"
#include "broker/base/time.h"
#include "broker/client/conformance_checks.h"
#include "broker/client/webhook_receiver.h"

namespace broker::client {
namespace {

constexpr const char* nobody = "00000000-0000-7000-8000-000000000000";
constexpr std::chrono::seconds push_time{60};  // a broker tries again after five
constexpr int64_t timestamp_seconds_max = 300;

class Run {
 public:
  Run(Access own, Access peer) : own_(std::move(own)), peer_(std::move(peer)) {}

  std::vector<Check> all() {
    about_the_caller();
    about_requests();
    about_a_case();
    about_a_webhook();
    about_delivery();
    about_the_push();
    about_the_end();
    check_files(checks_, own_, peer_, own_code_, peer_code_);
    check_notices(checks_, own_, peer_, peer_code_);
    return checks_.take();
  }

 private:
  void check(const char* name, const std::function<void()>& holds) { checks_.check(name, holds); }

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

  void about_a_webhook() {
    check("a webhook is set up, and its secret is shown once", [&] {
      const Json body = {{"url", receiver_.url()}, {"types", {"enquiry.opened"}}};
      const Answer answer = peer_.put(webhook_, dump(body));
      const Json answered = parse_json(answer.body);
      if (answer.status == 422 && text_at(answered, "/errors/0/pointer") == "/url") {
        throw NotChecked{"this broker does not push to " + receiver_.url() + " (webhooks.allow)"};
      }
      secret_ = text_at(expect_status(answer, 201), "/secret");
      const Json shown = expect_status(peer_.get(webhook_), 200);
      public_key_ = text_at(shown, "/public_key");
      expect(!secret_.empty() && text_at(shown, "/secret").empty(), "the secret is not shown, or shown again");
    });
  }

  // Which was refused with 500 the first time.
  void about_the_push() {
    std::vector<Push> pushes;
    check("a message is pushed to the webhook, and again after a failure", [&] {
      need_webhook();
      expect(message_.is_object(), "no message came");
      pushes = receiver_.await(text_at(message_, "/id"), 2, push_time);
      expect(!pushes.empty(), "nothing was pushed");
      expect(pushes.size() == 2, "it was not pushed again");
    });
    check("a push is signed by Standard Webhooks, with the secret and with the public key", [&] {
      need_webhook();
      expect(!pushes.empty(), "nothing was pushed");
      const int64_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
      for (const Push& push : pushes) {
        expect(wrong_with_signature(push, secret_, public_key_).empty(),
               wrong_with_signature(push, secret_, public_key_));
        const int64_t signed_at = base::parse_number(push.timestamp).value_or(0);
        expect(std::abs(now - signed_at) <= timestamp_seconds_max, "webhook-timestamp " + push.timestamp);
      }
    });
    check("a push names the message and no child", [&] {
      need_webhook();
      expect(!pushes.empty(), "nothing was pushed");
      const Json body = parse_json(pushes.back().body);
      expect(text_at(body, "/type") == "enquiry.opened", "type " + text_at(body, "/type"));
      expect(text_at(body, "/data/message_id") == text_at(message_, "/id"), "another message");
      expect(pushes.back().body.find("Conformance") == std::string::npos, "the child's name is in it");
    });
    check("a webhook is taken away", [&] {
      need_webhook();
      // What is known of its pushes has changed it since.
      net::Request request;
      request.method = "DELETE";
      request.target = webhook_;
      request.headers.add("If-Match", peer_.get(webhook_).header("ETag"));
      expect_status(peer_.send(std::move(request)), 204);
      expect_status(peer_.get(webhook_), 404, "not-found");
    });
  }

  void need_webhook() const {
    if (secret_.empty()) throw NotChecked{"no webhook was set up"};
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

  // The next message of this type about our case.
  Json take(Api& api, const std::string& type) {
    const auto is_about_us = [this](const Json& one) { return text_at(one, "/case_id") == case_id_; };
    const auto is_wanted = [&](const Json& one) { return text_at(one, "/type") == type && is_about_us(one); };
    return take_message(api, type, is_wanted, is_about_us);
  }

  Api own_;
  Api peer_;
  Checks checks_;
  std::string own_code_, peer_code_, case_id_, enquiry_id_, body_, opened_;
  PostOptions options_;
  Json message_;
  WebhookReceiver receiver_;
  std::string webhook_ = "/v1/webhooks/conformance-" + new_key().substr(24);
  std::string secret_, public_key_;
};

}  // namespace

std::vector<Check> check_conformance(Access own, Access peer) {
  return Run(std::move(own), std::move(peer)).all();
}

}  // namespace broker::client
