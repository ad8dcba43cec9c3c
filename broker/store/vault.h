// Seals transfer files: each under a key of its own (AES-256-GCM), which is wrapped by the vault's key. Whoever
// destroys the wrapped key has destroyed the file, in every backup too. Used where transfers are made and handed out.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace broker::store {

// A file as it is kept. All members are bytes but the id of the vault's key.
struct SealedFile {
  std::string key_id;
  std::string wrapped_key;  // nonce, ciphertext and tag
  std::string body;         // nonce, ciphertext and tag
};

class Vault {
 public:
  // Each file holds 64 hexadecimal digits. The first key wraps; the others only unwrap what they wrapped before. A
  // single file that is missing is made. Throws std::runtime_error for a file that holds no key or that everybody may
  // read.
  static Vault load(const std::vector<std::string>& files);

  // `context` (here the file's digest) has to be given again to open it, so that no sealed file stands in for another.
  SealedFile seal(std::string_view plain, std::string_view context) const;
  // Nothing when a byte was changed, the context is another, or the key is not among ours.
  std::optional<std::string> open(const SealedFile& sealed, std::string_view context) const;
  // The same body with its key wrapped by the current key; nothing as for open().
  std::optional<SealedFile> rewrap(const SealedFile& sealed, std::string_view context) const;

  // First 16 hexadecimal digits of the SHA-256 of the key.
  const std::string& current_key_id() const { return keys_.front().id; }

 private:
  struct Key {
    std::string id;
    std::string bytes;
  };
  const Key* find(const std::string& id) const;
  std::optional<std::string> unwrapped(const SealedFile& sealed, std::string_view context) const;

  std::vector<Key> keys_;
};

}  // namespace broker::store
