#include "certs/certificate.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "certs/time_text.h"
#include "tests/certs/test_authority.h"

namespace certs {
namespace {

bool is_critical(const X509* certificate, int nid) {
  const int place = X509_get_ext_by_NID(certificate, nid, -1);
  return place >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, place)) == 1;
}

}  // namespace

TEST(Certificate, OfAClientIsMarkedForThatUseAlone) {
  const TestAuthority ca;
  const auto certificate = certificate_from_pem(ca.issue("urn:waymark:authority:314").certificate_pem);
  EXPECT_TRUE(is_critical(certificate.get(), NID_basic_constraints));
  EXPECT_TRUE(is_critical(certificate.get(), NID_key_usage));
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_EQ(X509_get_key_usage(certificate.get()), static_cast<uint32_t>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(certificate.get()), static_cast<uint32_t>(XKU_SSL_CLIENT));
  EXPECT_NE(X509_get0_subject_key_id(certificate.get()), nullptr);
  EXPECT_NE(X509_get0_authority_key_id(certificate.get()), nullptr);
  EXPECT_TRUE(is_p256(X509_get0_pubkey(certificate.get())));
}

TEST(Certificate, OfTheAuthorityMaySignCertificatesAndListsAndHasNoAuthorityBelowIt) {
  const TestAuthority ca;
  const auto certificate = certificate_from_pem(read_file(ca.authority.certificate_file()));
  EXPECT_EQ(X509_check_ca(certificate.get()), 1);
  EXPECT_EQ(X509_get_pathlen(certificate.get()), 0);
  EXPECT_EQ(X509_get_key_usage(certificate.get()), static_cast<uint32_t>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
}

TEST(Certificate, HasASerialOfItsOwnThatNobodyCanGuess) {
  const TestAuthority ca;
  std::set<std::string> serials;
  size_t longest = 0;
  for (int i = 0; i < 50; ++i) {
    const auto serial = ca.issue("urn:waymark:authority:314").serial;
    serials.insert(serial);
    longest = std::max(longest, serial.size());
  }
  EXPECT_EQ(serials.size(), 50U);
  EXPECT_EQ(longest, 32U);
}

TEST(Serial, HasOneSpelling) {
  EXPECT_EQ(normalised_serial("00:0A:1B"), "a1b");
  EXPECT_EQ(normalised_serial("a1b"), "a1b");
  EXPECT_EQ(normalised_serial("0x1b"), "");
  EXPECT_EQ(normalised_serial("../../ca"), "");
  EXPECT_EQ(normalised_serial(std::string(41, 'a')), "");
}

TEST(Pem, ThatCanNotBeReadGivesNothing) {
  const TestAuthority ca;
  const auto good = ca.issue("urn:waymark:authority:314");
  EXPECT_EQ(certificate_from_pem(""), nullptr);
  EXPECT_EQ(certificate_from_pem(good.key_pem), nullptr);
  EXPECT_EQ(private_key_from_pem(good.certificate_pem), nullptr);
  EXPECT_EQ(certificate_from_pem(good.certificate_pem.substr(0, 200)), nullptr);
  EXPECT_EQ(certificates_from_pem(good.certificate_pem + good.certificate_pem).size(), 2U);
  EXPECT_TRUE(certificates_from_pem(good.certificate_pem + good.certificate_pem.substr(0, 200)).empty());
}

TEST(Pem, OfAnEncryptedKeyAsksNobodyForAPassphrase) {
  const auto key = make_key();
  const BioHandle bio(BIO_new(BIO_s_mem()));
  std::string phrase = "a phrase";
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), phrase.data(),
                                          static_cast<int>(phrase.size()), nullptr, nullptr),
            1);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  EXPECT_EQ(private_key_from_pem(std::string_view(data, static_cast<size_t>(size))), nullptr);
}

TEST(TimeText, IsReadBackOnlyInTheFormThatItIsWritten) {
  const auto time = parse_utc("2026-11-13T09:30:00Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(format_utc(*time), "2026-11-13T09:30:00Z");
  for (const std::string text :
       {"2026-02-30T09:30:00Z", "2026-1-13T09:30:00Z", "2026-11-13T09:30:00", "", "x", "2026-11-13T09:30:00Z "})
    EXPECT_FALSE(parse_utc(text)) << text;
}

}  // namespace certs
