// What a receiver takes for a push of the broker's, judged by the broker's own signer.
#include "broker/client/webhook_receiver.h"

#include <gtest/gtest.h>

#include "broker/delivery/webhook_signature.h"

namespace broker::client {
namespace {

const delivery::WebhookKeys keys = delivery::WebhookSecret(std::string(32, 'k')).keys_of("319", "cases", "1");

Push signed_push() {
  Push push{"019a7c6e-0000-7000-8000-000000000000", "1614265330", "", R"({"type":"enquiry.opened"})", 0};
  push.signature = keys.sign(push.id, 1'614'265'330, push.body);
  return push;
}

std::string wrong_with(const Push& push) {
  return wrong_with_signature(push, keys.secret(), keys.public_key());
}

}  // namespace

TEST(WebhookReceiver, TakesWhatBothKeysSignedAndNothingElse) {
  EXPECT_EQ(wrong_with(signed_push()), "");
  for (auto member : {&Push::id, &Push::timestamp, &Push::body}) {
    Push push = signed_push();
    push.*member += "1";
    EXPECT_EQ(wrong_with(push), "v1 does not verify");
  }
  const std::string both = signed_push().signature;
  const size_t space = both.find(' ');
  Push push = signed_push();
  push.signature = both.substr(0, space);
  EXPECT_EQ(wrong_with(push), "v1a does not verify");
  push.signature = both.substr(space + 1);
  EXPECT_EQ(wrong_with(push), "v1 does not verify");
  push.signature = both.substr(space + 1) + " " + both.substr(0, space);
  EXPECT_EQ(wrong_with(push), "") << "their order says nothing";
  push.signature.clear();
  EXPECT_EQ(wrong_with(push), "v1 does not verify");
}

TEST(WebhookReceiver, NeedsKeysOfTheRightForm) {
  EXPECT_EQ(wrong_with_signature(signed_push(), "secret", keys.public_key()), "no secret of the form whsec_");
  EXPECT_EQ(wrong_with_signature(signed_push(), keys.secret(), keys.secret()), "no public key of the form whpk_");
  const delivery::WebhookKeys others = delivery::WebhookSecret(std::string(32, 'o')).keys_of("319", "cases", "1");
  EXPECT_EQ(wrong_with_signature(signed_push(), keys.secret(), others.public_key()), "v1a does not verify");
  EXPECT_EQ(wrong_with_signature(signed_push(), others.secret(), keys.public_key()), "v1 does not verify");
}

}  // namespace broker::client
