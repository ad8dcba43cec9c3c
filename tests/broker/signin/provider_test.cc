// From a verified token to an officer; and the cookie that binds a sign-in to its browser.
#include "broker/signin/provider.h"

#include <gtest/gtest.h>

namespace broker::signin {
namespace {

message::ProviderSettings of_314() {
  message::ProviderSettings settings;
  settings.name = "314";
  settings.authority = "314";
  settings.issuer = "https://id.invalid/314";
  settings.client_id = "waymark";
  return settings;
}

message::TokenClaims claims_with(std::vector<std::string> roles) {
  message::TokenClaims claims;
  claims.issuer = "https://id.invalid/314";
  claims.subject = "a.obi";
  claims.texts = {{"sub", {"a.obi"}}, {"name", {"Ada Obi"}}, {"roles", std::move(roles)}};
  return claims;
}

}  // namespace

TEST(Provider, MakesAnOfficerOfItsAuthority) {
  const auto officer = officer_of(claims_with({"officer", "reviewer", "photographer"}), of_314());
  ASSERT_TRUE(officer);
  EXPECT_EQ(officer->authority, "314");
  EXPECT_EQ(officer->id, "a.obi");
  EXPECT_EQ(officer->name, "Ada Obi");
  EXPECT_EQ(officer->subject, "https://id.invalid/314 a.obi");
  EXPECT_EQ(domain::role_names(officer->roles), (std::vector<std::string>{"officer", "reviewer"}));
}

TEST(Provider, RefusesWhoHasNoRole) {
  EXPECT_FALSE(officer_of(claims_with({}), of_314()));
  EXPECT_FALSE(officer_of(claims_with({"photographer"}), of_314()));
  auto claims = claims_with({"officer"});
  claims.texts.erase("roles");
  EXPECT_FALSE(officer_of(claims, of_314()));
}

// A council must not be able to make itself the operator of everybody's broker.
TEST(Provider, OfACouncilMakesNoOperators) {
  EXPECT_FALSE(officer_of(claims_with({"operator"}), of_314()));
  auto operators = of_314();
  operators.authority.clear();
  EXPECT_TRUE(officer_of(claims_with({"operator"}), operators));
  EXPECT_FALSE(officer_of(claims_with({"coordinator"}), operators));
}

TEST(Provider, TakesTheWordsThatTheOperatorMapped) {
  auto settings = of_314();
  settings.roles = {{"CME-Lead", domain::Role::coordinator}};
  EXPECT_FALSE(officer_of(claims_with({"officer"}), settings));
  const auto officer = officer_of(claims_with({"CME-Lead"}), settings);
  ASSERT_TRUE(officer);
  EXPECT_EQ(officer->roles, domain::roles_of(domain::Role::coordinator));
}

TEST(Provider, LetsASchoolBeOneOfItsOwn) {
  auto claims = claims_with({"school"});
  EXPECT_FALSE(officer_of(claims, of_314()));
  claims.texts["school"] = {"3194001"};
  EXPECT_FALSE(officer_of(claims, of_314()));
  claims.texts["school"] = {"3144001"};
  ASSERT_TRUE(officer_of(claims, of_314()));
  EXPECT_EQ(officer_of(claims, of_314())->school, "3144001");
  claims.texts["roles"] = {"school", "officer"};
  EXPECT_FALSE(officer_of(claims, of_314()));
}

TEST(Provider, RefusesAnIdThatCantStandInALog) {
  for (const char* id : {"", "a b", "<b>", "\n", "a/b"}) {
    auto claims = claims_with({"officer"});
    claims.texts["sub"] = {id};
    EXPECT_FALSE(officer_of(claims, of_314())) << id;
  }
}

TEST(SignInAttempt, ComesBackFromItsCookieAndFromNothingElse) {
  base::SystemRandom random;
  const SignInAttempt attempt = new_attempt("the council's", random);
  const auto read = read_attempt(text_of(attempt));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->provider, "the council's");
  EXPECT_EQ(read->state, attempt.state);
  EXPECT_EQ(read->nonce, attempt.nonce);
  EXPECT_EQ(read->verifier, attempt.verifier);
  EXPECT_NE(attempt.state, attempt.nonce);
  for (const char* text : {"", "...", "a.b.c", "YQ.b.c.", "YQ..c.d", "YQ.b.c.d.e"}) {
    EXPECT_FALSE(read_attempt(text)) << text;
  }
}

TEST(Providers, AreReadStrictly) {
  const std::string good =
      R"({"providers":[{"name":"314","authority":"314","issuer":"https://id.invalid","client_id":"w",
          "roles":{"lead":"coordinator"}}]})";
  const auto read = message::decode_providers(good);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().roles.at("lead"), domain::Role::coordinator);
  for (const char* bad : {
           R"({})",
           R"({"providers":[{"name":"314","issuer":"http://id.invalid","client_id":"w"}]})",
           R"({"providers":[{"name":"314","issuer":"https://id.invalid"}]})",
           R"({"providers":[{"name":"314","issuer":"https://id.invalid","client_id":"w","colour":1}]})",
           R"({"providers":[{"name":"314","issuer":"https://id.invalid","client_id":"w","roles":{"x":"king"}}]})",
           R"({"providers":[{"name":"a","issuer":"https://id.invalid","client_id":"w"},
                            {"name":"a","issuer":"https://id2.invalid","client_id":"w"}]})",
       }) {
    EXPECT_FALSE(message::decode_providers(bad)) << bad;
  }
}

}  // namespace broker::signin
