// The OpenSSL objects that certs and broker/audit use, each owned by a unique_ptr, their PEM forms, and the one way to
// fail when OpenSSL does. Only .cc files include this.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace certs {

template <auto free_it>
struct Freer {
  template <typename T>
  void operator()(T* handle) const {
    free_it(handle);
  }
};

using BioHandle = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using NumberHandle = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using DigestContextHandle = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using CertificateHandle = std::unique_ptr<X509, Freer<X509_free>>;
using CrlHandle = std::unique_ptr<X509_CRL, Freer<X509_CRL_free>>;
using RevokedHandle = std::unique_ptr<X509_REVOKED, Freer<X509_REVOKED_free>>;
using RequestHandle = std::unique_ptr<X509_REQ, Freer<X509_REQ_free>>;
using StoreContextHandle = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using GeneralNamesHandle = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;
using GeneralNameHandle = std::unique_ptr<GENERAL_NAME, Freer<GENERAL_NAME_free>>;
using IntegerHandle = std::unique_ptr<ASN1_INTEGER, Freer<ASN1_INTEGER_free>>;
using TimeHandle = std::unique_ptr<ASN1_TIME, Freer<ASN1_TIME_free>>;
using SignatureHandle = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

// Throws std::runtime_error with OpenSSL's own reason when `done` is false. Its text is for operators, not for peers.
void require(bool done, std::string_view what);

// A new P-256 key.
KeyHandle make_key();
bool is_p256(const EVP_PKEY* key);

// Null when the text holds no such thing; an encrypted key counts as none, nobody is asked for a passphrase.
KeyHandle private_key_from_pem(std::string_view pem);
KeyHandle public_key_from_pem(std::string_view pem);
CertificateHandle certificate_from_pem(std::string_view pem);
RequestHandle request_from_pem(std::string_view pem);

// All that the text holds, in its order; empty when one of them can't be read.
std::vector<CertificateHandle> certificates_from_pem(std::string_view pem);
std::vector<CrlHandle> crls_from_pem(std::string_view pem);

std::string private_key_to_pem(const EVP_PKEY* key);
std::string public_key_to_pem(const EVP_PKEY* key);
std::string certificate_to_pem(const X509* certificate);
std::string crl_to_pem(const X509_CRL* crl);

}  // namespace certs
