// What an operator has said of webhooks: the secret that their keys come from, and where they may lead.
#pragma once

#include <string>

#include "broker/delivery/webhook_address.h"
#include "broker/delivery/webhook_signature.h"

namespace broker::delivery {

struct WebhookPolicy {
  WebhookSecret secret;
  WebhookAddresses addresses{{}};
  std::string authorities;  // PEM of certificate authorities for the receivers; empty: the system's
};

}  // namespace broker::delivery
