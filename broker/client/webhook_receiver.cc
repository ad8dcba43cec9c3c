#include "broker/client/webhook_receiver.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>

#include "broker/base/text.h"
#include "certs/openssl.h"

namespace broker::client {
namespace {

constexpr size_t hmac_key_bytes_min = 24, hmac_key_bytes_max = 64;  // by the specification
constexpr size_t ed25519_key_bytes = 32;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// The bytes behind `whsec_` or `whpk_`; empty when it is not of that form.
std::string key_of(const std::string& text, std::string_view prefix, size_t bytes_min, size_t bytes_max) {
  if (!text.starts_with(prefix)) return {};
  const auto bytes = base::from_base64(std::string_view(text).substr(prefix.size()));
  return bytes && bytes->size() >= bytes_min && bytes->size() <= bytes_max ? *bytes : std::string();
}

// Of `v1,... v1a,...` the one that this version made.
std::string signature_of(std::string_view all, std::string_view version) {
  while (!all.empty()) {
    const std::string_view one = all.substr(0, all.find(' '));
    all.remove_prefix(std::min(all.size(), one.size() + 1));
    if (one.starts_with(version)) return base::from_base64(one.substr(version.size())).value_or("");
  }
  return {};
}

bool is_hmac_of(const std::string& signature, const std::string& key, const std::string& text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  certs::require(
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), out, &size) != nullptr,
      "check a signature");
  return signature.size() == size && CRYPTO_memcmp(signature.data(), out, size) == 0;
}

bool is_signed_by(const std::string& signature, const std::string& key, const std::string& text) {
  const certs::KeyHandle public_key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(key), key.size()));
  const certs::DigestContextHandle context(EVP_MD_CTX_new());
  certs::require(
      public_key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1,
      "check a signature");
  const bool is_good =
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
  if (!is_good) ERR_clear_error();
  return is_good;
}

net::ServerSettings receiver_settings() {
  net::ServerSettings settings;
  settings.name = "webhooks";
  return settings;
}

std::string header_of(const net::Request& request, const char* name) {
  const std::string* value = request.headers.find(name);
  return value == nullptr ? "" : *value;
}

}  // namespace

std::string wrong_with_signature(const Push& push, const std::string& secret, const std::string& public_key) {
  const std::string hmac_key = key_of(secret, "whsec_", hmac_key_bytes_min, hmac_key_bytes_max);
  const std::string ed25519_key = key_of(public_key, "whpk_", ed25519_key_bytes, ed25519_key_bytes);
  if (hmac_key.empty()) return "no secret of the form whsec_";
  if (ed25519_key.empty()) return "no public key of the form whpk_";
  const std::string text = push.id + "." + push.timestamp + "." + push.body;
  if (!is_hmac_of(signature_of(push.signature, "v1,"), hmac_key, text)) return "v1 does not verify";
  if (!is_signed_by(signature_of(push.signature, "v1a,"), ed25519_key, text)) return "v1a does not verify";
  return {};
}

WebhookReceiver::WebhookReceiver()
    : server_(context_.get_executor(), receiver_settings(),
              [this](net::Request request) { return answer(std::move(request)); }) {
  server_.start();
}

std::string WebhookReceiver::url() const {
  return "http://127.0.0.1:" + std::to_string(server_.port()) + "/waymark";
}

std::vector<Push> WebhookReceiver::await(const std::string& message_id, size_t count, std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  while (pushes_[message_id].size() < count && std::chrono::steady_clock::now() < deadline) {
    context_.run_one_until(deadline);
  }
  return pushes_[message_id];
}

boost::asio::awaitable<net::Response> WebhookReceiver::answer(net::Request request) {
  Push push{header_of(request, "webhook-id"), header_of(request, "webhook-timestamp"),
            header_of(request, "webhook-signature"), std::move(request.body), 0};
  std::vector<Push>& known = pushes_[push.id];
  push.status = known.empty() ? 500 : 204;
  known.push_back(std::move(push));
  net::Response response;
  response.status = known.back().status;
  co_return response;
}

}  // namespace broker::client
