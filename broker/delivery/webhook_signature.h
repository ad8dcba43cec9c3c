// Signatures of what is pushed to a webhook, by the Standard Webhooks specification: HMAC-SHA256 for the libraries that
// know no other (`v1`), and Ed25519, for which the receiver needs no secret (`v1a`).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace broker::delivery {

// The keys of one webhook. They are derived from the broker's secret, so that the database holds none.
struct WebhookKeys {
  std::string hmac_key;     // 32 bytes
  std::string ed25519_key;  // the seed, 32 bytes

  std::string secret() const;      // whsec_...: for the receiver, who can verify and forge with it
  std::string public_key() const;  // whpk_...: for the receiver, who can only verify
  // The value of webhook-signature: both signatures of `id.timestamp.body`.
  std::string sign(std::string_view id, int64_t timestamp, std::string_view body) const;
};

class WebhookSecret {
 public:
  // Reads the file, or makes it where there is none. Every broker of a database has the same.
  static WebhookSecret load_or_make(const std::filesystem::path& file);
  explicit WebhookSecret(std::string bytes) : bytes_(std::move(bytes)) {}

  // `generation` tells a webhook from an earlier one of the same name.
  WebhookKeys keys_of(std::string_view owner, std::string_view name, std::string_view generation) const;

 private:
  std::string bytes_;
};

}  // namespace broker::delivery
