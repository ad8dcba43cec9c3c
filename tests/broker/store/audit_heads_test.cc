// Heads of the log that were signed and kept: one a size, shown to everybody, and what the log has to continue.
#include "broker/store/audit_heads.h"

#include <gtest/gtest.h>

#include "tests/support/store_node.h"

namespace broker::store {
namespace {

struct AuditHeadsTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};

  void grow(int entries) {
    for (int i = 0; i < entries; ++i) ASSERT_TRUE(node.write(support::auditing("314", "subject")));
  }
  audit::SignedHead sign() {
    return loop.run(sign_log_head(node.pool, Viewer{}, support::signing_key(), node.clock.now()));
  }
  void keep(audit::SignedHead head) { loop.run(keep_head(node.writer_pool, std::move(head))); }
  Listed<audit::SignedHead> list(Page page = {}) {
    return loop.run(list_heads(node.pool, Viewer{"319", "", false}, std::move(page)));
  }
};

TEST_F(AuditHeadsTest, AreOfTheLogAsItStands) {
  EXPECT_EQ(sign().head.size, 0U);
  grow(7);
  const audit::SignedHead head = sign();
  EXPECT_EQ(head.head.size, 7U);
  EXPECT_EQ(head.head.root, database.signed_head().head.root);
}

TEST_F(AuditHeadsTest, AreKeptAsTheyWereSigned) {
  grow(3);
  const audit::SignedHead head = sign();
  keep(head);
  const auto kept = list();
  ASSERT_EQ(kept.items.size(), 1U);
  std::vector<audit::PublicKey> keys;
  keys.push_back(*audit::PublicKey::from_pem(support::signing_key().public_key().pem()));
  EXPECT_TRUE(audit::verify_head(keys, kept.items.front()));
  EXPECT_EQ(database.check_log({kept.items}), std::nullopt);
}

TEST_F(AuditHeadsTest, AreKeptOnceForASize) {
  grow(3);
  const audit::SignedHead first = sign();
  keep(first);
  keep(sign());
  const auto kept = list();
  ASSERT_EQ(kept.items.size(), 1U);
  EXPECT_EQ(kept.items.front().signature, first.signature);
}

TEST_F(AuditHeadsTest, ComePageByPageTheSmallestFirst) {
  for (int i = 0; i < 5; ++i) {
    grow(2);
    keep(sign());
  }
  const auto first = list({"", 3});
  ASSERT_EQ(first.items.size(), 3U);
  EXPECT_EQ(first.next, "6");
  const auto rest = list({first.next, 3});
  ASSERT_EQ(rest.items.size(), 2U);
  EXPECT_EQ(rest.items.back().head.size, 10U);
  EXPECT_EQ(rest.next, "");
}

}  // namespace
}  // namespace broker::store
