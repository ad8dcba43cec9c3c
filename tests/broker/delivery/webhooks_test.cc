// What is pushed to a receiver that answers, refuses, redirects, is silent for days, or stands where nobody may reach.
#include "broker/delivery/webhooks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "broker/base/text.h"
#include "broker/net/server.h"
#include "tests/support/store_node.h"

namespace broker::delivery {
namespace {

using namespace std::chrono_literals;
using message::WebhookKey;
using nlohmann::json;
using std::chrono::days;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const WebhookKey key{"319", "case-system"};

std::string raw_key(const std::string& text) {
  return base::from_base64(text.substr(text.find('_') + 1)).value_or("");
}

// As a receiver that has only the public key would.
bool verifies(const std::string& public_key, const std::string& signature, const std::string& text) {
  const std::string raw = raw_key(public_key);
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  EVP_PKEY* read = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes, raw.size());
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const std::string signed_bytes = base::from_base64(signature).value_or("");
  const bool is_good =
      read != nullptr && EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, read) == 1 &&
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signed_bytes.data()), signed_bytes.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(read);
  return is_good;
}

struct Receiver {
  explicit Receiver(support::EventLoop& loop)
      : server(loop.executor(), net::ServerSettings{.port = 0},
               [this](net::Request request) { return answer(std::move(request)); }) {
    server.start();
  }
  boost::asio::awaitable<net::Response> answer(net::Request request) {
    net::Response response = net::text_response(status, "text/plain", "what it says is kept nowhere");
    if (status == 307) response.headers.add("Location", "/elsewhere");
    got.push_back(std::move(request));
    co_return response;
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server.port()) + "/hook"; }

  int status = 204;
  std::vector<net::Request> got;
  net::Server server;
};

struct WebhooksTest : testing::Test {
  void set(const std::string& url, std::vector<std::string> types = {}) {
    store::Write write;
    write.needs.webhooks.push_back(key);
    write.decide = [=](store::World& world) -> base::Result<store::Answer> {
      message::WebhookRow row;
      row.key = key;
      row.url = url;
      row.types = types;
      row.generation = "1";
      row.version = 1;
      world.put_webhook(row);
      return store::Answer{};
    };
    ASSERT_TRUE(node.write(std::move(write)));
  }
  json state() { return json::parse(database.text("select state from webhook")); }
  void work() { loop.run(webhooks.work_once()); }
  void pass(std::chrono::seconds time) {
    clock.advance(time);
    work();
  }
  int64_t pending() { return database.number("select count(*) from deadline where kind = 'webhook'"); }

  support::EventLoop loop;
  support::StoreDatabase database{loop};
  base::ManualClock clock{base::parse_time("2026-11-13T09:30:00Z").value()};
  support::StoreNode node{database, clock};
  WebhookPolicy policy{WebhookSecret(std::string(32, 'k')), WebhookAddresses({"127.0.0.1"}), ""};
  Webhooks webhooks{loop.executor(), node.writer_pool, node.writer, clock, node.metrics, policy};
  Receiver receiver{loop};
};

TEST_F(WebhooksTest, PushesThatAMessageWaitsAndNothingOfAChild) {
  set(receiver.url());
  const std::string case_id = node.write(support::opening("314", support::child(1)))->body;
  domain::SendEnquiries command;
  command.to = {"319"};
  ASSERT_TRUE(node.write(support::on_case(case_id, support::officer("314"), command)));
  work();
  ASSERT_THAT(receiver.got, SizeIs(1));
  const net::Request& push = receiver.got.front();
  EXPECT_EQ(push.path, "/hook");
  const json body = json::parse(push.body);
  EXPECT_EQ(body.at("type"), "enquiry.opened");
  EXPECT_EQ(body.at("data").at("message_id"), *push.headers.find("webhook-id"));
  EXPECT_EQ(body.at("data").at("case_id"), case_id);
  EXPECT_THAT(push.body, Not(HasSubstr(support::child(1).surname)));
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(database.number("select count(*) from receipt where kind = 'acknowledged'"), 0) << "it waits all the same";
  work();
  EXPECT_THAT(receiver.got, SizeIs(1));
}

TEST_F(WebhooksTest, SignsInBothWaysWhatThePublicKeyVerifies) {
  set(receiver.url());
  ASSERT_TRUE(node.write(support::sending("319")));
  work();
  ASSERT_THAT(receiver.got, SizeIs(1));
  const net::Request& push = receiver.got.front();
  const std::string text =
      *push.headers.find("webhook-id") + "." + *push.headers.find("webhook-timestamp") + "." + push.body;
  const std::string& signatures = *push.headers.find("webhook-signature");
  const WebhookKeys keys = policy.secret.keys_of("319", "case-system", "1");
  const size_t blank = signatures.find(" v1a,");
  ASSERT_NE(blank, std::string::npos);
  EXPECT_TRUE(verifies(keys.public_key(), signatures.substr(blank + 5), text));
  EXPECT_FALSE(verifies(keys.public_key(), signatures.substr(blank + 5), text + " "));
  unsigned char hmac[32];
  unsigned size = 0;
  const std::string secret = raw_key(keys.secret());
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), hmac, &size);
  EXPECT_EQ(signatures.substr(0, blank), "v1," + base::to_base64({reinterpret_cast<const char*>(hmac), size}));
  EXPECT_NE(policy.secret.keys_of("319", "case-system", "2").public_key(), keys.public_key());
}

TEST_F(WebhooksTest, PushesToTheOwnerAloneAndOnlyTheTypesItWants) {
  set(receiver.url(), {"enquiry.opened"});
  ASSERT_TRUE(node.write(support::sending("319")));
  ASSERT_TRUE(node.write(support::sending("318")));
  work();
  EXPECT_THAT(receiver.got, IsEmpty());
  EXPECT_EQ(pending(), 0);
}

TEST_F(WebhooksTest, ClimbsTheLadderAndGivesTheMessageUpAtItsEnd) {
  set(receiver.url());
  receiver.status = 500;
  ASSERT_TRUE(node.write(support::sending("319")));
  work();
  size_t tries = 1;
  for (const std::chrono::seconds wait : Webhooks::ladder) {
    EXPECT_THAT(receiver.got, SizeIs(tries));
    pass(wait - 1s);
    EXPECT_THAT(receiver.got, SizeIs(tries)) << "not before its time";
    pass(1s);
    ++tries;
  }
  EXPECT_THAT(receiver.got, SizeIs(tries));
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(state().at("last_error"), "status 500");
  EXPECT_THAT(state().dump(), Not(HasSubstr("what it says")));
}

TEST_F(WebhooksTest, GoesOnWhereItWasWhenTheReceiverIsBack) {
  set(receiver.url());
  receiver.status = 503;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(node.write(support::sending("319")));
  work();
  EXPECT_THAT(receiver.got, SizeIs(1)) << "the others wait behind the first";
  receiver.status = 200;
  pass(5s);
  EXPECT_THAT(receiver.got, SizeIs(4));
  EXPECT_EQ(pending(), 0);
  EXPECT_FALSE(state().contains("failing_since"));
}

TEST_F(WebhooksTest, IsDisabledAfterFiveDaysOfFailureAndTellsItsOwner) {
  set(receiver.url());
  receiver.status = 500;
  for (int day = 0; day <= 5; ++day) {
    ASSERT_TRUE(node.write(support::sending("319")));
    work();
    pass(days(1));
  }
  EXPECT_EQ(state().at("disabled"), true);
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(database.number("select count(*) from message where type = 'webhook.disabled' and recipient = '319'"), 1);
  const size_t tried = receiver.got.size();
  ASSERT_TRUE(node.write(support::sending("319")));
  pass(days(1));
  EXPECT_THAT(receiver.got, SizeIs(tried));
}

TEST_F(WebhooksTest, IsDisabledAtOnceByGone) {
  set(receiver.url());
  receiver.status = 410;
  ASSERT_TRUE(node.write(support::sending("319")));
  work();
  EXPECT_EQ(state().at("disabled"), true);
  EXPECT_EQ(database.number("select count(*) from message where type = 'webhook.disabled'"), 1);
}

TEST_F(WebhooksTest, FollowsNoRedirection) {
  set(receiver.url());
  receiver.status = 307;
  ASSERT_TRUE(node.write(support::sending("319")));
  work();
  ASSERT_THAT(receiver.got, SizeIs(1));
  EXPECT_EQ(state().at("last_error"), "status 307");
}

// The name was public when it was set, and leads into our own network now.
TEST_F(WebhooksTest, ReachesNoPrivateAddressAlsoThroughAName) {
  WebhookPolicy strict{policy.secret, WebhookAddresses({"localhost"}), ""};
  WebhookPolicy none{policy.secret, WebhookAddresses({}), ""};
  const std::string by_name = "localhost:" + std::to_string(receiver.server.port()) + "/hook";
  set("https://" + by_name);
  ASSERT_TRUE(node.write(support::sending("319")));
  Webhooks refused{loop.executor(), node.writer_pool, node.writer, clock, node.metrics, none};
  loop.run(refused.work_once());
  EXPECT_THAT(receiver.got, IsEmpty());
  EXPECT_EQ(state().at("last_error"), "no answer");
  set("http://" + by_name);
  clock.advance(5s);
  loop.run(refused.work_once());
  EXPECT_EQ(state().at("last_error"), "the address is not allowed");
  clock.advance(std::chrono::minutes(5));
  Webhooks listed{loop.executor(), node.writer_pool, node.writer, clock, node.metrics, strict};
  loop.run(listed.work_once());
  EXPECT_THAT(receiver.got, SizeIs(1));
}

TEST_F(WebhooksTest, OfTwoBrokersPushesEachMessageOnce) {
  set(receiver.url());
  support::StoreNode second(database, clock);
  Webhooks other{loop.executor(), second.writer_pool, second.writer, clock, second.metrics, policy};
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(node.write(support::sending("319")));
  for (int round = 0; round < 5; ++round) {
    auto one = loop.start(webhooks.work_once());
    auto two = loop.start(other.work_once());
    loop.finish(std::move(one));
    loop.finish(std::move(two));
  }
  EXPECT_EQ(pending(), 0);
  std::set<std::string> ids;
  for (const net::Request& push : receiver.got) ids.insert(*push.headers.find("webhook-id"));
  EXPECT_THAT(ids, SizeIs(30));
  EXPECT_THAT(receiver.got, SizeIs(30));
}

}  // namespace

TEST(WebhookAddresses, KnowWhichAddressesAreEverybodys) {
  for (const char* address : {"127.0.0.1",
                              "10.1.2.3",
                              "192.168.0.1",
                              "172.16.9.9",
                              "169.254.169.254",
                              "100.64.0.1",
                              "0.0.0.0",
                              "224.0.0.1",
                              "255.255.255.255",
                              "198.18.0.1",
                              "192.0.2.1",
                              "::1",
                              "::",
                              "fe80::1",
                              "fd00::1",
                              "::ffff:10.0.0.1",
                              "::ffff:127.0.0.1",
                              "2002:7f00:1::",
                              "64:ff9b::1",
                              "2001:db8::1",
                              "localhost",
                              ""}) {
    EXPECT_FALSE(is_public_address(address)) << address;
  }
  for (const char* address : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2a00:1450:4009::1", "::ffff:8.8.8.8"}) {
    EXPECT_TRUE(is_public_address(address)) << address;
  }
}

TEST(WebhookAddresses, RefuseAUrlThatIsNotHttpsOrNotPublicUnlessListed) {
  const WebhookAddresses addresses({"10.0.0.7"});
  EXPECT_EQ(addresses.wrong_with("https://cases.example.gov.uk/hook"), "");
  EXPECT_EQ(addresses.wrong_with("http://10.0.0.7:8080/hook"), "");
  for (const char* url : {"http://cases.example.gov.uk/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.8/",
                          "ftp://cases.example.gov.uk/", "https://user@cases.example.gov.uk/", "not a url", ""}) {
    EXPECT_NE(addresses.wrong_with(url), "") << url;
  }
}

}  // namespace broker::delivery
