#include "broker/message/oidc.h"

#include <algorithm>
#include <set>

#include "broker/base/text.h"
#include "broker/message/json.h"

namespace broker::message {
namespace {

constexpr size_t keys_max = 100;
constexpr size_t providers_max = 500;

std::string text_in(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string bytes_in(const Json& json, const char* name) {
  return base::from_base64url(text_in(json, name)).value_or("");
}

std::optional<int64_t> seconds_in(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  if (!(value >= 0 && value < 1e12)) return std::nullopt;
  return static_cast<int64_t>(value);
}

std::vector<std::string> texts_of(const Json& value) {
  std::vector<std::string> texts;
  if (value.is_string()) texts.push_back(value.get<std::string>());
  if (!value.is_array()) return texts;
  for (const Json& one : value) {
    if (!one.is_string()) return {};
    texts.push_back(one.get<std::string>());
  }
  return texts;
}

ProviderSettings read_provider(Reader& reader) {
  ProviderSettings settings;
  settings.name = reader.required_text("name", 40);
  settings.authority = reader.text("authority", 3);
  settings.issuer = reader.required_text("issuer", 500);
  settings.client_id = reader.required_text("client_id");
  settings.client_secret_file = reader.text("client_secret_file", 500);
  settings.authorities_file = reader.text("ca", 500);
  for (const auto& [name, claim] : {std::pair{"officer_claim", &settings.officer_claim},
                                    {"name_claim", &settings.name_claim},
                                    {"roles_claim", &settings.roles_claim},
                                    {"school_claim", &settings.school_claim}}) {
    if (const std::string given = reader.text(name); !given.empty()) *claim = given;
  }
  if (!settings.issuer.starts_with("https://")) reader.wrong("issuer", "must be an https URL");
  if (const Json* roles = reader.object("roles")) {
    for (const auto& [word, value] : roles->items()) {
      const auto role = value.is_string() ? domain::parse_name<domain::Role>(value.get<std::string>()) : std::nullopt;
      if (!role) reader.wrong("roles", "maps words of the claim to " + domain::all_names<domain::Role>());
      if (role) settings.roles[word] = *role;
    }
  }
  return settings;
}

}  // namespace

std::optional<ProviderFacts> decode_provider_facts(std::string_view text) {
  const auto json = parse_object(text);
  if (!json) return std::nullopt;
  return ProviderFacts{text_in(*json, "issuer"), text_in(*json, "authorization_endpoint"),
                       text_in(*json, "token_endpoint"), text_in(*json, "jwks_uri"),
                       text_in(*json, "end_session_endpoint")};
}

std::vector<WebKey> decode_web_keys(std::string_view text) {
  std::vector<WebKey> keys;
  const auto json = parse_object(text);
  if (!json || !json->contains("keys") || !json->at("keys").is_array()) return keys;
  for (const Json& one : json->at("keys")) {
    if (!one.is_object() || keys.size() == keys_max) continue;
    WebKey key;
    key.id = text_in(one, "kid");
    key.type = text_in(one, "kty");
    key.algorithm = text_in(one, "alg");
    key.use = text_in(one, "use");
    key.curve = text_in(one, "crv");
    key.modulus = bytes_in(one, "n");
    key.exponent = bytes_in(one, "e");
    key.x = bytes_in(one, "x");
    key.y = bytes_in(one, "y");
    keys.push_back(std::move(key));
  }
  return keys;
}

std::optional<std::string> decode_token_answer(std::string_view text) {
  const auto json = parse_object(text);
  if (!json) return std::nullopt;
  std::string token = text_in(*json, "id_token");
  if (token.empty()) return std::nullopt;
  return token;
}

std::optional<TokenHeader> decode_token_header(std::string_view text) {
  const auto json = parse_object(text);
  if (!json) return std::nullopt;
  return TokenHeader{text_in(*json, "alg"), text_in(*json, "kid"), json->contains("crit")};
}

std::string TokenClaims::text(const std::string& name) const {
  const auto found = texts.find(name);
  return found == texts.end() || found->second.size() != 1 ? "" : found->second.front();
}

std::optional<TokenClaims> decode_token_claims(std::string_view text) {
  const auto json = parse_object(text);
  if (!json) return std::nullopt;
  TokenClaims claims;
  claims.issuer = text_in(*json, "iss");
  claims.subject = text_in(*json, "sub");
  if (json->contains("aud")) claims.audience = texts_of(json->at("aud"));
  claims.authorized_party = text_in(*json, "azp");
  claims.nonce = text_in(*json, "nonce");
  claims.expires = seconds_in(*json, "exp");
  claims.issued = seconds_in(*json, "iat");
  claims.not_before = seconds_in(*json, "nbf");
  for (const auto& [name, value] : json->items()) {
    if (auto texts = texts_of(value); !texts.empty()) claims.texts[name] = std::move(texts);
  }
  return claims;
}

base::Result<std::vector<ProviderSettings>> decode_providers(std::string_view text) {
  return decode(text, [](Reader& reader) {
    std::vector<ProviderSettings> providers;
    std::set<std::string> names, issuers;
    reader.require("providers");
    const Json* list = reader.array("providers", providers_max);
    if (list == nullptr) return providers;
    for (size_t i = 0; i < list->size(); ++i) {
      const std::string pointer = reader.pointer_to("providers") + "/" + std::to_string(i);
      if (!list->at(i).is_object()) {
        reader.wrong("providers", "is a list of objects");
        continue;
      }
      Reader inner(list->at(i), pointer, reader.errors());
      ProviderSettings settings = read_provider(inner);
      if (!names.insert(settings.name).second) inner.wrong("name", "is another provider's");
      if (!issuers.insert(settings.issuer + " " + settings.client_id).second) {
        inner.wrong("issuer", "stands here twice for one client_id");
      }
      inner.finish();
      providers.push_back(std::move(settings));
    }
    return providers;
  });
}

}  // namespace broker::message
