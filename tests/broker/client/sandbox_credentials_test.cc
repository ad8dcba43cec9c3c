#include "broker/client/sandbox_credentials.h"

#include <gtest/gtest.h>

#include "certs/certificate_authority.h"
#include "certs/files.h"
#include "tests/support/scratch.h"

namespace broker::client {
namespace {

constexpr std::chrono::sys_seconds start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 13}};

class Credentials : public testing::Test {
 protected:
  SandboxCredentials make(std::chrono::sys_seconds now) {
    return make_credentials(scratch_.path(), {"314", "319"}, now);
  }

  support::Scratch scratch_;
};

}  // namespace

TEST_F(Credentials, AreMadeForEverybodyWhoTakesPart) {
  const auto credentials = make(start);
  EXPECT_EQ(credentials.authorities.size(), 2u);
  EXPECT_EQ(credentials.schools.size(), 4u);
  EXPECT_TRUE(credentials.schools.contains("3144001"));
  EXPECT_TRUE(credentials.schools.contains("3194002"));
  EXPECT_EQ(credentials.officers.at("314").size(), 2u);
  EXPECT_TRUE(std::filesystem::exists(credentials.operator_.certificate));
  EXPECT_TRUE(std::filesystem::exists(credentials.revocations));
}

TEST_F(Credentials, AreTheSameAtTheNextStart) {
  const auto first = certs::read_file(make(start).authorities.at("314").certificate);
  const auto second = certs::read_file(make(start + std::chrono::days(40)).authorities.at("314").certificate);
  EXPECT_EQ(first, second);
}

TEST_F(Credentials, AreIssuedAgainBeforeTheyEnd) {
  const auto first = certs::read_file(make(start).authorities.at("314").certificate);
  const auto second = certs::read_file(make(start + std::chrono::days(70)).authorities.at("314").certificate);
  EXPECT_NE(first, second);
}

TEST_F(Credentials, AreIssuedAgainWhenAFileIsMissingOrDoesNotFitItsKey) {
  const auto credentials = make(start);
  const auto lost = credentials.schools.at("3144001");
  const auto mixed = credentials.authorities.at("319");
  std::filesystem::remove(lost.certificate);
  std::filesystem::copy_file(credentials.authorities.at("314").certificate, mixed.certificate,
                             std::filesystem::copy_options::overwrite_existing);
  make(start);
  EXPECT_TRUE(std::filesystem::exists(lost.certificate));
  EXPECT_NE(certs::read_file(mixed.certificate), certs::read_file(credentials.authorities.at("314").certificate));
}

TEST_F(Credentials, KeepTheRevocationListFresh) {
  make(start);
  EXPECT_FALSE(renew_list(scratch_.path(), start + std::chrono::days(5)));
  EXPECT_TRUE(renew_list(scratch_.path(), start + std::chrono::days(25)));
  const auto authority = certs::CertificateAuthority::open(scratch_.path() / "ca");
  ASSERT_TRUE(authority);
  EXPECT_GT(authority->crl_next_update(), start + std::chrono::days(50));
}

}  // namespace broker::client
