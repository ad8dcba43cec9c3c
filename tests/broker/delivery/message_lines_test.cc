// What is delivered next, without a store and without a clock.
#include "broker/delivery/message_lines.h"

#include <gtest/gtest.h>

namespace broker::delivery {
namespace {

using namespace std::chrono_literals;
using Positions = std::vector<int64_t>;

constexpr MessageLines::Instant start{1'000s};

struct MessageLinesTest : testing::Test {
  MessageLines lines;

  void add(int64_t position, const std::string& case_id = "", bool is_immediate = false) {
    lines.add({position, id(position), case_id, is_immediate}, nullptr);
  }
  static std::string id(int64_t position) { return "m" + std::to_string(position); }
  Positions lease(size_t max, const std::string& lease_id, MessageLines::Instant until = start + 60s) {
    Positions positions;
    for (const auto& one : lines.lease(max, lease_id, until)) positions.push_back(one.position);
    return positions;
  }
};

}  // namespace

TEST_F(MessageLinesTest, GivesMessagesInTheirOrderAndEachOnce) {
  for (int64_t i = 1; i <= 4; ++i) add(i);
  add(2);
  EXPECT_EQ(lease(2, "a"), (Positions{1, 2}));
  EXPECT_EQ(lease(9, "b"), (Positions{3, 4}));
  EXPECT_EQ(lease(9, "c"), Positions{});
}

TEST_F(MessageLinesTest, HoldsACaseBackWhileAnythingOfItIsWithSomebody) {
  for (int64_t i = 1; i <= 3; ++i) add(i, "case");
  add(4, "other");
  EXPECT_EQ(lease(2, "a"), (Positions{1, 2}));
  EXPECT_EQ(lease(9, "b"), Positions{4});
  lines.remove(id(1));
  EXPECT_EQ(lease(9, "c"), Positions{});
  lines.remove(id(2));
  EXPECT_EQ(lease(9, "d"), Positions{3});
}

TEST_F(MessageLinesTest, TakesAcknowledgementsInAnyOrder) {
  for (int64_t i = 1; i <= 3; ++i) add(i, "case");
  EXPECT_EQ(lease(3, "a"), (Positions{1, 2, 3}));
  lines.remove(id(3));
  lines.remove(id(1));
  EXPECT_EQ(lines.first_position(), 2);
  lines.end_leases(start + 60s);
  EXPECT_EQ(lease(9, "b"), Positions{2});
  EXPECT_FALSE(lines.is_leased(id(2), "a"));
  EXPECT_TRUE(lines.is_leased(id(2), "b"));
}

TEST_F(MessageLinesTest, LetsImmediateOnesOvertakeOtherCasesAlone) {
  add(1, "a");
  add(2, "a", true);
  add(3, "b");
  add(4, "b");
  add(5, "c", true);
  add(6, "", true);
  EXPECT_EQ(lease(9, "x"), (Positions{5, 6, 1, 2, 3, 4}));
}

TEST_F(MessageLinesTest, DeliversAgainWhenTheLeaseHasRunOutAndNotBefore) {
  add(1, "case");
  add(2, "case");
  EXPECT_EQ(lease(1, "a", start + 10s), Positions{1});
  EXPECT_EQ(lines.next_change(), start + 10s);
  lines.end_leases(start + 9s);
  EXPECT_EQ(lease(9, "b"), Positions{});
  lines.end_leases(start + 10s);
  EXPECT_EQ(lease(9, "b"), (Positions{1, 2}));
}

TEST_F(MessageLinesTest, PausesLongerEachTimeAMessageIsGivenBack) {
  add(1);
  MessageLines::Instant now = start;
  std::vector<int64_t> pauses;
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(lease(1, "a" + std::to_string(i), now + 3600s), Positions{1});
    lines.give_back(id(1), now);
    const auto next = lines.next_change();
    pauses.push_back(next ? std::chrono::round<std::chrono::seconds>(*next - now).count() : 0);
    if (next) {
      EXPECT_EQ(lease(1, "early", now), Positions{});
      lines.end_leases(*next - 1ns);
      EXPECT_EQ(lease(1, "early", now), Positions{});
      now = *next;
      lines.end_leases(now);
    }
  }
  EXPECT_EQ(pauses, (std::vector<int64_t>{0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256}));
}

TEST_F(MessageLinesTest, AGivenBackMessageKeepsItsPlaceInTheLine) {
  for (int64_t i = 1; i <= 3; ++i) add(i, "case");
  EXPECT_EQ(lease(1, "a"), Positions{1});
  lines.give_back(id(1), start);
  EXPECT_EQ(lease(9, "b"), (Positions{1, 2, 3}));
  lines.give_back(id(1), start);  // pauses, and the two behind it are still with somebody
  lines.remove(id(2));
  lines.remove(id(3));
  EXPECT_EQ(lease(9, "c"), Positions{});
  lines.end_leases(start + 1s);
  EXPECT_EQ(lease(9, "d"), Positions{1});
}

TEST_F(MessageLinesTest, HoldsBackWhatSomebodyElseHas) {
  add(1, "case");
  add(2, "case");
  add(3);
  EXPECT_EQ(lease(1, "a"), Positions{1});
  lines.hold_back(id(1), start + 5s);
  EXPECT_EQ(lease(9, "b"), Positions{3});
  lines.end_leases(start + 5s);
  EXPECT_EQ(lease(9, "c"), (Positions{1, 2}));
}

TEST_F(MessageLinesTest, ReleasesAWholeLeaseAtOnce) {
  add(1, "case");
  add(2, "case");
  EXPECT_EQ(lease(9, "a"), (Positions{1, 2}));
  lines.release("a");
  lines.release("nobody's");
  EXPECT_EQ(lines.next_change(), std::nullopt);
  EXPECT_EQ(lease(9, "b"), (Positions{1, 2}));
}

TEST_F(MessageLinesTest, StaysQuickWithTenThousandWaiting) {
  for (int64_t i = 1; i <= 10'000; ++i) add(i, "case" + std::to_string(i % 5'000), i % 9 == 0);
  std::map<std::string, int64_t> last;
  size_t given = 0;
  while (true) {
    const auto taken = lines.lease(100, "l" + std::to_string(given), start + 60s);
    if (taken.empty()) break;
    given += taken.size();
    for (const auto& one : taken) {
      int64_t& before = last["case" + std::to_string(one.position % 5'000)];
      EXPECT_LT(before, one.position);
      before = one.position;
      lines.remove(one.id);
    }
  }
  EXPECT_EQ(given, 10'000U);
  EXPECT_EQ(lines.size(), 0U);
}

}  // namespace broker::delivery
