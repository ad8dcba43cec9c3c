// One council's account service: an OpenID provider, whose authorization code flow (with PKCE, state and nonce) says
// who somebody is. What it signs is verified here each time; no header or e-mail address is believed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "broker/base/random.h"
#include "broker/net/http.h"
#include "broker/signin/id_token.h"
#include "broker/store/officers.h"

namespace broker::signin {

struct ProviderSettings : message::ProviderSettings {
  std::string redirect_uri;   // of this Waymark
  std::string client_secret;  // read from its file
};

// A sign-in on its way, as the browser that began it carries it in a cookie. No other browser can end it.
struct SignInAttempt {
  std::string provider;  // its name
  std::string state;
  std::string nonce;
  std::string verifier;  // of PKCE
};
SignInAttempt new_attempt(std::string provider, base::Random& random);
std::string text_of(const SignInAttempt& attempt);
std::optional<SignInAttempt> read_attempt(const std::string& text);
// Compares in constant time.
bool is_same_secret(const std::string& a, const std::string& b);

// The officer that a verified token names, with the roles of its claim. Refused without a role of this provider's, or
// without an id that can stand in a log.
base::Result<store::Officer> officer_of(const message::TokenClaims& claims, const message::ProviderSettings& settings);

class Provider {
 public:
  Provider(boost::asio::any_io_executor executor, ProviderSettings settings, const base::Clock& clock);

  const ProviderSettings& settings() const { return settings_; }

  // Where the browser is sent to.
  boost::asio::awaitable<base::Result<std::string>> address_to_go(SignInAttempt attempt);
  // Where the browser is sent to when its officer signs out, so that the next person at it is not let in by the account
  // service at once; from there it comes back to our sign-in page. Nothing where the service has no such address.
  boost::asio::awaitable<std::optional<std::string>> address_to_leave();
  // Who came back: exchanges the code of the query, and verifies.
  boost::asio::awaitable<base::Result<store::Officer>> officer_of(SignInAttempt attempt, net::Request request);

 private:
  // Facts and keys are fetched when there are none, or old ones; keys also for a token whose key is not known, though
  // not more often than once in this time.
  static constexpr std::chrono::minutes facts_time{60};
  static constexpr std::chrono::seconds keys_rest{30};

  boost::asio::awaitable<std::optional<message::ProviderFacts>> facts();
  boost::asio::awaitable<void> fetch_keys(std::string address);
  boost::asio::awaitable<std::optional<std::string>> exchange(std::string address, std::string code,
                                                              std::string verifier);
  boost::asio::awaitable<std::optional<std::string>> fetch(std::string address, std::string form);

  boost::asio::any_io_executor executor_;
  ProviderSettings settings_;
  const base::Clock& clock_;
  std::optional<message::ProviderFacts> facts_;
  base::Time facts_fetched_{};
  std::vector<message::WebKey> keys_;
  base::Time keys_fetched_{};
};

}  // namespace broker::signin
