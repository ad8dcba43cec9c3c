// Claims, leases, order and acknowledgement, on a real store.
#include "tests/broker/delivery/inboxes_fixture.h"

namespace broker::delivery {
namespace {

TEST_F(InboxesTest, GivesEachMessageOnceWhileItsLeaseLasts) {
  const Ids sent{send(), send(), send()};
  const Claim first = claim(2);
  EXPECT_EQ(ids_of(first), (Ids{sent[0], sent[1]}));
  EXPECT_EQ(ids_of(claim(10)), (Ids{sent[2]}));
  EXPECT_TRUE(claim(10).envelopes.empty());
  EXPECT_EQ(database.number("select count(*) from receipt where kind = 'delivered'"), 3);
}

TEST_F(InboxesTest, GivesNothingOfAnotherInbox) {
  send("", false, "319");
  send("", false, "3184001");
  EXPECT_TRUE(claim(10).envelopes.empty());
  viewer.school = "3184001";
  EXPECT_EQ(claim(10).envelopes.size(), 1U);
}

TEST_F(InboxesTest, DeliversAgainWhenTheLeaseHasEnded) {
  const std::string id = send();
  const Claim lost = claim(1, at_once);
  EXPECT_EQ(ids_of(lost), Ids{id});
  const Claim again = claim(1);
  EXPECT_EQ(ids_of(again), Ids{id});
  EXPECT_NE(again.lease_id, lost.lease_id);
  const auto late = acknowledge(lost);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().type, ProblemType::lease_lost);
  EXPECT_TRUE(acknowledge(again));
}

TEST_F(InboxesTest, NeverDeliversWhatWasAcknowledgedAlsoAfterARestart) {
  const Ids sent{send(), send()};
  const Claim both = claim(2, at_once);
  EXPECT_FALSE(acknowledge(both)) << "its lease has ended";
  const Claim one = claim(1);
  ASSERT_TRUE(acknowledge(one));
  EXPECT_TRUE(acknowledge(one)) << "a repeat is harmless";
  EXPECT_EQ(ids_of(claim(10, at_once)), Ids{sent[1]});
  start();
  EXPECT_EQ(ids_of(claim(10)), Ids{sent[1]});
  EXPECT_EQ(database.number("select count(*) from receipt where kind = 'acknowledged'"), 1);
}

TEST_F(InboxesTest, RefusesToAcknowledgeWhatTheLeaseDoesNotHold) {
  const Ids sent{send(), send()};
  const Claim one = claim(1);
  for (const Ids& ids : {Ids{sent[0], sent[1]}, Ids{sent[1]}, Ids{"00000000-0000-7000-8000-000000000000"}}) {
    const auto refused = acknowledge(one, ids);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, ProblemType::lease_lost);
  }
  EXPECT_EQ(database.number("select count(*) from receipt where kind = 'acknowledged'"), 0);
  Claim forged = one;
  forged.lease_id = "";
  EXPECT_FALSE(acknowledge(forged, Ids{sent[1]})) << "a free message is held by no lease, the empty one neither";
  EXPECT_FALSE(inboxes->give_back(viewer, "", sent[1]));
}

TEST_F(InboxesTest, GivesBackAtOnceWhatWasReturned) {
  const std::string id = send();
  const Claim one = claim(1);
  EXPECT_TRUE(inboxes->give_back(viewer, one.lease_id, id));
  EXPECT_FALSE(inboxes->give_back(viewer, one.lease_id, id)) << "it holds it no more";
  EXPECT_FALSE(acknowledge(one));
  EXPECT_EQ(ids_of(claim(1)), Ids{id});
}

TEST_F(InboxesTest, KeepsTheOrderOfACaseAcrossClaims) {
  const Ids a{send(case_a), send(case_a)};
  const std::string b = send(case_b);
  const Claim first = claim(1);
  EXPECT_EQ(ids_of(first), Ids{a[0]});
  // The second of the case waits for the first; another case does not.
  EXPECT_EQ(ids_of(claim(10)), Ids{b});
  EXPECT_TRUE(inboxes->give_back(viewer, first.lease_id, a[0]));
  EXPECT_EQ(ids_of(claim(10)), a);
}

TEST_F(InboxesTest, FreesTheRestOfACaseWhenItsFirstIsAcknowledged) {
  const Ids a{send(case_a), send(case_a)};
  const Claim first = claim(1);
  EXPECT_TRUE(claim(10).envelopes.empty());
  ASSERT_TRUE(acknowledge(first));
  EXPECT_EQ(ids_of(claim(10)), Ids{a[1]});
}

TEST_F(InboxesTest, LetsAnImmediateMessageOvertakeOthersButNotItsOwnCase) {
  const std::string routine = send(case_a);
  const std::string own = send(case_a, true);
  const std::string other = send(case_b, true);
  const std::string no_case = send("", true);
  EXPECT_EQ(ids_of(claim(1, at_once)), Ids{other});
  // Also within one claim: the order of the claim is the order to work in.
  EXPECT_EQ(ids_of(claim(10)), (Ids{other, no_case, routine, own}));
}

TEST_F(InboxesTest, TwoClaimsAtOnceNeverShareAMessage) {
  node.write(sending("318", "", false, 60));
  std::vector<support::EventLoop::Task<Result<std::optional<Claim>>>> tasks;
  for (int i = 0; i < 8; ++i) tasks.push_back(loop.start(inboxes->claim(viewer, by, 10, lease, at_once)));
  std::vector<std::string> given;
  for (auto& task : tasks) {
    const auto result = loop.finish(std::move(task));
    ASSERT_TRUE(result);
    if (!*result) continue;
    for (std::string& id : ids_of(**result)) given.push_back(std::move(id));
  }
  EXPECT_EQ(given.size(), 60U);
  EXPECT_EQ(std::set<std::string>(given.begin(), given.end()).size(), 60U);
}

TEST_F(InboxesTest, ReadsOnPastOneChunkOfTheStore) {
  node.write(sending("318", "", false, 2'500));
  size_t given = 0;
  while (true) {
    const Claim one = claim(500);
    if (one.envelopes.empty()) break;
    given += one.envelopes.size();
    ASSERT_TRUE(acknowledge(one));
  }
  EXPECT_EQ(given, 2'500U);
  EXPECT_EQ(database.number("select count(*) from receipt where kind = 'acknowledged'"), 2'500);
}

TEST_F(InboxesTest, ALongPollWakesOnCommit) {
  wake_on_commit();
  auto poll = loop.start(inboxes->claim(viewer, by, 10, lease, 20s));
  auto second = loop.start(inboxes->claim(viewer, by, 10, lease, 20s));
  for (int i = 0; i < 100; ++i) loop.poll();
  const auto before = std::chrono::steady_clock::now();
  const std::string id = send();
  while (!poll.is_done() && !second.is_done()) loop.step();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 1500ms) << "it was the slow look that found it";
  inboxes->stop();
  const auto a = loop.finish(std::move(poll));
  const auto b = loop.finish(std::move(second));
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->has_value(), b->has_value());
  EXPECT_EQ(ids_of(**(a->has_value() ? a : b)), Ids{id});
}

TEST_F(InboxesTest, ALongPollEndsEmptyAtItsWait) {
  const auto before = std::chrono::steady_clock::now();
  const auto result = loop.run(inboxes->claim(viewer, by, 10, lease, 1s));
  const auto time = std::chrono::steady_clock::now() - before;
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->has_value());
  EXPECT_GE(time, 1s);
  EXPECT_LT(time, 5s);
}

// Two polls of one inbox woke each other without end.
TEST_F(InboxesTest, LongPollsOfOneInboxLetTheDatabaseRest) {
  auto first = loop.start(inboxes->claim(viewer, by, 10, lease, 1s));
  auto second = loop.start(inboxes->claim(viewer, by, 10, lease, 1s));
  EXPECT_FALSE(loop.finish(std::move(first))->has_value());
  EXPECT_FALSE(loop.finish(std::move(second))->has_value());
  node.pool.close();
  // Statistics arrive when a session ends.
  while (database.number("select count(*) from pg_stat_activity where usename = 'waymark_api' and datname = '" +
                         database.name() + "'") > 0) {
    loop.poll();
  }
  EXPECT_LT(
      database.number("select coalesce(sum(seq_scan + idx_scan), 0)::bigint from pg_stat_user_tables where relname "
                      "= 'message'"),
      50);
}

// Its claimant is gone: whoever polls meanwhile gets the message when the lease ends, and not seconds later.
TEST_F(InboxesTest, ALongPollWakesWhenALeaseEnds) {
  const std::string id = send();
  claim(1, 1s);
  const auto before = std::chrono::steady_clock::now();
  const auto result = loop.run(inboxes->claim(viewer, by, 10, lease, 20s));
  ASSERT_TRUE(result && *result);
  EXPECT_EQ(ids_of(**result), Ids{id});
  EXPECT_LT(std::chrono::steady_clock::now() - before, 1800ms);
}

TEST_F(InboxesTest, StoppingEndsLongPolls) {
  auto poll = loop.start(inboxes->claim(viewer, by, 10, lease, 60s));
  for (int i = 0; i < 100; ++i) loop.poll();
  inboxes->stop();
  const auto result = loop.finish(std::move(poll));
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->has_value());
}

// What happens to a claim and an acknowledgement when the database goes away under them.
class Away : public InboxesTest {
 protected:
  static bool is_refused(auto run) {
    try {
      const auto result = run();
      return !result && result.error().type == ProblemType::store_unavailable;
    } catch (const postgres::Unavailable&) {
      return true;
    } catch (const postgres::DatabaseError& error) {
      return error.is_unavailable();
    }
  }
  void await_database() {
    bool is_back = false;
    for (int tries = 0; tries < 5000 && !is_back; ++tries) is_back = !is_refused([&] { return try_claim(0); });
    ASSERT_TRUE(is_back);
    is_back = false;
    for (int tries = 0; tries < 5000 && !is_back; ++tries) {
      is_back = node.write(support::auditing("318", "x")).has_value();
    }
  }
};

TEST_F(Away, AClaimIsRefusedAndHoldsNothingBack) {
  const std::string id = send();
  claim(1, at_once);
  support::private_cluster().stop();
  EXPECT_TRUE(is_refused([&] { return try_claim(10); }));
  support::private_cluster().start();
  await_database();
  EXPECT_EQ(ids_of(claim(10)), Ids{id});
}

// Claimed, and then the answer could not be read: the caller got nothing, so the lease is nobody's.
TEST_F(Away, AClaimThatFailsHalfWayHoldsNothingBack) {
  const std::string id = send();
  for (const int steps : {1, 3, 5, 8, 12, 20}) {
    auto task = loop.start(inboxes->claim(viewer, by, 10, lease, at_once));
    for (int i = 0; i < steps && !task.is_done(); ++i) loop.step();
    support::private_cluster().crash();
    std::optional<Claim> given;
    const bool refused = is_refused([&] {
      auto result = loop.finish(std::move(task));
      if (result && *result) given = **result;
      return result;
    });
    support::private_cluster().start();
    await_database();
    // So many steps are enough for all of it: nothing fails half-way any more.
    if (given) return;
    EXPECT_TRUE(refused);
    const Claim next = claim(10, at_once);
    ASSERT_EQ(ids_of(next), Ids{id}) << "after " << steps << " steps";
  }
}

TEST_F(Away, AnAcknowledgementThatIsRefusedCanBeRepeated) {
  const std::string id = send();
  const Claim one = claim(1);
  support::private_cluster().stop();
  EXPECT_TRUE(is_refused([&] { return acknowledge(one); }));
  support::private_cluster().start();
  await_database();
  EXPECT_TRUE(acknowledge(one));
  EXPECT_TRUE(claim(10).envelopes.empty());
}

// One row the database won't take, in the claim itself.
TEST_F(InboxesTest, AClaimThatThrowsHoldsNothingBack) {
  const std::string id = send();
  database.ask("alter table receipt add constraint nobody check (recipient <> '318') not valid");
  EXPECT_THROW(try_claim(10), postgres::DatabaseError);
  database.ask("alter table receipt drop constraint nobody");
  EXPECT_EQ(ids_of(claim(10)), Ids{id});
}

}  // namespace
}  // namespace broker::delivery
