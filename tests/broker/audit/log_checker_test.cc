#include "broker/audit/log_checker.h"

#include <gtest/gtest.h>

#include "tests/broker/audit/slow_tree.h"
#include "tests/certs/test_authority.h"

namespace broker::audit {
namespace {

// An honest log of 30 entries with signed heads at 10, 20 and 30, and what a checker says of another that claims to be
// it.
struct LogCheckerTest : testing::Test {
  certs::TemporaryDirectory directory;
  SigningKey key = SigningKey::create(directory / "key.pem");
  std::vector<SignedHead> heads;

  LogCheckerTest() {
    MemoryLog log;
    for (const auto& entry : some_entries(30)) {
      log.add(entry);
      if (log.entries.size() % 10 == 0)
        heads.push_back(sign_head(key, {log.tree.size(), log.tree.root(), base::Time{}}));
    }
    std::swap(heads[0], heads[2]);
  }

  std::optional<Finding> check(const MemoryLog& log) const {
    std::vector<PublicKey> keys;
    keys.push_back(*PublicKey::from_pem(key.public_key().pem()));
    LogChecker checker(heads, std::move(keys));
    for (size_t i = 0; i < log.entries.size(); ++i)
      if (auto finding = checker.add(log.entries[i], log.stored[i])) return finding;
    return checker.finish();
  }
  // With all hashes made anew, as a forger who knows the software would.
  std::optional<Finding> check_rehashed(const std::vector<std::string>& entries) const {
    return check(MemoryLog(entries));
  }
};

}  // namespace

TEST_F(LogCheckerTest, FindsNothingInAnHonestLogOrInWhatContinuesIt) {
  EXPECT_EQ(check(MemoryLog(some_entries(30))), std::nullopt);
  EXPECT_EQ(check(MemoryLog(some_entries(45))), std::nullopt);
}

TEST_F(LogCheckerTest, NamesTheEntryThatWasChangedDeletedInsertedOrMoved) {
  const MemoryLog honest(some_entries(30));
  auto log = honest;
  log.entries[17] += "!";
  EXPECT_EQ(check(log), (Finding{Fault::entry_changed, 17, 17}));

  log = honest;
  log.entries.erase(log.entries.begin() + 5);
  log.stored.erase(log.stored.begin() + 5);
  EXPECT_EQ(check(log), (Finding{Fault::entry_changed, 5, 5}));

  log = honest;
  log.entries.insert(log.entries.begin() + 5, "inserted");
  log.stored.insert(log.stored.begin() + 5, log.stored[4]);
  EXPECT_EQ(check(log), (Finding{Fault::entry_changed, 5, 5}));

  log = honest;
  std::swap(log.entries[8], log.entries[9]);
  EXPECT_EQ(check(log), (Finding{Fault::entry_changed, 8, 8}));
}

TEST_F(LogCheckerTest, NarrowsItDownWhenTheHashOfTheEntryWasChangedToo) {
  MemoryLog log(some_entries(30));
  log.entries[16] += "!";
  log.stored[16][0].hash = leaf_hash(log.entries[16]);
  EXPECT_EQ(check(log), (Finding{Fault::tree_changed, 16, 17}));

  log = MemoryLog(some_entries(30));
  log.stored[15].pop_back();
  EXPECT_EQ(check(log), (Finding{Fault::tree_changed, 0, 15}));
}

TEST_F(LogCheckerTest, FindsARewrittenLogBetweenTheHeadsThatWereKeptOutside) {
  auto entries = some_entries(30);
  entries[14] = "changed";
  EXPECT_EQ(check_rehashed(entries), (Finding{Fault::log_rewritten, 10, 19}));

  entries = some_entries(30);
  std::swap(entries[2], entries[3]);
  EXPECT_EQ(check_rehashed(entries), (Finding{Fault::log_rewritten, 0, 9}));

  entries = some_entries(30);
  entries.erase(entries.begin() + 25);
  entries.push_back("one more");
  EXPECT_EQ(check_rehashed(entries), (Finding{Fault::log_rewritten, 20, 29}));
}

TEST_F(LogCheckerTest, FindsATruncatedLog) {
  EXPECT_EQ(check_rehashed(some_entries(29)), (Finding{Fault::log_truncated, 29, 29}));
  EXPECT_EQ(check_rehashed(some_entries(20)), (Finding{Fault::log_truncated, 20, 29}));
  EXPECT_EQ(check_rehashed({}), (Finding{Fault::log_truncated, 0, 29}));
}

TEST_F(LogCheckerTest, FindsTwoHeadsOfOneSizeThatContradictEachOther) {
  heads.push_back(sign_head(key, {20, leaf_hash("forked"), base::Time{}}));
  EXPECT_EQ(check_rehashed(some_entries(30)), (Finding{Fault::log_forked, 19, 19}));
}

TEST_F(LogCheckerTest, FindsAHeadThatNobodySigned) {
  heads[1].signature[10] = static_cast<char>(heads[1].signature[10] ^ 1);
  EXPECT_EQ(check_rehashed(some_entries(30)), (Finding{Fault::head_not_signed, 0, 0}));
}

TEST(Finding, SaysWhereInASentence) {
  EXPECT_EQ(sentence_of({Fault::entry_changed, 17, 17}), "entry 17 was changed, inserted, removed or moved");
  EXPECT_EQ(sentence_of({Fault::log_rewritten, 10, 19}),
            "the log was rewritten; the first bad entry is an entry from 10 to 19");
  EXPECT_EQ(sentence_of({Fault::log_truncated, 29, 29}), "the log was cut off: it lacks all from entry 29");
}

}  // namespace broker::audit
