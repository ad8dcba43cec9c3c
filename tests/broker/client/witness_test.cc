// What an authority keeps of the log: it grows slowly, loses nothing that matters, and is never ignored when damaged.
#include "broker/client/witness.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/scratch.h"

namespace broker::client {
namespace {

using namespace std::chrono_literals;
using audit::SignedHead;

struct WitnessTest : testing::Test {
  support::Scratch scratch;
  std::filesystem::path file = scratch.path() / "witness.json";
  audit::SigningKey key = audit::SigningKey::create(scratch.path() / "key.pem");
  base::Time start = *base::parse_time("2026-11-01T08:00:00Z");

  SignedHead head(uint64_t size, std::chrono::hours after) {
    return audit::sign_head(key, {size, audit::leaf_hash(std::to_string(size)), start + after});
  }
  Witness kept() { return read_witness(file); }
  std::vector<uint64_t> sizes() {
    std::vector<uint64_t> all;
    for (const SignedHead& one : kept().heads) all.push_back(one.head.size);
    return all;
  }
};

TEST_F(WitnessTest, IsEmptyWhereThereIsNoFile) {
  EXPECT_TRUE(kept().heads.empty());
  EXPECT_EQ(kept().size(), 0U);
}

TEST_F(WitnessTest, KeepsHeadsThatStillVerify) {
  update_witness(file, {key.public_key().pem(), {}}, {head(10, 0h), head(20, 1h)});
  ASSERT_EQ(kept().heads.size(), 2U);
  std::vector<audit::PublicKey> keys;
  keys.push_back(*audit::PublicKey::from_pem(kept().public_key));
  for (const SignedHead& one : kept().heads) EXPECT_TRUE(audit::verify_head(keys, one));
  EXPECT_EQ(kept().size(), 20U);
}

TEST_F(WitnessTest, KeepsEveryHeadOfAWeekAndTheLastOfEachDayBefore) {
  std::vector<SignedHead> heads;
  for (int hour = 0; hour < 24 * 10; hour += 6)
    heads.push_back(head(static_cast<uint64_t>(hour + 1), std::chrono::hours(hour)));
  update_witness(file, {}, heads);
  const auto all = sizes();
  // 10 days of four a day: two whole days and 18 hours are older than a week before the newest.
  EXPECT_EQ(all.size(), 40U - 11U + 3U);
  EXPECT_EQ(all.back(), 235U);
}

// Two heads of one size are the proof of a fork: neither may push the other out.
TEST_F(WitnessTest, KeepsBothOfTwoThatDiffer) {
  SignedHead other = audit::sign_head(key, {10, audit::leaf_hash("forked"), start});
  update_witness(file, {}, {head(10, 0h), other, head(10, 1h)});
  EXPECT_EQ(sizes(), (std::vector<uint64_t>{10, 10}));
}

TEST_F(WitnessTest, TakesAFileOfOneHead) {
  update_witness(file, {}, {head(10, 0h)});
  Json one = parse_json([&] {
    std::ifstream in(file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }())["heads"][0];
  one["public_key"] = key.public_key().pem();
  std::ofstream(file) << one.dump();
  EXPECT_EQ(sizes(), std::vector<uint64_t>{10});
  EXPECT_EQ(kept().public_key, key.public_key().pem());
}

TEST_F(WitnessTest, RefusesWhatIsNone) {
  for (const char* text : {"", "[]", "{}", R"({"heads":[]})", R"({"heads":[{"size":1}]})", "not json"}) {
    std::ofstream(file) << text;
    EXPECT_THROW(kept(), std::runtime_error) << text;
  }
}

}  // namespace
}  // namespace broker::client
