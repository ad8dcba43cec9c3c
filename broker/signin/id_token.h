// The proof that an account service gives of who somebody is: a signed ID token (OpenID Connect Core 1.0, 3.1.3.7).
// Pure: keys, expectations and the time come in.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "broker/base/result.h"
#include "broker/base/time.h"
#include "broker/message/oidc.h"

namespace broker::signin {

struct Expected {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  base::Time now;
};

// The clocks of two machines may differ by so much.
inline constexpr std::chrono::seconds token_leeway{60};

// A key that could have signed the token is among these; otherwise they have to be fetched anew.
bool has_key_for(std::string_view token, std::span<const message::WebKey> keys);

// The claims of a token that is signed with RS256 or ES256 by one of these keys, of this issuer, for this client, for
// this sign-in, and in its time; otherwise not_permitted, with what was wrong in words fit for a page.
base::Result<message::TokenClaims> verify_id_token(std::string_view token, std::span<const message::WebKey> keys,
                                                   const Expected& expected);

}  // namespace broker::signin
