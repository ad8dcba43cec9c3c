// What an OpenID provider and the tokens that it signs say, read leniently: members that we don't need are passed over,
// as the specifications ask. Nothing here is believed before broker/signin has verified it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/result.h"
#include "broker/domain/role.h"

namespace broker::message {

// Of /.well-known/openid-configuration.
struct ProviderFacts {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::string end_session_endpoint = {};  // empty: it can't be asked to sign anybody out
};
std::optional<ProviderFacts> decode_provider_facts(std::string_view text);

// A public key as RFC 7517 writes it; numbers and coordinates as raw bytes.
struct WebKey {
  std::string id;
  std::string type;       // RSA, EC
  std::string algorithm;  // empty: not said
  std::string use;        // empty: not said
  std::string curve;
  std::string modulus, exponent;
  std::string x, y;
};
// Keys that can't be read are left out.
std::vector<WebKey> decode_web_keys(std::string_view text);

// The ID token in a token endpoint's answer.
std::optional<std::string> decode_token_answer(std::string_view text);

struct TokenHeader {
  std::string algorithm;
  std::string key_id;
  bool has_critical = false;  // demands that something be understood
};
std::optional<TokenHeader> decode_token_header(std::string_view text);

struct TokenClaims {
  std::string issuer;
  std::string subject;
  std::vector<std::string> audience;
  std::string authorized_party;
  std::string nonce;
  std::optional<int64_t> expires;  // seconds since 1970
  std::optional<int64_t> issued;
  std::optional<int64_t> not_before;
  // Every claim that is a text or a list of texts.
  std::map<std::string, std::vector<std::string>> texts;

  std::string text(const std::string& name) const;  // empty when it is none, or a list
};
std::optional<TokenClaims> decode_token_claims(std::string_view text);

// One account service, as the operator's file says it.
struct ProviderSettings {
  std::string name;       // in addresses: unlike every other's
  std::string authority;  // whose officers it signs in; empty for operators
  std::string issuer;
  std::string client_id;
  std::string client_secret_file;  // empty: a public client
  std::string authorities_file;    // PEM of the CAs that its certificate must come from; empty: the system's
  std::string officer_claim = "sub";
  std::string name_claim = "name";
  std::string roles_claim = "roles";
  std::string school_claim = "school";
  std::map<std::string, domain::Role> roles;  // by the word in the claim; empty: the words are ours
};
// `{"providers":[...]}`, strictly.
base::Result<std::vector<ProviderSettings>> decode_providers(std::string_view text);

}  // namespace broker::message
