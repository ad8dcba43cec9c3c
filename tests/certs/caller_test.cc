#include "certs/caller.h"

#include <gtest/gtest.h>

#include "tests/certs/test_authority.h"

namespace certs {
namespace {

bool is_known(std::string_view authority) {
  return authority == "314" || authority == "318";
}

CallerError error_of(const TestAuthority& ca, const std::vector<std::string>& uris) {
  CertificatePlan plan;
  plan.common_name = "test";
  plan.uris = uris;
  const auto certificate = certificate_from_pem(ca.issue_unchecked(plan).certificate_pem);
  const auto caller = caller_of(certificate.get(), is_known);
  return caller ? throw std::runtime_error("was taken for a caller") : caller.error();
}

}  // namespace

TEST(Caller, IsTheAuthorityThatItsCertificateNames) {
  const TestAuthority ca;
  const auto issued = ca.issue("urn:waymark:authority:314");
  const auto certificate = certificate_from_pem(issued.certificate_pem);
  const auto caller = caller_of(certificate.get(), is_known);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->kind, CallerKind::authority);
  EXPECT_EQ(caller->authority, "314");
  EXPECT_EQ(caller->school + caller->officer + caller->name, "");
  EXPECT_EQ(caller->serial, issued.serial);
  EXPECT_EQ(caller->not_after, issued.not_after);
  EXPECT_EQ(caller->fingerprint.size(), 64U);
}

TEST(Caller, OfASchoolBelongsToTheAuthorityOfItsLaestab) {
  const auto caller = read_identity("urn:waymark:school:3144001");
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->kind, CallerKind::school);
  EXPECT_EQ(caller->authority, "314");
  EXPECT_EQ(caller->school, "3144001");
}

TEST(Caller, MayBeAnOfficerOrAnOperator) {
  const auto officer = read_identity("urn:waymark:officer:314:j.okoro@council.example");
  ASSERT_TRUE(officer);
  EXPECT_EQ(officer->kind, CallerKind::officer);
  EXPECT_EQ(officer->authority, "314");
  EXPECT_EQ(officer->officer, "j.okoro@council.example");
  const auto person = read_identity("urn:waymark:operator:night-desk");
  ASSERT_TRUE(person);
  EXPECT_EQ(person->kind, CallerKind::operator_);
  EXPECT_EQ(person->authority, "");
  EXPECT_EQ(person->name, "night-desk");
}

TEST(Caller, IsRefusedWithoutACertificate) {
  EXPECT_EQ(caller_of(nullptr, is_known).error(), CallerError::no_certificate);
}

TEST(Caller, IsRefusedWithoutAnIdentity) {
  const TestAuthority ca;
  EXPECT_EQ(error_of(ca, {}), CallerError::no_identity);
  EXPECT_EQ(error_of(ca, {"https://council.example/"}), CallerError::no_identity);
  const auto server = certificate_from_pem(ca.issue_server().certificate_pem);
  EXPECT_EQ(caller_of(server.get(), is_known).error(), CallerError::no_identity);
}

TEST(Caller, IsRefusedWithTwoIdentitiesEvenWhenTheyAreEqualOrOneIsOfAnUnknownKind) {
  const TestAuthority ca;
  EXPECT_EQ(error_of(ca, {"urn:waymark:authority:314", "urn:waymark:authority:318"}), CallerError::two_identities);
  EXPECT_EQ(error_of(ca, {"urn:waymark:authority:314", "urn:waymark:authority:314"}), CallerError::two_identities);
  EXPECT_EQ(error_of(ca, {"urn:waymark:authority:314", "urn:waymark:robot:1"}), CallerError::two_identities);
  EXPECT_EQ(error_of(ca, {"urn:waymark:authority:314", "URN:WAYMARK:authority:318"}), CallerError::two_identities);
}

TEST(Caller, MayCarryUrisThatAreNoneOfOurs) {
  const TestAuthority ca;
  CertificatePlan plan;
  plan.common_name = "test";
  plan.uris = {"https://council.example/", "urn:waymark:authority:318"};
  const auto certificate = certificate_from_pem(ca.issue_unchecked(plan).certificate_pem);
  EXPECT_EQ(caller_of(certificate.get(), is_known)->authority, "318");
}

TEST(Caller, IsRefusedWhenTheAuthorityIsNotKnown) {
  const TestAuthority ca;
  EXPECT_EQ(error_of(ca, {"urn:waymark:authority:999"}), CallerError::unknown_authority);
  EXPECT_EQ(error_of(ca, {"urn:waymark:school:9994001"}), CallerError::unknown_authority);
  EXPECT_EQ(error_of(ca, {"urn:waymark:officer:999:jane"}), CallerError::unknown_authority);
}

TEST(Caller, IsRefusedWhenANulHidesTheRestOfItsIdentity) {
  const TestAuthority ca;
  using namespace std::string_literals;
  EXPECT_EQ(error_of(ca, {"urn:waymark:authority:314\0.attacker.example"s}), CallerError::malformed_identity);
}

TEST(Caller, IsRefusedWhenTheIdentityIsSpeltInAnyOtherWay) {
  for (const std::string urn : {"",
                                "urn:waymark:",
                                "urn:waymark:authority",
                                "urn:waymark:authority:",
                                "urn:waymark:authority:31",
                                "urn:waymark:authority:3144",
                                "urn:waymark:authority:31a",
                                "urn:waymark:authority: 314",
                                "urn:waymark:authority:314 ",
                                "URN:waymark:authority:314",
                                "urn:Waymark:authority:314",
                                "urn:waymark:school:314400",
                                "urn:waymark:school:314-4001",
                                "urn:waymark:officer:314",
                                "urn:waymark:officer:314:",
                                "urn:waymark:officer:314:-jane",
                                "urn:waymark:officer:314:jane doe",
                                "urn:waymark:officer:314:a:b",
                                "urn:waymark:operator:",
                                "urn:waymark:operator:../x",
                                "urn:waymark:authority:\xd9\xa3\xd9\xa1\xd9\xa4"})
    EXPECT_EQ(read_identity(urn).error(), CallerError::malformed_identity) << urn;
  EXPECT_EQ(read_identity("urn:waymark:operator:" + std::string(65, 'a')).error(), CallerError::malformed_identity);
  EXPECT_TRUE(read_identity("urn:waymark:operator:" + std::string(64, 'a')));
  EXPECT_EQ(read_identity("urn:waymark:robot:1").error(), CallerError::unknown_kind);
  EXPECT_EQ(read_identity("urn:waymark:Authority:314").error(), CallerError::unknown_kind);
}

TEST(CallerError, HasASentenceForEach) {
  using enum CallerError;
  for (const auto error :
       {no_certificate, no_identity, two_identities, malformed_identity, unknown_kind, unknown_authority})
    EXPECT_FALSE(words_of(error).empty());
}

}  // namespace certs
