#include "certs/openssl.h"

#include <array>
#include <stdexcept>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace certs {
namespace {

// Far above any file of certificates that a council has; a BIO counts in int.
constexpr size_t pem_bytes_max = size_t{64} << 20;

BioHandle reader_of(std::string_view text) {
  if (text.size() > pem_bytes_max) throw std::runtime_error("a PEM text is too large");
  BioHandle bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  require(bio != nullptr, "read from memory");
  return bio;
}

template <typename Write>
std::string written(Write write, std::string_view what) {
  BioHandle bio(BIO_new(BIO_s_mem()));
  require(bio != nullptr && write(bio.get()) == 1, what);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

int refuse_passphrase(char*, int, int, void*) {
  return -1;
}

// Reads objects of one kind until the text ends; a text that ends in the middle of one is worth nothing.
template <typename Handle, typename Read>
std::vector<Handle> all_in(std::string_view pem, Read read) {
  const BioHandle bio = reader_of(pem);
  std::vector<Handle> found;
  while (Handle one{read(bio.get())}) found.push_back(std::move(one));
  const auto last = ERR_peek_last_error();
  const bool ended = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!ended) found.clear();
  return found;
}

template <typename Handle>
Handle quietly(Handle handle) {
  // What could not be read is an answer to the caller, not an error left for the next TLS call to trip over.
  if (!handle) ERR_clear_error();
  return handle;
}

}  // namespace

void require(bool done, std::string_view what) {
  if (done) return;
  std::array<char, 256> reason{};
  ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
  ERR_clear_error();
  throw std::runtime_error("OpenSSL could not " + std::string(what) + ": " + reason.data());
}

KeyHandle make_key() {
  KeyHandle key(EVP_EC_gen("P-256"));
  require(key != nullptr, "make a key");
  return key;
}

bool is_p256(const EVP_PKEY* key) {
  if (key == nullptr || EVP_PKEY_is_a(key, "EC") != 1) return false;
  std::array<char, 64> group{};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) != 1) return false;
  return std::string_view(group.data(), size) == "prime256v1";
}

KeyHandle private_key_from_pem(std::string_view pem) {
  return quietly(KeyHandle(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, refuse_passphrase, nullptr)));
}

KeyHandle public_key_from_pem(std::string_view pem) {
  return quietly(KeyHandle(PEM_read_bio_PUBKEY(reader_of(pem).get(), nullptr, refuse_passphrase, nullptr)));
}

CertificateHandle certificate_from_pem(std::string_view pem) {
  return quietly(CertificateHandle(PEM_read_bio_X509(reader_of(pem).get(), nullptr, refuse_passphrase, nullptr)));
}

RequestHandle request_from_pem(std::string_view pem) {
  return quietly(RequestHandle(PEM_read_bio_X509_REQ(reader_of(pem).get(), nullptr, refuse_passphrase, nullptr)));
}

std::vector<CertificateHandle> certificates_from_pem(std::string_view pem) {
  return all_in<CertificateHandle>(
      pem, [](BIO* bio) { return PEM_read_bio_X509(bio, nullptr, refuse_passphrase, nullptr); });
}

std::vector<CrlHandle> crls_from_pem(std::string_view pem) {
  return all_in<CrlHandle>(pem,
                           [](BIO* bio) { return PEM_read_bio_X509_CRL(bio, nullptr, refuse_passphrase, nullptr); });
}

std::string private_key_to_pem(const EVP_PKEY* key) {
  return written(
      [key](BIO* bio) { return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); },
      "write a private key");
}

std::string public_key_to_pem(const EVP_PKEY* key) {
  return written([key](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key); }, "write a public key");
}

std::string certificate_to_pem(const X509* certificate) {
  return written([certificate](BIO* bio) { return PEM_write_bio_X509(bio, certificate); }, "write a certificate");
}

std::string crl_to_pem(const X509_CRL* crl) {
  return written([crl](BIO* bio) { return PEM_write_bio_X509_CRL(bio, crl); }, "write a revocation list");
}

}  // namespace certs
