// Who may sign in, and how long a session lasts.
#include "broker/store/officers.h"

#include <gtest/gtest.h>

#include "broker/base/text.h"
#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using namespace std::chrono_literals;
using domain::Role;

class OfficersTest : public testing::Test {
 protected:
  Officer ada() {
    Officer officer;
    officer.authority = "314";
    officer.id = "a.obi";
    officer.name = "Ada Obi";
    officer.roles = domain::roles_of(Role::officer) | domain::roles_of(Role::reviewer);
    return officer;
  }
  void write(postgres::Query query) {
    Write what;
    what.decide = [query](World& world) -> base::Result<Answer> {
      world.write(query);
      return Answer{};
    };
    ASSERT_TRUE(node.write(std::move(what)));
  }
  std::optional<Officer> find(const std::string& id) { return loop.run(find_officer(node.writer_pool, "314", id)); }
  std::optional<Session> session(const std::string& cookie, base::Time at) {
    return loop.run(find_session(node.writer_pool, base::sha256(cookie), at));
  }
  void sign_in(const std::string& cookie) { write(begin_session(base::sha256(cookie), ada(), "token", start)); }

  const base::Time start = *base::parse_time("2026-11-13T09:00:00Z");
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};
};

}  // namespace

TEST_F(OfficersTest, AreKeptWithTheirRoles) {
  EXPECT_FALSE(find("a.obi"));
  write(put_officer(ada(), start));
  const auto known = find("a.obi");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->roles, ada().roles);
  EXPECT_EQ(known->name, "Ada Obi");
  EXPECT_EQ(known->changed, start);
  EXPECT_EQ(loop.run(list_officers(node.writer_pool, "314", Page{})).items.size(), 1U);
  EXPECT_EQ(loop.run(list_officers(node.writer_pool, "318", Page{})).items.size(), 0U);
}

TEST_F(OfficersTest, KeepTheFirstAccountThatSignedIn) {
  Officer met = ada();
  met.subject = "https://id.invalid 1";
  write(put_officer(ada(), start));
  write(meet_officer(met, start));
  EXPECT_EQ(find("a.obi")->subject, "https://id.invalid 1");
  met.subject = "https://id.invalid 2";
  write(meet_officer(met, start));
  EXPECT_EQ(find("a.obi")->subject, "https://id.invalid 1");
}

// Signing in brought a disabled officer back.
TEST_F(OfficersTest, StayDisabledWhenTheirAccountSignsIn) {
  Officer disabled = ada();
  disabled.is_disabled = true;
  write(put_officer(disabled, start));
  write(meet_officer(ada(), start));
  EXPECT_TRUE(find("a.obi")->is_disabled);
}

TEST_F(OfficersTest, AreSignedInWhileTheySeePages) {
  write(put_officer(ada(), start));
  sign_in("cookie");
  EXPECT_FALSE(session("biscuit", start));
  for (base::Time at = start; at < start + 8h; at += 29min) {
    const auto found = session("cookie", at);
    ASSERT_TRUE(found) << base::format_time(at);
    EXPECT_EQ(found->officer.id, "a.obi");
    EXPECT_EQ(found->csrf, "token");
  }
  EXPECT_FALSE(session("cookie", start + 8h));
}

TEST_F(OfficersTest, AreSignedOutAfterHalfAnHourWithoutAPage) {
  write(put_officer(ada(), start));
  sign_in("cookie");
  EXPECT_TRUE(session("cookie", start + 29min));
  EXPECT_FALSE(session("cookie", start + 59min));
}

TEST_F(OfficersTest, AreSignedOutEverywhereWhenDisabled) {
  write(put_officer(ada(), start));
  sign_in("one");
  sign_in("two");
  Officer disabled = ada();
  disabled.is_disabled = true;
  write(put_officer(disabled, start));
  EXPECT_FALSE(session("one", start));
  write(end_sessions_of("314", "a.obi"));
  EXPECT_EQ(database.number("select count(*) from web_session"), 0);
}

TEST_F(OfficersTest, LeaveNoSessionsThatHaveRunOut) {
  write(put_officer(ada(), start));
  sign_in("cookie");
  EXPECT_EQ(loop.run(forget_old_sessions(node.writer_pool, start + 29min)), 0);
  EXPECT_EQ(loop.run(forget_old_sessions(node.writer_pool, start + 31min)), 1);
}

// Who reads the table can't sign in with what stands there.
TEST_F(OfficersTest, HaveNoCookieInTheDatabase) {
  write(put_officer(ada(), start));
  sign_in("cookie");
  EXPECT_EQ(database.text("select encode(id_hash, 'hex') from web_session"), base::to_hex(base::sha256("cookie")));
}

// The role that row-level security binds to an authority has no business with them.
TEST_F(OfficersTest, AreOutOfReachOfTheReadersRole) {
  Viewer viewer;
  viewer.authority = "314";
  static constexpr postgres::Statement look{"test_look", "select count(*) from web_session"};
  EXPECT_THROW(loop.run(read_one_as(node.pool, viewer, postgres::Query(look))), postgres::DatabaseError);
}

}  // namespace broker::store
