#include "certs/certificate_authority.h"

#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "tests/certs/test_authority.h"

namespace certs {
namespace {

using std::chrono::days;
using testing::HasSubstr;

unsigned mode_of(const std::filesystem::path& path) {
  struct stat info{};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mode & 0777U;
}

// The judge is OpenSSL's own command, as an operator would run it.
bool openssl_verifies(const TestAuthority& ca, const Issued& issued, const std::string& purpose) {
  const auto file = ca.directory.write(issued.serial + ".pem", issued.certificate_pem);
  const std::string command = "openssl verify -x509_strict -crl_check -purpose " + purpose + " -CAfile '" +
                              ca.authority.certificate_file().string() + "' -CRLfile '" +
                              ca.authority.crl_file().string() + "' '" + file.string() + "' >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

std::string refusal_of(const TestAuthority& ca, const IssueRequest& request) {
  const auto issued = ca.authority.issue(request, present());
  return issued ? "" : issued.error().reason;
}

std::string signing_request(const EVP_PKEY* public_part, EVP_PKEY* signer) {
  const RequestHandle request(X509_REQ_new());
  X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("anything"), -1, -1, 0);
  X509_REQ_set_pubkey(request.get(), const_cast<EVP_PKEY*>(public_part));
  X509_REQ_sign(request.get(), signer, EVP_sha256());
  const BioHandle bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_REQ(bio.get(), request.get());
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

TEST(CertificateAuthority, IssuesWhatOpensslVerifiesForItsUseAndNoOther) {
  const TestAuthority ca;
  for (const std::string identity : {"urn:waymark:authority:314", "urn:waymark:school:3144001",
                                     "urn:waymark:officer:314:jane", "urn:waymark:operator:night-desk"}) {
    const auto client = ca.issue(identity);
    EXPECT_TRUE(openssl_verifies(ca, client, "sslclient")) << identity;
    EXPECT_FALSE(openssl_verifies(ca, client, "sslserver")) << identity;
  }
  const auto server = ca.issue_server();
  EXPECT_TRUE(openssl_verifies(ca, server, "sslserver"));
  EXPECT_FALSE(openssl_verifies(ca, server, "sslclient"));
}

TEST(CertificateAuthority, KeepsItsKeyReadableByItsOwnerAlone) {
  const TestAuthority ca;
  EXPECT_EQ(mode_of(ca.directory / "ca/ca-key.pem"), 0600U);
  EXPECT_EQ(mode_of(ca.authority.certificate_file()), 0644U);
  EXPECT_EQ(mode_of(ca.authority.crl_file()), 0644U);
}

TEST(CertificateAuthority, IsNeverMadeOverAnother) {
  const TestAuthority ca;
  const auto before = read_file(ca.directory / "ca/ca-key.pem");
  const auto again = CertificateAuthority::init(ca.directory / "ca", "Another", ca_validity, present());
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().reason, HasSubstr("already"));
  EXPECT_EQ(read_file(ca.directory / "ca/ca-key.pem"), before);
}

TEST(CertificateAuthority, IsNotOpenedWhereThereIsNone) {
  const TemporaryDirectory directory;
  EXPECT_FALSE(CertificateAuthority::open(directory / "ca"));
}

TEST(CertificateAuthority, IsNotOpenedWithTheKeyOfAnother) {
  const TestAuthority ca;
  const TestAuthority other;
  std::filesystem::copy_file(other.directory / "ca/ca-key.pem", ca.directory / "ca/ca-key.pem",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THROW((void)CertificateAuthority::open(ca.directory / "ca"), std::runtime_error);
}

TEST(CertificateAuthority, RevokesForOpensslTooAndKeepsTheOthers) {
  const TestAuthority ca;
  const auto stolen = ca.issue("urn:waymark:authority:314");
  const auto fresh = ca.issue("urn:waymark:authority:314");
  const auto entry = ca.authority.revoke(stolen.serial, RevocationReason::key_compromise, present());
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->status_at(present()), CertificateStatus::revoked);
  EXPECT_FALSE(openssl_verifies(ca, stolen, "sslclient"));
  EXPECT_TRUE(openssl_verifies(ca, fresh, "sslclient"));
}

TEST(CertificateAuthority, RevokesBySerialInAnySpellingAndByCertificate) {
  const TestAuthority ca;
  const auto first = ca.issue("urn:waymark:authority:314");
  const auto second = ca.issue("urn:waymark:authority:318");
  std::string spelt = "00:";
  for (const char c : first.serial) spelt += static_cast<char>(std::toupper(c));
  EXPECT_TRUE(ca.authority.revoke(spelt, RevocationReason::unspecified, present()));
  EXPECT_TRUE(ca.authority.revoke_certificate(second.certificate_pem, RevocationReason::superseded, present()));
  for (const auto& entry : ca.authority.entries()) EXPECT_TRUE(entry.revoked) << entry.serial;
}

TEST(CertificateAuthority, RefusesToRevokeWhatItDidNotIssue) {
  const TestAuthority ca;
  const TestAuthority other;
  const auto foreign = other.issue("urn:waymark:authority:314");
  using enum RevocationReason;
  EXPECT_FALSE(ca.authority.revoke(foreign.serial, unspecified, present()));
  EXPECT_FALSE(ca.authority.revoke("", unspecified, present()));
  EXPECT_FALSE(ca.authority.revoke("no serial", unspecified, present()));
  EXPECT_FALSE(ca.authority.revoke_certificate(foreign.certificate_pem, unspecified, present()));
  EXPECT_FALSE(ca.authority.revoke_certificate("no certificate", unspecified, present()));
}

TEST(CertificateAuthority, KeepsTheTimeAndReasonOfTheFirstRevocation) {
  const TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto first = ca.authority.revoke(issued.serial, RevocationReason::key_compromise, present());
  const auto second = ca.authority.revoke(issued.serial, RevocationReason::superseded, present() + days(1));
  EXPECT_EQ(*first, *second);
}

TEST(CertificateAuthority, WritesTheListAgainWhenAStopLeftARevocationOutOfIt) {
  const TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto list_before = read_file(ca.authority.crl_file());
  ASSERT_TRUE(ca.authority.revoke(issued.serial, RevocationReason::unspecified, present()));
  write_file(ca.authority.crl_file(), list_before, public_mode);
  ASSERT_TRUE(openssl_verifies(ca, issued, "sslclient"));
  ASSERT_TRUE(ca.authority.revoke(issued.serial, RevocationReason::unspecified, present()));
  EXPECT_FALSE(openssl_verifies(ca, issued, "sslclient"));
}

TEST(CertificateAuthority, ShowsEveryCertificateWithItsStatus) {
  const auto since = present() - days(400);
  const TestAuthority ca(since);
  const auto old = ca.issue("urn:waymark:school:3144001", since);
  const auto valid = ca.issue_server();
  const auto revoked = ca.issue("urn:waymark:authority:314");
  ASSERT_TRUE(ca.authority.revoke(revoked.serial, RevocationReason::cessation, present()));
  const auto entries = CertificateAuthority::open(ca.directory / "ca")->entries();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].serial, old.serial);
  EXPECT_EQ(entries[0].status_at(present()), CertificateStatus::expired);
  EXPECT_EQ(entries[0].not_after, since + client_validity);
  EXPECT_EQ(entries[1].status_at(present()), CertificateStatus::valid);
  EXPECT_EQ(entries[1].names, (std::vector<std::string>{"DNS:localhost", "IP:127.0.0.1"}));
  EXPECT_EQ(entries[2].status_at(present()), CertificateStatus::revoked);
  EXPECT_EQ(entries[2].reason, RevocationReason::cessation);
}

TEST(CertificateAuthority, RefusesToSignOverAnIndexThatWasDamaged) {
  const TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto index = read_file(ca.directory / "ca/index");
  for (const auto& damaged : {index.substr(0, index.size() - 5), index + "x\n", std::string(), "x" + index}) {
    write_file(ca.directory / "ca/index", damaged, public_mode);
    EXPECT_THROW((void)ca.authority.revoke(issued.serial, RevocationReason::unspecified, present()),
                 std::runtime_error);
  }
}

TEST(CertificateAuthority, RefusesNamesThatNoCallerCouldHave) {
  const TestAuthority ca;
  const auto with = [&ca](const std::string& identity, std::vector<std::string> dns, std::vector<std::string> ips) {
    IssueRequest request;
    request.identity = identity;
    request.dns = std::move(dns);
    request.ips = std::move(ips);
    return refusal_of(ca, request);
  };
  EXPECT_NE(with("", {}, {}), "");
  EXPECT_NE(with("urn:waymark:authority:31", {}, {}), "");
  EXPECT_NE(with("urn:waymark:robot:1", {}, {}), "");
  EXPECT_NE(with("urn:waymark:authority:314", {"localhost"}, {}), "");
  EXPECT_NE(with("", {"*.council.example"}, {}), "");
  EXPECT_NE(with("", {"council.example,URI:urn:waymark:authority:314"}, {}), "");
  EXPECT_NE(with("", {}, {"300.1.1.1"}), "");
  EXPECT_EQ(with("", {"broker.council.example"}, {"::1"}), "");
  EXPECT_EQ(ca.authority.entries().size(), 1U);
}

TEST(CertificateAuthority, RefusesALifeOutsideItsLimitsOrBeyondItsOwn) {
  const TestAuthority ca;
  IssueRequest request;
  request.identity = "urn:waymark:authority:314";
  request.valid_for = days(0);
  EXPECT_NE(refusal_of(ca, request), "");
  request.valid_for = issued_validity_max + days(1);
  EXPECT_NE(refusal_of(ca, request), "");
  request.valid_for = client_validity;
  const auto late = ca.authority.issue(request, present() + ca_validity - days(10));
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().reason, HasSubstr("itself ends"));
}

TEST(CertificateAuthority, SignsAKeyThatWasMadeElsewhereAndNoneOfTheNamesBesideIt) {
  const TestAuthority ca;
  const auto key = make_key();
  IssueRequest request;
  request.identity = "urn:waymark:authority:314";
  request.request_pem = signing_request(key.get(), key.get());
  const auto issued = ca.authority.issue(request, present());
  ASSERT_TRUE(issued);
  EXPECT_EQ(issued->key_pem, "");
  const auto certificate = certificate_from_pem(issued->certificate_pem);
  EXPECT_EQ(X509_check_private_key(certificate.get(), key.get()), 1);
  EXPECT_TRUE(openssl_verifies(ca, *issued, "sslclient"));
}

TEST(CertificateAuthority, RefusesASigningRequestWithoutProofOfItsKeyOrWithAnotherKindOfKey) {
  const TestAuthority ca;
  const auto key = make_key();
  const auto other = make_key();
  const KeyHandle rsa(EVP_RSA_gen(2048));
  for (const auto& pem :
       {std::string("no request"), signing_request(key.get(), other.get()), signing_request(rsa.get(), rsa.get())}) {
    IssueRequest request;
    request.identity = "urn:waymark:authority:314";
    request.request_pem = pem;
    EXPECT_NE(refusal_of(ca, request), "");
  }
}

TEST(CertificateAuthority, LosesNoEntryWhenManyIssueAtOnce) {
  const TestAuthority ca;
  constexpr int issuers = 8;
  std::vector<std::thread> threads;
  for (int i = 0; i < issuers; ++i)
    threads.emplace_back([&ca, i] {
      const auto own = CertificateAuthority::open(ca.directory / "ca");
      IssueRequest request;
      request.identity = "urn:waymark:operator:n" + std::to_string(i);
      EXPECT_TRUE(own->issue(request, present()));
      const auto serial = own->issue(request, present())->serial;
      EXPECT_TRUE(own->revoke(serial, RevocationReason::superseded, present()));
    });
  for (auto& thread : threads) thread.join();
  const auto entries = ca.authority.entries();
  EXPECT_EQ(entries.size(), 2U * issuers);
  EXPECT_EQ(std::ranges::count_if(entries, [](const auto& entry) { return entry.revoked.has_value(); }), issuers);
}

TEST(CertificateAuthority, DropsFromTheListOnlyWhatHasLongExpired) {
  const auto since = present() - days(400);
  const TestAuthority ca(since);
  const auto old = ca.issue("urn:waymark:authority:314", since);
  ASSERT_TRUE(ca.authority.revoke(old.serial, RevocationReason::unspecified, since + days(1)));
  const auto revoked_at = [&ca](std::chrono::sys_seconds now) {
    ca.authority.renew_crl(now);
    const auto lists = crls_from_pem(read_file(ca.authority.crl_file()));
    return sk_X509_REVOKED_num(X509_CRL_get_REVOKED(lists.front().get()));
  };
  EXPECT_EQ(revoked_at(since + client_validity + days(29)), 1);
  EXPECT_LE(revoked_at(since + client_validity + days(31)), 0);
}

}  // namespace certs
