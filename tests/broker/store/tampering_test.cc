// Somebody with every right in the database changes the log: whoever holds an old signed head finds out, and where.
#include <gtest/gtest.h>

#include "tests/support/store_node.h"

namespace broker::store {
namespace {

using audit::Fault;
using audit::Finding;

constexpr int entries = 40;

struct TamperingTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};
  std::vector<audit::SignedHead> heads;

  TamperingTest() {
    for (int i = 0; i < entries; ++i) {
      EXPECT_TRUE(node.write(support::auditing("314", "subject-" + std::to_string(i))));
      if ((i + 1) % 10 == 0) heads.push_back(database.signed_head());
    }
  }
  std::optional<Finding> check() { return database.check_log(heads); }
  // All hashes made anew, as a forger who knows the software would.
  void rehash() {
    audit::CompactTree tree;
    database.ask("delete from audit_node");
    for (const std::string& entry : database.column("select entry from audit_entry order by position")) {
      for (const audit::Node& node_made : tree.append(audit::leaf_hash(entry))) {
        std::string hex;
        for (const uint8_t byte : node_made.hash)
          hex += "0123456789abcdef"[byte >> 4], hex += "0123456789abcdef"[byte & 15];
        database.ask("insert into audit_node values (" + std::to_string(node_made.id.level) + ", " +
                     std::to_string(node_made.id.index) + ", '\\x" + hex + "')");
      }
    }
  }
};

TEST_F(TamperingTest, FindsNothingInAnHonestLogAndInWhatContinuesIt) {
  EXPECT_EQ(check(), std::nullopt);
  ASSERT_TRUE(node.write(support::auditing("318", "more")));
  EXPECT_EQ(check(), std::nullopt);
}

TEST_F(TamperingTest, NamesTheEntryThatWasChanged) {
  database.ask("update audit_entry set entry = replace(entry, 'subject-17', 'subject-71') where position = 17");
  EXPECT_EQ(check(), (Finding{Fault::entry_changed, 17, 17}));
}

TEST_F(TamperingTest, NamesTheEntryThatWasDeleted) {
  database.ask("delete from audit_entry where position = 5");
  EXPECT_EQ(check(), (Finding{Fault::entry_changed, 5, 5}));
}

TEST_F(TamperingTest, NamesTheEntryThatWasDeletedAndTheGapClosed) {
  database.ask("delete from audit_entry where position = 5");
  database.ask("update audit_entry set position = position - 1000 where position > 5");
  database.ask("update audit_entry set position = position + 999 where position < 0");
  EXPECT_EQ(check(), (Finding{Fault::entry_changed, 5, 5}));
}

TEST_F(TamperingTest, NamesTheEntryThatWasInserted) {
  database.ask("update audit_entry set position = position + 1000 where position >= 23");
  database.ask("update audit_entry set position = position - 999 where position >= 1000");
  database.ask("insert into audit_entry values (23, '314', '{}')");
  EXPECT_EQ(check(), (Finding{Fault::entry_changed, 23, 23}));
}

TEST_F(TamperingTest, NamesTheFirstOfTwoThatChangedPlaces) {
  database.ask(
      "update audit_entry a set entry = b.entry from audit_entry b "
      "where (a.position, b.position) in ((8, 30), (30, 8))");
  EXPECT_EQ(check(), (Finding{Fault::entry_changed, 8, 8}));
}

TEST_F(TamperingTest, NamesTheNodeThatWasChanged) {
  database.ask("update audit_node set hash = sha256(hash) where level = 2 and index = 3");
  EXPECT_EQ(check(), (Finding{Fault::tree_changed, 12, 15}));
}

TEST_F(TamperingTest, SaysWhatWasCutOff) {
  database.ask("delete from audit_entry where position >= 33");
  database.ask("delete from audit_node where (index + 1) << level > 33");
  EXPECT_EQ(check(), (Finding{Fault::log_truncated, 33, 39}));
}

TEST_F(TamperingTest, SaysThatAnEmptiedLogWasCutOff) {
  database.ask("truncate audit_entry, audit_node");
  EXPECT_EQ(check(), (Finding{Fault::log_truncated, 0, 39}));
}

TEST_F(TamperingTest, NamesTheSpanInWhichARehashedLogWasRewritten) {
  database.ask("update audit_entry set entry = '{}' where position = 25");
  rehash();
  EXPECT_EQ(check(), (Finding{Fault::log_rewritten, 20, 29}));
}

// A log that was cut off and written on agrees with itself again; only the head from before tells.
TEST_F(TamperingTest, FindsACutThatWasWrittenOver) {
  database.ask("delete from audit_entry where position >= 33");
  database.ask("delete from audit_node where (index + 1) << level > 33");
  support::StoreNode fresh(database);
  for (int i = 33; i < entries; ++i) ASSERT_TRUE(fresh.write(support::auditing("314", "forged")));
  EXPECT_EQ(database.check_log({}), std::nullopt);
  EXPECT_EQ(check(), (Finding{Fault::log_rewritten, 30, 39}));
}

// Whoever runs the broker shows one log to one authority and another log to the other: their heads, side by side, tell.
TEST_F(TamperingTest, FindsTwoLogsThatWereSignedForOne) {
  ASSERT_TRUE(node.write(support::auditing("314", "shown to 314")));
  heads.push_back(database.signed_head());
  database.ask("delete from audit_entry where position >= 40");
  database.ask("delete from audit_node where (index + 1) << level > 40");
  support::StoreNode forked(database);
  ASSERT_TRUE(forked.write(support::auditing("314", "shown to 319")));
  heads.push_back(database.signed_head());
  EXPECT_EQ(check(), (Finding{Fault::log_forked, 40, 40}));
}

}  // namespace
}  // namespace broker::store
