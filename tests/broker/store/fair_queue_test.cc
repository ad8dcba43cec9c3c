// Whose turn it is, without any clock.
#include "broker/store/fair_queue.h"

#include <gtest/gtest.h>

namespace broker::store {
namespace {

constexpr FairQueue::Bounds roomy{10'000, size_t{1} << 30};
constexpr FairQueue::Batch no_end{10'000, 1'000'000, size_t{1} << 30};

std::shared_ptr<Waiting> one(const std::string& caller, bool is_immediate = false, size_t bytes = 1, size_t rows = 0) {
  auto waiting = std::make_shared<Waiting>();
  waiting->caller = caller;
  waiting->is_immediate = is_immediate;
  waiting->bytes = bytes;
  waiting->rows = rows;
  return waiting;
}

// The callers of a batch in its order, an immediate one with a `!`.
std::string taken(FairQueue& queue, FairQueue::Batch batch = no_end) {
  std::string order;
  for (const auto& waiting : queue.take(batch)) {
    order += (order.empty() ? "" : " ") + waiting->caller + (waiting->is_immediate ? "!" : "");
  }
  return order;
}

}  // namespace

TEST(FairQueue, GivesEachCallerItsTurn) {
  FairQueue queue(roomy);
  for (int i = 0; i < 4; ++i) queue.push(one("a"));
  queue.push(one("b"));
  queue.push(one("c"));
  queue.push(one("b"));
  EXPECT_EQ(taken(queue), "a b c a b a a");
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(taken(queue), "");
}

TEST(FairQueue, GoesOnWithTheNextCallerInTheNextBatch) {
  FairQueue queue(roomy);
  for (const char* caller : {"a", "a", "a", "b", "b", "c"}) queue.push(one(caller));
  const FairQueue::Batch two{2, 100, 100};
  EXPECT_EQ(taken(queue, two), "a b");
  EXPECT_EQ(taken(queue, two), "c a");
  EXPECT_EQ(taken(queue, two), "b a");
}

// What the 99th percentile of an immediate enquiry hangs on: a thousand commands of others before it, and it is in the
// next batch, first.
TEST(FairQueue, PutsImmediateCommandsBeforeABulkOfOthers) {
  FairQueue queue(roomy);
  for (int i = 0; i < 1000; ++i) queue.push(one("bulk"));
  queue.push(one("a", true));
  EXPECT_EQ(taken(queue, {4, 100, 100}), "a! bulk bulk bulk");
}

TEST(FairQueue, LeavesRoomToOthersWhenOneCallsEverythingImmediate) {
  FairQueue queue(roomy);
  for (int i = 0; i < 10; ++i) queue.push(one("a", true));
  queue.push(one("b", true));
  queue.push(one("c"));
  EXPECT_EQ(taken(queue, {6, 100, 100}), "a! b! a! c a! a!");
}

TEST(FairQueue, BoundsABatchByBytesAndRowsButTakesOneAlways) {
  FairQueue queue(roomy);
  queue.push(one("a", false, 500));
  queue.push(one("b", false, 60));
  queue.push(one("c", false, 60));
  EXPECT_EQ(taken(queue, {10, 100, 100}), "a");
  EXPECT_EQ(taken(queue, {10, 100, 100}), "b");
  EXPECT_EQ(taken(queue, {10, 100, 100}), "c");
  queue.push(one("a", false, 1, 90));
  queue.push(one("b", false, 1, 20));
  EXPECT_EQ(taken(queue, {10, 100, 100}), "a");
  EXPECT_EQ(taken(queue, {10, 100, 100}), "b");
}

TEST(FairQueue, HoldsBulkBackFromABatchWithImmediateCommandsButOnce) {
  FairQueue queue(roomy);
  queue.push(one("file", false, 1, FairQueue::bulk_rows + 1));
  queue.push(one("b"));
  queue.push(one("a", true));
  EXPECT_EQ(taken(queue), "a! b");
  queue.push(one("a", true));
  EXPECT_EQ(taken(queue), "a! file");
}

TEST(FairQueue, RefusesMoreThanMayWait) {
  FairQueue queue({4, 1000});
  EXPECT_TRUE(queue.push(one("a")));
  EXPECT_TRUE(queue.push(one("a")));
  EXPECT_FALSE(queue.push(one("a"))) << "half of it is for others";
  EXPECT_TRUE(queue.push(one("b")));
  EXPECT_TRUE(queue.push(one("")));
  EXPECT_FALSE(queue.push(one("c")));
  EXPECT_EQ(queue.size(), 4U);
  EXPECT_EQ(taken(queue), "a b  a");
  EXPECT_TRUE(queue.push(one("a"))) << "what was taken waits no more";
}

TEST(FairQueue, RefusesMoreBytesThanMayWait) {
  FairQueue queue({100, 1000});
  EXPECT_TRUE(queue.push(one("a", false, 5000))) << "the first one fits, however large";
  EXPECT_FALSE(queue.push(one("b", false, 1)));
  queue.take(no_end);
  EXPECT_EQ(queue.bytes(), 0U);
  EXPECT_TRUE(queue.push(one("a", false, 400)));
  EXPECT_FALSE(queue.push(one("a", false, 200)));
  EXPECT_TRUE(queue.push(one("b", false, 400)));
}

}  // namespace broker::store
