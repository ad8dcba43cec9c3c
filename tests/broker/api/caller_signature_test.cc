// What callers sign themselves: taken when it fits, refused when it does not, kept, and delivered to whom it was said.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "broker/audit/jws.h"
#include "broker/base/text.h"
#include "broker/message/canonical.h"
#include "tests/broker/api/api_fixture.h"

namespace broker::api {
namespace {

using nlohmann::json;

class CallerSignatureTest : public ApiTest {
 protected:
  audit::CallerSigner signer(const std::string& who) {
    const certs::Issued& one = issued("urn:waymark:authority:" + who);
    const auto certificate = authority.directory.write("cert-" + who + ".pem", one.certificate_pem);
    const auto key = authority.directory.write("key-" + who + ".pem", one.key_pem);
    return audit::CallerSigner::load(key, certificate);
  }
  // Posts the body with this caller's signature over `signed_text`.
  net::Response post(const std::string& who, const std::string& target, const std::string& body,
                     const std::string& signed_text) {
    const std::string jws = audit::sign_detached_jws(signer(who), signed_text);
    return send(who, {"POST", target, body, {{"Waymark-Signature", jws}}});
  }
  net::Response post(const std::string& who, const std::string& target, const std::string& body) {
    return post(who, target, body, *message::canonical_json(body));
  }
  std::string open_case(const char* child = R"({"surname":"Vale","forename":"Ann"})") {
    return json::parse(send("314", {"POST", "/cases", std::string(R"({"child":)") + child + "}"}).body).at("id");
  }
  json last_message(const std::string& recipient) {
    return json::parse(
        database.text("select body from message where recipient = '" + recipient + "' order by position desc limit 1"));
  }
  std::string enquire(const std::string& case_id,
                      const std::string& body = R"({"to":["319"],"message":"Is she there?"})") {
    const net::Response sent = post("314", "/cases/" + case_id + "/enquiries", body);
    EXPECT_EQ(sent.status, 201) << sent.body;
    return json::parse(sent.body).at("items").at(0).at("id");
  }
};

}  // namespace

TEST_F(CallerSignatureTest, TravelsWithTheMessageAndIsCheckedThereOffline) {
  const std::string body = R"({ "message": "Is she there?", "to": ["319"] })";
  enquire(open_case(), body);
  const json message = last_message("319");
  const json& signature = message.at("caller_signature");
  EXPECT_EQ(signature.at("payload"), *message::canonical_json(body));
  const auto key =
      audit::CallerKey::from_certificate_der(*base::from_base64(signature.at("certificate").get<std::string>()));
  ASSERT_TRUE(key);
  EXPECT_TRUE(audit::verify_detached_jws(*key, signature.at("payload").get<std::string>(),
                                         signature.at("jws").get<std::string>()));
  // And the broker signed that it did.
  std::vector<audit::PublicKey> keys;
  keys.push_back(*audit::PublicKey::from_pem(this->key.public_key().pem()));
  EXPECT_TRUE(audit::verify_detached_jws(keys, message::canonical_without_signature(message.dump()),
                                         message.at("signature").get<std::string>()));
}

TEST_F(CallerSignatureTest, IsKeptWithTheEntryThatItLedTo) {
  enquire(open_case());
  EXPECT_EQ(database.text("select count(*)::text from caller_signature c join audit_entry e using (position) "
                          "where e.entry like '%enquiry.opened%jws_sha256%' and c.payload like '%Is she there?%'"),
            "1");
}

TEST_F(CallerSignatureTest, IsRefusedWhenItDoesNotFit) {
  const std::string id = open_case();
  const std::string target = "/cases/" + id + "/enquiries";
  const std::string body = R"({"to":["319"]})";
  const int64_t before = database.number("select count(*) from audit_entry");
  const net::Response other_text = post("314", target, body, R"({"to":["318"]})");
  EXPECT_EQ(other_text.status, 422);
  EXPECT_NE(other_text.body.find("urn:waymark:problem:signature-invalid"), std::string::npos);
  const std::string others = audit::sign_detached_jws(signer("319"), body);
  for (const std::string& jws : {others, std::string("x"), std::string(".."), std::string("a..b")}) {
    EXPECT_EQ(send("314", {"POST", target, body, {{"Waymark-Signature", jws}}}).status, 422) << jws;
  }
  EXPECT_EQ(database.number("select count(*) from audit_entry"), before);
  EXPECT_EQ(post("314", target, body).status, 201);
}

TEST_F(CallerSignatureTest, OfWhatIsNoJsonLeavesTheRefusalToTheReader) {
  const net::Response refused = post("314", "/cases", "{\"child\":", "{}");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("malformed-json"), std::string::npos);
}

TEST_F(CallerSignatureTest, ShowsNoOtherWhoElseWasAsked) {
  enquire(open_case(), R"({"to":["319","318"]})");
  const json message = last_message("319");
  EXPECT_TRUE(message.at("caller_signature").contains("jws"));
  EXPECT_FALSE(message.at("caller_signature").contains("payload"));
}

// The message leaves a restricted address out; the signed request would have told it.
TEST_F(CallerSignatureTest, ShowsNothingOfARestrictedAnswer) {
  const std::string enquiry = enquire(open_case());
  const std::string reply =
      R"({"outcome":"on_roll","location":{"living_in_area":true,"attending_since":"2026-01-05",)"
      R"("school":{"laestab":"3194001"},"address":{"lines":["1 Refuge Lane"],"restricted":true}}})";
  const net::Response sent = post("319", "/enquiries/" + enquiry + "/replies", reply);
  ASSERT_EQ(sent.status, 201) << sent.body;
  for (const std::string& body : database.column("select body from message where recipient = '314'")) {
    EXPECT_EQ(body.find("Refuge"), std::string::npos);
    EXPECT_TRUE(json::parse(body).at("caller_signature").contains("jws"));
  }
}

TEST_F(CallerSignatureTest, ShowsNoNoteOfTheOwnersToOthers) {
  const std::string id = open_case();
  enquire(id);
  ASSERT_EQ(post("314", "/cases/" + id + "/end", R"({"reason":"opened_in_error","note":"Private"})").status, 200);
  const std::string approval = R"({"note":"Private too"})";
  const std::string jws = audit::sign_detached_jws(signer("314"), approval);
  const net::Response ended = send(
      "314",
      {"POST", "/cases/" + id + "/end/approve", approval, {{"Waymark-Signature", jws}, {"Waymark-Officer", "b.lane"}}});
  ASSERT_EQ(ended.status, 200) << ended.body;
  const json message = last_message("319");
  EXPECT_EQ(message.at("type"), "case.ended");
  EXPECT_EQ(message.dump().find("Private"), std::string::npos);
}

// A receipt is signed like a message.
TEST_F(CallerSignatureTest, OfTheBrokerStandsUnderAReceipt) {
  enquire(open_case());
  const std::string id = database.text("select id::text from message limit 1");
  const json receipt = json::parse(send("314", {"GET", "/outbox/" + id, ""}).body);
  std::vector<audit::PublicKey> keys;
  keys.push_back(*audit::PublicKey::from_pem(key.public_key().pem()));
  EXPECT_TRUE(audit::verify_detached_jws(keys, message::canonical_without_signature(receipt.dump()),
                                         receipt.at("signature").get<std::string>()));
}

}  // namespace broker::api
