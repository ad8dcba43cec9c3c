// Many search while one writes. Built with the thread sanitizer this also says that no read races with a write.
#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "matcher/epochs.h"
#include "matcher/posting_table.h"
#include "tests/matcher/town.h"

namespace matcher {
namespace {

using testing::invented_children;

TEST(Epochs, FreesNothingThatAReaderMaySee) {
  Epochs epochs;
  const uint64_t before = epochs.now();
  Waiting<int> waiting;
  {
    const Epochs::Reading reading = epochs.read();
    waiting.add(epochs.now(), 1);
    EXPECT_EQ(epochs.advance(), before);
    const Epochs::Reading later = epochs.read();
    EXPECT_FALSE(waiting.has_ready(epochs.advance()));
  }
  EXPECT_TRUE(waiting.has_ready(epochs.advance()));
}

TEST(Epochs, TakeMoreReadersThanTheyHavePlaces) {
  Epochs epochs;
  std::atomic<size_t> reads = 0;
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 200; ++i) {
      readers.emplace_back([&] {
        for (int j = 0; j < 20; ++j) {
          const Epochs::Reading reading = epochs.read();
          ++reads;
        }
      });
    }
  }
  EXPECT_EQ(reads, 4000U);
}

// A list that one is walking stays as it was, whatever is filed and taken away meanwhile.
TEST(PostingTable, AListInSightStaysAsItIs) {
  Epochs epochs;
  PostingTable table(epochs);
  for (Slot slot = 0; slot < 12; ++slot) table.insert(5, slot);
  const Epochs::Reading reading = epochs.read();
  Slot one = 0;
  const auto seen = table.find(5, one);
  const std::vector<Slot> before(seen.begin(), seen.end());
  for (Slot slot = 0; slot < 12; ++slot) {
    table.erase(5, slot);
    epochs.advance();
  }
  for (Slot slot = 100; slot < 3000; ++slot) {
    table.insert(slot % 40, slot);
    epochs.advance();
  }
  EXPECT_EQ(std::vector<Slot>(seen.begin(), seen.end()), before);
}

class Readers : public ::testing::Test {
 protected:
  static constexpr size_t children_held = 1200;
  static constexpr size_t rounds = 2500;

  const std::vector<PupilRecord> steady_ = invented_children(children_held, 1);
  const std::vector<PupilRecord> coming_ = invented_children(children_held, 2);
};

// Children who are held all the time are found all the time, also those whose record is replaced over and over; and
// nobody is found who was never there.
TEST_F(Readers, FindWhatIsHeldWhileOneWriterChangesTheRest) {
  Index index;
  for (size_t i = 0; i < children_held; ++i) index.insert(i, 315, 0, steady_[i]);
  std::atomic<bool> is_done = false;
  std::atomic<size_t> missed = 0;
  std::atomic<size_t> strangers = 0;
  std::atomic<size_t> searches = 0;
  {
    std::vector<std::jthread> readers;
    for (size_t reader = 0; reader < 3; ++reader) {
      readers.emplace_back([&, reader] {
        for (size_t i = reader; !is_done || i < reader + 300; i += 3) {
          const size_t key = i % children_held;
          // Without what protects a restricted record, so that each is looked for.
          const auto found = index.search(steady_[key], {.top = 10, .protect_restricted = false});
          const auto is_child = [&](const Candidate& candidate) { return candidate.key == key; };
          if (std::ranges::none_of(found, is_child)) ++missed;
          for (const Candidate& candidate : found)
            strangers += candidate.key < children_held || (candidate.key >= 10'000 && candidate.key < 20'000) ? 0 : 1;
          if (i % 5 == 0) index.compare(coming_[key], key);
          if (i % 7 == 0) index.search_held(10'000 + key);
          ++searches;
        }
      });
    }
    for (size_t round = 0; round < rounds; ++round) {
      const size_t key = round % children_held;
      index.insert(10'000 + key, 318, 1, coming_[key]);
      if (round % 3 == 0) index.erase(10'000 + round / 2 % children_held);
      if (round % 4 == 0) index.insert(key, 315, 0, steady_[key]);
      if (round % 500 == 0) index.set_model(index.model());
    }
    is_done = true;
  }
  EXPECT_EQ(missed, 0U) << "of " << searches;
  EXPECT_EQ(strangers, 0U);

  // What is left is all found, and nothing else is.
  const auto expect_found = [&](const PupilRecord& query, uint64_t key) {
    const auto found = index.search(query, {.top = 10, .protect_restricted = false});
    EXPECT_TRUE(std::ranges::any_of(found, [&](const Candidate& candidate) { return candidate.key == key; })) << key;
    for (const Candidate& candidate : found) EXPECT_TRUE(index.holds(candidate.key)) << candidate.key;
  };
  size_t held = children_held;
  for (size_t i = 0; i < children_held; ++i) {
    if (i % 5 == 0) expect_found(steady_[i], i);
    if (!index.holds(10'000 + i)) continue;
    ++held;
    if (i % 5 == 1) expect_found(coming_[i], 10'000 + i);
  }
  EXPECT_EQ(index.size(), held);
}

TEST_F(Readers, SearchDuringABulkLoad) {
  Index index;
  std::vector<Entry> first;
  for (size_t i = 0; i < children_held; ++i) first.push_back({i, 315, 0, &steady_[i]});
  index.insert_all(first, 1);
  std::atomic<bool> is_done = false;
  std::atomic<size_t> missed = 0;
  const auto more = invented_children(9000, 3);
  std::vector<Entry> entries;
  for (size_t i = 0; i < more.size(); ++i) entries.push_back({10'000 + i % 8000, 318, 1, &more[i]});
  {
    std::jthread reader([&] {
      for (size_t i = 0; !is_done; ++i) {
        const size_t key = i % children_held;
        const auto found = index.search(steady_[key], {.top = 10, .protect_restricted = false});
        const auto is_child = [&](const Candidate& candidate) { return candidate.key == key; };
        if (std::ranges::none_of(found, is_child)) ++missed;
      }
    });
    for (size_t at = 0; at < entries.size(); at += 3000) index.insert_all(std::span(entries).subspan(at, 3000), 2);
    is_done = true;
  }
  EXPECT_EQ(missed, 0U);
  EXPECT_EQ(index.size(), children_held + 8000);
}

}  // namespace
}  // namespace matcher
