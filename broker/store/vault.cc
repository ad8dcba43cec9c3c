#include "broker/store/vault.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <unistd.h>

#include "broker/base/ensure.h"
#include "broker/base/text.h"

namespace broker::store {
namespace {

constexpr size_t key_bytes = 32;
constexpr size_t nonce_bytes = 12;
constexpr size_t tag_bytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>;

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string random_bytes(size_t count) {
  std::string bytes(count, '\0');
  base::ensure(RAND_priv_bytes(bytes_of(bytes), static_cast<int>(count)) == 1);
  return bytes;
}

std::string encrypted(std::string_view key, std::string_view plain, std::string_view context) {
  const std::string nonce = random_bytes(nonce_bytes);
  std::string body(plain.size(), '\0');
  std::string tag(tag_bytes, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int written = 0;
  base::ensure(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) == 1);
  base::ensure(
      EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytes_of(context), static_cast<int>(context.size())) == 1);
  base::ensure(
      EVP_EncryptUpdate(cipher.get(), bytes_of(body), &written, bytes_of(plain), static_cast<int>(plain.size())) == 1);
  base::ensure(EVP_EncryptFinal_ex(cipher.get(), nullptr, &written) == 1);
  base::ensure(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1);
  return nonce + body + tag;
}

std::optional<std::string> decrypted(std::string_view key, std::string_view sealed, std::string_view context) {
  if (sealed.size() < nonce_bytes + tag_bytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, nonce_bytes);
  const std::string_view body = sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));
  std::string plain(body.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  int written = 0;
  base::ensure(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), bytes_of(nonce)) == 1);
  base::ensure(
      EVP_DecryptUpdate(cipher.get(), nullptr, &written, bytes_of(context), static_cast<int>(context.size())) == 1);
  base::ensure(
      EVP_DecryptUpdate(cipher.get(), bytes_of(plain), &written, bytes_of(body), static_cast<int>(body.size())) == 1);
  base::ensure(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(cipher.get(), nullptr, &written) != 1) return std::nullopt;
  return plain;
}

std::optional<std::string> from_hex(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  if (text.size() != 2 * key_bytes) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

// Refuses to overwrite: a lost key is lost files.
void make_key(const std::string& file) {
  const int handle = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (handle < 0) throw std::runtime_error("the key of transfer files can't be made: " + file);
  const std::string text = base::to_hex(random_bytes(key_bytes)) + "\n";
  const bool is_written = ::write(handle, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool is_kept = is_written && ::fsync(handle) == 0;
  ::close(handle);
  if (!is_kept) throw std::runtime_error("the key of transfer files can't be written: " + file);
}

std::string read_key(const std::string& file) {
  using std::filesystem::perms;
  if ((std::filesystem::status(file).permissions() & perms::others_all) != perms::none) {
    throw std::runtime_error("everybody may read the key of transfer files: " + file);
  }
  std::ifstream in(file);
  std::string text;
  std::getline(in, text);
  auto key = from_hex(base::lowered(base::trimmed(text)));
  if (!key) throw std::runtime_error("a key of transfer files is 64 hexadecimal digits: " + file);
  return std::move(*key);
}

}  // namespace

Vault Vault::load(const std::vector<std::string>& files) {
  if (files.empty()) throw std::runtime_error("transfer.keys names no file");
  if (files.size() == 1 && !std::filesystem::exists(files.front())) make_key(files.front());
  Vault vault;
  for (const std::string& file : files) {
    std::string key = read_key(file);
    std::string id = base::to_hex(base::sha256(key)).substr(0, 16);
    vault.keys_.push_back({std::move(id), std::move(key)});
  }
  return vault;
}

const Vault::Key* Vault::find(const std::string& id) const {
  for (const Key& key : keys_) {
    if (key.id == id) return &key;
  }
  return nullptr;
}

SealedFile Vault::seal(std::string_view plain, std::string_view context) const {
  std::string key = random_bytes(key_bytes);
  SealedFile sealed{current_key_id(), encrypted(keys_.front().bytes, key, context), encrypted(key, plain, context)};
  OPENSSL_cleanse(key.data(), key.size());
  return sealed;
}

std::optional<std::string> Vault::unwrapped(const SealedFile& sealed, std::string_view context) const {
  const Key* wrapping = find(sealed.key_id);
  if (wrapping == nullptr) return std::nullopt;
  auto key = decrypted(wrapping->bytes, sealed.wrapped_key, context);
  if (!key || key->size() != key_bytes) return std::nullopt;
  return key;
}

std::optional<std::string> Vault::open(const SealedFile& sealed, std::string_view context) const {
  auto key = unwrapped(sealed, context);
  if (!key) return std::nullopt;
  auto plain = decrypted(*key, sealed.body, context);
  OPENSSL_cleanse(key->data(), key->size());
  return plain;
}

std::optional<SealedFile> Vault::rewrap(const SealedFile& sealed, std::string_view context) const {
  auto key = unwrapped(sealed, context);
  if (!key) return std::nullopt;
  SealedFile wrapped{current_key_id(), encrypted(keys_.front().bytes, *key, context), sealed.body};
  OPENSSL_cleanse(key->data(), key->size());
  return wrapped;
}

}  // namespace broker::store
