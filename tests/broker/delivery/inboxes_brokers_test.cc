// One inbox at several brokers, and at one that was started again.
#include "tests/broker/delivery/inboxes_fixture.h"

namespace broker::delivery {
namespace {

constexpr size_t writer_connections = 4;  // of a node

// A restart used to forget who held what: the message went to a second claimant while the first was at work on it.
TEST_F(InboxesTest, ALeaseOutlivesTheBrokerThatGaveIt) {
  const Ids sent{send(), send()};
  const Claim both = claim(2);
  start();
  EXPECT_TRUE(claim(10).envelopes.empty());
  ASSERT_TRUE(acknowledge(both, {sent[0]}));
  ASSERT_TRUE(acknowledge(both, {sent[0]})) << "a repeat is harmless";
  start();
  ASSERT_TRUE(acknowledge(both, {sent[0]})) << "also by the store's word alone";
  EXPECT_FALSE(acknowledge(claim(1), {sent[1]})) << "nobody else's";
  ASSERT_TRUE(acknowledge(both, {sent[1]}));
  EXPECT_EQ(database.number("select count(*) from receipt where kind = 'acknowledged'"), 2);
}

TEST_F(InboxesTest, ARestartDeliversAgainWhatWasClaimedForATimeThatIsOver) {
  const std::string id = send();
  claim(1, at_once);
  start();
  EXPECT_EQ(ids_of(claim(1, at_once)), Ids{id});
  start();
  const Claim third = claim(1);
  EXPECT_EQ(ids_of(third), Ids{id});
  EXPECT_EQ(database.number("select count(*) from receipt where kind = 'delivered'"), 1);
  EXPECT_EQ(database.number("select max(number) from redelivery"), 3);
  EXPECT_TRUE(acknowledge(third));
}

TEST_F(InboxesTest, TwoBrokersNeverGiveOneMessageToTwoClaimants) {
  support::StoreNode elsewhere(database);
  Inboxes others(elsewhere.timers, elsewhere.store, elsewhere.ids);
  const Ids sent{send(), send(), send()};
  const Claim here = claim(2);
  const auto there = loop.run(others.claim(viewer, by, 10, lease, at_once));
  ASSERT_TRUE(there && *there);
  EXPECT_EQ(ids_of(**there), Ids{sent[2]});
  // Whichever broker the claimant comes to next takes its acknowledgement.
  const auto by = support::officer("318");
  EXPECT_TRUE(loop.run(others.acknowledge(viewer, by, here.lease_id, ids_of(here))));
  EXPECT_TRUE(acknowledge(**there));
  EXPECT_FALSE(loop.run(others.acknowledge({"319", "", false}, by, here.lease_id, {sent[0]}))) << "of another inbox";
  EXPECT_TRUE(claim(10).envelopes.empty());
}

// The second message of a case went out at one broker while the first was held at another.
TEST_F(InboxesTest, GivesNothingOfACaseOfWhichAnotherBrokerHoldsSomethingEarlier) {
  support::StoreNode elsewhere(database);
  Inboxes others(elsewhere.timers, elsewhere.store, elsewhere.ids);
  const Ids sent{send(case_a), send(case_a), send(case_b)};
  const auto there = loop.run(others.claim(viewer, by, 1, lease, at_once));
  ASSERT_TRUE(there && *there);
  EXPECT_EQ(ids_of(**there), Ids{sent[0]});
  EXPECT_EQ(ids_of(claim(10)), Ids{sent[2]});
}

TEST_F(InboxesTest, ManyClaimsAtTwoBrokersAtOnceShareNothing) {
  support::StoreNode elsewhere(database);
  Inboxes others(elsewhere.timers, elsewhere.store, elsewhere.ids);
  node.write(sending("318", "", false, 80));
  std::vector<support::EventLoop::Task<Result<std::optional<Claim>>>> tasks;
  for (int i = 0; i < 8; ++i) {
    tasks.push_back(loop.start(inboxes->claim(viewer, by, 10, lease, at_once)));
    tasks.push_back(loop.start(others.claim(viewer, by, 10, lease, at_once)));
  }
  std::vector<std::string> given;
  for (auto& task : tasks) {
    const auto result = loop.finish(std::move(task));
    ASSERT_TRUE(result);
    if (!*result) continue;
    for (std::string& id : ids_of(**result)) given.push_back(std::move(id));
  }
  EXPECT_EQ(std::set<std::string>(given.begin(), given.end()).size(), given.size());
}

// What this broker commits it need not read again, but what another commits between must not be missed.
TEST_F(InboxesTest, KnowsWhatWasCommittedHereAndFindsWhatWasCommittedElsewhere) {
  node.writer.on_commit([this](const store::Committed& committed) { inboxes->note(committed); });
  support::StoreNode elsewhere(database);
  EXPECT_TRUE(claim(10).envelopes.empty());
  Ids sent;
  for (int i = 0; i < 30; ++i) {
    sent.push_back(send());
    if (i % 7 == 3) {
      ASSERT_TRUE(elsewhere.write(sending("318")));
      sent.push_back(database.text("select id::text from message order by position desc limit 1"));
    }
    if (i % 5 != 4) continue;
    send("", false, "319");
    const Claim some = claim(500);
    EXPECT_EQ(ids_of(some), sent);
    ASSERT_TRUE(acknowledge(some));
    sent.clear();
  }
}

// With ten thousand acknowledged ones before it, the one that waits was looked for among all of them.
TEST_F(InboxesTest, ReadsFromItsCursorOn) {
  node.write(sending("318", "", false, 300));
  ASSERT_TRUE(acknowledge(claim(300)));
  const std::string id = send();
  auto keeping = loop.start(inboxes->keep_cursors());
  EXPECT_EQ(ids_of(claim(1, at_once)), Ids{id});
  while (database.number("select count(*) from inbox_cursor") == 0) loop.step();
  inboxes->stop();
  loop.finish(std::move(keeping));
  EXPECT_EQ(database.number("select position from inbox_cursor where recipient = '318'"), 300);
  start();
  EXPECT_EQ(ids_of(claim(10, at_once)), Ids{id});
  const auto listed = loop.run(store::list_inbox(node.pool, viewer, {"", 50}));
  EXPECT_EQ(listed.items.size(), 1U);
}

// The cursor of what the server before knew stood in the new one, and all up to it was never delivered.
TEST_F(InboxesTest, SavesNoCursorOfAServerThatWasTakenOverFrom) {
  send();
  ASSERT_TRUE(acknowledge(claim(1)));
  std::vector<postgres::Pool::Lease> taken;
  for (size_t i = 0; i < writer_connections; ++i) {
    taken.push_back(loop.run(node.writer_pool.acquire(postgres::deadline_in(10s))));
  }
  auto keeping = loop.start(inboxes->keep_cursors());
  while (node.writer_pool.waiting() == 0) loop.step();
  inboxes->start_over();
  taken.clear();
  while (node.writer_pool.waiting() > 0) loop.step();
  inboxes->stop();
  loop.finish(std::move(keeping));
  EXPECT_EQ(database.number("select count(*) from inbox_cursor"), 0);
}

TEST_F(InboxesTest, DoesNotDeliverWhatWasAcknowledgedAtAnotherBroker) {
  support::StoreNode elsewhere(database);
  Inboxes others(elsewhere.timers, elsewhere.store, elsewhere.ids);
  const Ids sent{send(), send(), send()};
  ASSERT_EQ(claim(10, at_once).envelopes.size(), 3U);  // known here, and free again
  const auto there = loop.run(others.claim(viewer, by, 2, lease, at_once));
  ASSERT_TRUE(there && *there);
  ASSERT_TRUE(loop.run(others.acknowledge(viewer, support::officer("318"), (*there)->lease_id, ids_of(**there))));
  EXPECT_EQ(ids_of(claim(10)), Ids{sent[2]});
  EXPECT_TRUE(claim(10).envelopes.empty());
}

}  // namespace
}  // namespace broker::delivery
