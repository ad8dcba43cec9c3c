#include "broker/signin/provider.h"

#include <openssl/crypto.h>

#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/net/client.h"
#include "broker/net/tls.h"
#include "broker/net/url.h"
#include "broker/signin/sessions.h"
#include "certs/caller.h"

namespace broker::signin {
namespace {

using base::problem;
using base::ProblemType;
using base::refuse;
using base::Result;
using boost::asio::awaitable;

constexpr std::chrono::milliseconds fetch_time{10'000};
constexpr size_t answer_bytes_max = 256 * 1024;
constexpr size_t code_bytes_max = 4096;

base::Problem not_answering() {
  base::Problem away =
      problem(ProblemType::store_unavailable, "Your account service does not answer. Try again in a moment.");
  away.retry_after_seconds = 5;
  return away;
}

std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    form += (form.empty() ? "" : "&") + net::percent_encoded(name) + "=" + net::percent_encoded(value);
  }
  return form;
}

bool is_https(const std::string& address) {
  const auto url = net::parse_url(address);
  return url && url->is_tls;
}

}  // namespace

SignInAttempt new_attempt(std::string provider, base::Random& random) {
  return {std::move(provider), random_token(random), random_token(random), random_token(random)};
}

std::string text_of(const SignInAttempt& attempt) {
  return base::to_base64url(attempt.provider) + "." + attempt.state + "." + attempt.nonce + "." + attempt.verifier;
}

std::optional<SignInAttempt> read_attempt(const std::string& text) {
  const auto parts = base::split(text, '.');
  if (parts.size() != 4 || parts[1].empty() || parts[2].empty() || parts[3].empty()) return std::nullopt;
  const auto provider = base::from_base64url(parts[0]);
  if (!provider) return std::nullopt;
  return SignInAttempt{*provider, std::string(parts[1]), std::string(parts[2]), std::string(parts[3])};
}

bool is_same_secret(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<store::Officer> officer_of(const message::TokenClaims& claims, const message::ProviderSettings& settings) {
  store::Officer officer;
  officer.authority = settings.authority;
  officer.id = claims.text(settings.officer_claim);
  officer.name = claims.text(settings.name_claim);
  officer.subject = claims.issuer + " " + claims.subject;
  if (!certs::read_identity("urn:waymark:officer:314:" + officer.id)) {
    return refuse(problem(ProblemType::not_permitted,
                          "Your account has no id that Waymark can use. Ask your council's administrator."));
  }
  if (officer.name.empty()) officer.name = officer.id;
  const auto words = claims.texts.find(settings.roles_claim);
  for (const std::string& word : words == claims.texts.end() ? std::vector<std::string>{} : words->second) {
    const auto named = settings.roles.find(word);
    const auto role = settings.roles.empty()          ? domain::parse_name<domain::Role>(word)
                      : named == settings.roles.end() ? std::nullopt
                                                      : std::optional(named->second);
    if (role) officer.roles |= domain::roles_of(*role);
  }
  // A council's service makes no operators, and the operators' nobody else.
  const domain::Roles operators = domain::roles_of(domain::Role::operator_);
  officer.roles &= settings.authority.empty() ? operators : ~operators;
  if (domain::has_role(officer.roles, domain::Role::school)) {
    officer.school = claims.text(settings.school_claim);
    const bool is_own = officer.school.size() == 7 && base::parse_number(officer.school) &&
                        officer.school.starts_with(settings.authority);
    if (!is_own || officer.roles != domain::roles_of(domain::Role::school)) {
      return refuse(problem(ProblemType::not_permitted,
                            "Your account acts for a school, and does not say which of this authority's, or has "
                            "another role besides. Ask your council's administrator."));
    }
  }
  if (officer.roles == 0) {
    return refuse(problem(ProblemType::not_permitted,
                          "Your account has no role in Waymark. Ask your council's administrator for one."));
  }
  return officer;
}

Provider::Provider(boost::asio::any_io_executor executor, ProviderSettings settings, const base::Clock& clock)
    : executor_(std::move(executor)), settings_(std::move(settings)), clock_(clock) {}

awaitable<Result<std::string>> Provider::address_to_go(SignInAttempt attempt) {
  const auto known = co_await facts();
  if (!known) co_return refuse(not_answering());
  const std::string challenge = base::to_base64url(base::sha256(attempt.verifier));
  const std::string query = form_of({{"response_type", "code"},
                                     {"client_id", settings_.client_id},
                                     {"redirect_uri", settings_.redirect_uri},
                                     {"scope", "openid profile"},
                                     {"state", attempt.state},
                                     {"nonce", attempt.nonce},
                                     {"code_challenge", challenge},
                                     {"code_challenge_method", "S256"}});
  const char* joint = known->authorization_endpoint.find('?') == std::string::npos ? "?" : "&";
  co_return known->authorization_endpoint + joint + query;
}

awaitable<std::optional<std::string>> Provider::address_to_leave() {
  const auto known = co_await facts();
  if (!known || !is_https(known->end_session_endpoint)) co_return std::nullopt;
  // The address of our sign-in page, below which its answers come.
  const std::string back = settings_.redirect_uri.substr(0, settings_.redirect_uri.rfind('/'));
  const std::string query = form_of({{"client_id", settings_.client_id}, {"post_logout_redirect_uri", back}});
  const char* joint = known->end_session_endpoint.find('?') == std::string::npos ? "?" : "&";
  co_return known->end_session_endpoint + joint + query;
}

awaitable<Result<store::Officer>> Provider::officer_of(SignInAttempt attempt, net::Request request) {
  // RFC 9207: with several issuers, an answer that names another one is that one's.
  const std::string* issuer = request.query_value("iss");
  if (issuer != nullptr && *issuer != settings_.issuer) {
    co_return refuse(problem(ProblemType::not_permitted, "The answer came from another account service."));
  }
  const std::string* code = request.query_value("code");
  if (request.query_value("error") != nullptr || code == nullptr || code->size() > code_bytes_max) {
    co_return refuse(problem(ProblemType::not_permitted, "Your account service did not sign you in."));
  }
  const auto known = co_await facts();
  if (!known) co_return refuse(not_answering());
  const auto token = co_await exchange(known->token_endpoint, *code, attempt.verifier);
  if (!token) {
    co_return refuse(problem(ProblemType::not_permitted, "Your account service did not accept this sign-in."));
  }
  const bool may_fetch = clock_.now() - keys_fetched_ >= keys_rest;
  if (keys_.empty() || (may_fetch && !has_key_for(*token, keys_))) co_await fetch_keys(known->jwks_uri);
  const Expected expected{settings_.issuer, settings_.client_id, attempt.nonce, clock_.now()};
  const auto claims = verify_id_token(*token, keys_, expected);
  if (!claims) co_return refuse(claims.error());
  co_return signin::officer_of(*claims, settings_);
}

awaitable<std::optional<message::ProviderFacts>> Provider::facts() {
  if (facts_ && clock_.now() - facts_fetched_ < facts_time) co_return facts_;
  std::string address = settings_.issuer;
  if (address.ends_with('/')) address.pop_back();
  address += "/.well-known/openid-configuration";
  const auto text = co_await fetch(std::move(address), "");
  const auto read = text ? message::decode_provider_facts(*text) : std::nullopt;
  if (!read) co_return facts_;
  if (read->issuer != settings_.issuer || !is_https(read->authorization_endpoint) || !is_https(read->token_endpoint) ||
      !is_https(read->jwks_uri)) {
    base::log_error("an account service describes itself as another", {{"provider", settings_.name}});
    co_return std::nullopt;
  }
  facts_ = read;
  facts_fetched_ = clock_.now();
  // Keys are as old as the facts at most.
  keys_.clear();
  co_return facts_;
}

awaitable<void> Provider::fetch_keys(std::string address) {
  const auto text = co_await fetch(std::move(address), "");
  keys_fetched_ = clock_.now();
  if (text) keys_ = message::decode_web_keys(*text);
}

awaitable<std::optional<std::string>> Provider::exchange(std::string address, std::string code, std::string verifier) {
  std::vector<std::pair<std::string, std::string>> fields = {{"grant_type", "authorization_code"},
                                                             {"code", std::move(code)},
                                                             {"redirect_uri", settings_.redirect_uri},
                                                             {"code_verifier", std::move(verifier)},
                                                             {"client_id", settings_.client_id}};
  const auto text = co_await fetch(std::move(address), form_of(fields));
  if (!text) co_return std::nullopt;
  co_return message::decode_token_answer(*text);
}

// GET without a form, POST with one; nothing unless it is answered with 200.
awaitable<std::optional<std::string>> Provider::fetch(std::string address, std::string form) {
  const auto url = net::parse_url(address);
  if (!url || !url->is_tls) co_return std::nullopt;
  net::ClientSettings settings;
  settings.url = "https://" + url->authority();
  settings.authorities = settings_.authorities_file;
  settings.timeout = fetch_time;
  settings.response_bytes_max = answer_bytes_max;
  net::Request request;
  request.method = form.empty() ? "GET" : "POST";
  request.target = url->path.empty() ? "/" : url->path;
  if (!form.empty()) {
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    if (!settings_.client_secret.empty()) {
      const std::string pair =
          net::percent_encoded(settings_.client_id) + ":" + net::percent_encoded(settings_.client_secret);
      request.headers.add("Authorization", "Basic " + base::to_base64(pair));
    }
  }
  request.body = std::move(form);
  std::string failure;
  try {
    net::Client client(executor_, std::move(settings));
    net::Response response = co_await client.send(std::move(request));
    if (response.status == 200) co_return std::move(response.body);
    failure = "status " + std::to_string(response.status);
  } catch (const net::ConnectionFailed& error) {
    failure = error.what();
  } catch (const net::TlsError& error) {
    failure = error.what();
  }
  base::log_warning("an account service refused or did not answer", {{"provider", settings_.name}, {"error", failure}});
  co_return std::nullopt;
}

}  // namespace broker::signin
