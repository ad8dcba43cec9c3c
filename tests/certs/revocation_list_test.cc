#include "certs/revocation_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/certs/test_authority.h"

namespace certs {
namespace {

using std::chrono::days;
using testing::HasSubstr;

RevocationList list_of(const TestAuthority& ca) {
  return RevocationList::load(ca.authority.certificate_file(), ca.authority.crl_file()).value();
}

}  // namespace

TEST(RevocationList, KnowsARevocationOnceItHasBeenReadAgain) {
  const TestAuthority ca;
  const auto stolen = ca.issue("urn:waymark:authority:314");
  const auto other = ca.issue("urn:waymark:authority:318");
  auto list = list_of(ca);
  EXPECT_FALSE(list.is_revoked(stolen.serial));
  ASSERT_TRUE(ca.authority.revoke(stolen.serial, RevocationReason::key_compromise, present()));
  EXPECT_FALSE(list.is_revoked(stolen.serial));
  ASSERT_TRUE(list.reload());
  EXPECT_TRUE(list.is_revoked(stolen.serial));
  EXPECT_FALSE(list.is_revoked(other.serial));
  EXPECT_EQ(list.size(), 1U);
}

TEST(RevocationList, IsStaleAfterTheTimeOfTheNextOne) {
  const TestAuthority ca;
  const auto list = list_of(ca);
  EXPECT_EQ(list.next_update(), ca.authority.crl_next_update());
  EXPECT_FALSE(list.is_stale(list.next_update()));
  EXPECT_TRUE(list.is_stale(list.next_update() + std::chrono::seconds(1)));
}

TEST(RevocationList, KeepsWhatItKnewWhenTheFilesTurnBad) {
  const TestAuthority ca;
  const auto stolen = ca.issue("urn:waymark:authority:314");
  ASSERT_TRUE(ca.authority.revoke(stolen.serial, RevocationReason::key_compromise, present()));
  auto list = list_of(ca);
  write_file(ca.authority.crl_file(), "damaged", public_mode);
  EXPECT_FALSE(list.reload());
  EXPECT_TRUE(list.is_revoked(stolen.serial));
  std::filesystem::remove(ca.authority.crl_file());
  EXPECT_FALSE(list.reload());
  EXPECT_TRUE(list.is_revoked(stolen.serial));
}

TEST(RevocationList, IsRefusedWhenAnotherAuthoritySignedIt) {
  const TestAuthority ca;
  const TestAuthority other;  // of the same name, as a forger would choose
  const auto list = RevocationList::load(ca.authority.certificate_file(), other.authority.crl_file());
  ASSERT_FALSE(list);
  EXPECT_THAT(list.error(), HasSubstr("none of the configured authorities"));
}

TEST(RevocationList, ServesTwoAuthoritiesWhileOneReplacesTheOther) {
  const TestAuthority old(present() - days(20));
  const TestAuthority fresh;
  const auto first = old.issue("urn:waymark:authority:314");
  const auto second = fresh.issue("urn:waymark:authority:314");
  ASSERT_TRUE(old.authority.revoke(first.serial, RevocationReason::superseded, present() - days(20)));
  ASSERT_TRUE(fresh.authority.revoke(second.serial, RevocationReason::superseded, present()));
  const auto authorities = fresh.directory.write(
      "both.pem", read_file(old.authority.certificate_file()) + read_file(fresh.authority.certificate_file()));
  const auto crls =
      fresh.directory.write("crls.pem", read_file(old.authority.crl_file()) + read_file(fresh.authority.crl_file()));
  const auto list = RevocationList::load(authorities, crls);
  ASSERT_TRUE(list) << list.error();
  EXPECT_TRUE(list->is_revoked(first.serial));
  EXPECT_TRUE(list->is_revoked(second.serial));
  EXPECT_EQ(list->next_update(), old.authority.crl_next_update());

  EXPECT_FALSE(RevocationList::load(authorities, fresh.authority.crl_file()));
  const auto twice = fresh.directory.write("twice.pem", read_file(crls) + read_file(old.authority.crl_file()));
  EXPECT_FALSE(RevocationList::load(authorities, twice));
}

}  // namespace certs
