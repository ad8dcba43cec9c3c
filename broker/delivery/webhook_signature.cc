#include "broker/delivery/webhook_signature.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "broker/base/ensure.h"
#include "broker/base/text.h"
#include "certs/files.h"

namespace broker::delivery {
namespace {

constexpr size_t secret_bytes = 32;
constexpr size_t ed25519_signature_bytes = 64;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac(std::string_view key, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  base::ensure(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), out, &size) !=
               nullptr);
  return {reinterpret_cast<const char*>(out), size};
}

Key ed25519_key_of(const std::string& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size()));
  base::ensure(key != nullptr);
  return key;
}

std::string ed25519(const std::string& seed, std::string_view text) {
  const Key key = ed25519_key_of(seed);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(ed25519_signature_bytes, '\0');
  size_t size = signature.size();
  base::ensure(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  base::ensure(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(text),
                              text.size()) == 1);
  return signature;
}

}  // namespace

std::string WebhookKeys::secret() const {
  return "whsec_" + base::to_base64(hmac_key);
}

std::string WebhookKeys::public_key() const {
  const Key key = ed25519_key_of(ed25519_key);
  unsigned char out[secret_bytes];
  size_t size = sizeof out;
  base::ensure(EVP_PKEY_get_raw_public_key(key.get(), out, &size) == 1);
  return "whpk_" + base::to_base64({reinterpret_cast<const char*>(out), size});
}

std::string WebhookKeys::sign(std::string_view id, int64_t timestamp, std::string_view body) const {
  std::string text(id);
  text.append(".").append(std::to_string(timestamp)).append(".").append(body);
  return "v1," + base::to_base64(hmac(hmac_key, text)) + " v1a," + base::to_base64(ed25519(ed25519_key, text));
}

WebhookSecret WebhookSecret::load_or_make(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    std::string made(secret_bytes, '\0');
    base::ensure(RAND_bytes(reinterpret_cast<unsigned char*>(made.data()), static_cast<int>(made.size())) == 1);
    certs::write_file(file, base::to_hex(made) + "\n", certs::private_mode);
  }
  const std::string text = certs::read_file(file);
  const auto bytes = base::from_hex(base::trimmed(text));
  if (!bytes || bytes->size() != secret_bytes) {
    throw std::runtime_error("webhooks.key must be a file of 64 hexadecimal digits: " + file.string());
  }
  return WebhookSecret(*bytes);
}

WebhookKeys WebhookSecret::keys_of(std::string_view owner, std::string_view name, std::string_view generation) const {
  std::string what(owner);
  what.append("/").append(name).append("/").append(generation);
  return {hmac(bytes_, "hmac/" + what), hmac(bytes_, "ed25519/" + what)};
}

}  // namespace broker::delivery
