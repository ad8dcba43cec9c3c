// What the workers rely on, held against PostgreSQL and against the model alike: a simulation on a model that behaves
// otherwise would prove nothing.
#include <gtest/gtest.h>

#include "tests/simulation/model.h"
#include "tests/support/store_node.h"

namespace simulation {
namespace {

using namespace broker;
using support::sending;
using Keys = std::vector<int64_t>;
using Ids = std::vector<std::string>;

struct OnPostgres {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  support::StoreNode node{database};
  store::Store& store() { return node.store; }
  template <typename T>
  T run(boost::asio::awaitable<T> work) {
    return loop.run(std::move(work));
  }
};

struct OnModel {
  support::EventLoop loop;
  VirtualTime time{loop};
  base::SeededRandom random{1};
  base::IdMaker ids{time.clock(), random};
  Model model;
  ModelStore model_store{model, time, random, ids};
  store::Store& store() { return model_store; }
  template <typename T>
  T run(boost::asio::awaitable<T> work) {
    return time.run(std::move(work));
  }
};

template <typename Kind>
struct StoreContract : testing::Test {
  Kind kind;

  template <typename T>
  T run(boost::asio::awaitable<T> work) {
    return kind.run(std::move(work));
  }
  base::Result<store::Answer> write(store::Write what) { return run(kind.store().submit(std::move(what))); }
  int64_t hold(const std::string& authority, domain::RecordKind record_kind, int child) {
    return std::stoll(write(support::holding(authority, record_kind, support::child(child)))->body);
  }
  std::vector<store::WaitingMessage> waiting(const std::string& recipient, int64_t after = 0, int64_t limit = 100) {
    return run(kind.store().waiting_after({recipient, "", false}, after, limit));
  }
  std::vector<store::MatchTask> claim(int64_t seconds = 60) {
    return run(kind.store().claim_match_tasks(100, seconds));
  }
  void finish(const store::MatchTask& task) {
    store::Write ending;
    ending.decide = [task](store::World& world) -> base::Result<store::Answer> {
      world.finish_match_task(task);
      return store::Answer{};
    };
    ASSERT_TRUE(write(std::move(ending)));
  }
  void receive(const std::string& id, const std::string& receipt) {
    store::Write receiving;
    receiving.needs.receipts.push_back(id);
    receiving.decide = [=](store::World& world) -> base::Result<store::Answer> {
      world.add_receipt({id, receipt, "318"});
      return store::Answer{};
    };
    ASSERT_TRUE(write(std::move(receiving)));
  }
};

using Kinds = testing::Types<OnPostgres, OnModel>;
struct KindNames {
  template <typename Kind>
  static std::string GetName(int) {
    return std::is_same_v<Kind, OnModel> ? "Model" : "Postgres";
  }
};
TYPED_TEST_SUITE(StoreContract, Kinds, KindNames);

TYPED_TEST(StoreContract, AnswersARepeatWithTheFirstAnswer) {
  const auto first = this->write(support::with_key(support::opening("314", support::child(1)), "k"));
  ASSERT_TRUE(first);
  const auto again = this->write(support::with_key(support::opening("314", support::child(1)), "k"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->body, first->body);
  EXPECT_TRUE(again->is_replay);
  const auto other = this->write(support::with_key(support::opening("314", support::child(2)), "k", "{\"b\":1}"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().type, base::ProblemType::idempotency_key_reused);
}

TYPED_TEST(StoreContract, ARefusedWriteLeavesNothing) {
  ASSERT_TRUE(this->write(support::opening("314", support::child(1))));
  const auto second = this->write(support::with_key(support::opening("314", support::child(1)), "k"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().type, base::ProblemType::case_already_open);
  EXPECT_EQ(this->run(this->kind.store().read_feed({}, 100)).records.size(), 1U);
  EXPECT_TRUE(this->write(support::with_key(support::opening("314", support::child(2)), "k")));
}

TYPED_TEST(StoreContract, GivesMessagesInOrderToTheirRecipientAlone) {
  ASSERT_TRUE(this->write(sending("318", "", true)));
  ASSERT_TRUE(this->write(sending("319")));
  ASSERT_TRUE(this->write(sending("318", "00000000-0000-7000-8000-00000000000a", false, 2)));
  const auto all = this->waiting("318");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[0].is_immediate);
  EXPECT_EQ(all[2].case_id, "00000000-0000-7000-8000-00000000000a");
  EXPECT_LT(all[0].position, all[1].position);
  EXPECT_EQ(this->waiting("318", all[0].position).size(), 2U);
  EXPECT_EQ(this->waiting("318", 0, 2).size(), 2U);
  EXPECT_EQ(this->waiting("319").size(), 1U);
  this->receive(all[1].id, "delivered");
  EXPECT_EQ(this->waiting("318").size(), 3U);
  this->receive(all[1].id, "acknowledged");
  EXPECT_EQ(this->waiting("318").size(), 2U);
}

TYPED_TEST(StoreContract, GivesEnvelopesInTheOrderAskedAndOnlyTheRecipients) {
  ASSERT_TRUE(this->write(sending("318", "", false, 2)));
  const auto all = this->waiting("318");
  const Ids backwards{all[1].id, all[0].id};
  const auto envelopes = this->run(this->kind.store().envelopes({"318", "", false}, backwards));
  ASSERT_EQ(envelopes.size(), 2U);
  EXPECT_NE(envelopes[0].find(all[1].id), std::string::npos);
  EXPECT_NE(envelopes[1].find(all[0].id), std::string::npos);
  EXPECT_TRUE(this->run(this->kind.store().envelopes({"319", "", false}, backwards)).empty());
}

TYPED_TEST(StoreContract, AReceiptIsKnownToTheNextDecision) {
  ASSERT_TRUE(this->write(sending("318")));
  const std::string id = this->waiting("318").front().id;
  this->receive(id, "acknowledged");
  bool is_known = false;
  store::Write asking;
  asking.needs.receipts.push_back(id);
  asking.decide = [&](store::World& world) -> base::Result<store::Answer> {
    is_known = world.has_receipt(id, "acknowledged") && !world.has_receipt(id, "delivered");
    return store::Answer{};
  };
  ASSERT_TRUE(this->write(std::move(asking)));
  EXPECT_TRUE(is_known);
}

TYPED_TEST(StoreContract, FeedsRecordsAndChangesAfterTheMarks) {
  const auto opened = this->write(support::opening("314", support::child(1)));
  const int64_t arrival = this->hold("318", domain::RecordKind::arrival, 2);
  store::FeedChunk chunk = this->run(this->kind.store().read_feed({}, 1));
  ASSERT_EQ(chunk.records.size(), 1U);
  EXPECT_TRUE(chunk.has_more);
  EXPECT_EQ(chunk.records[0].side.kind, domain::RecordKind::case_child);
  EXPECT_EQ(chunk.records[0].side.case_id, opened->body);
  EXPECT_TRUE(chunk.records[0].is_held);
  chunk = this->run(this->kind.store().read_feed({chunk.records[0].key, 0}, 100));
  ASSERT_EQ(chunk.records.size(), 1U);
  EXPECT_FALSE(chunk.has_more);
  EXPECT_EQ(chunk.records[0].key, arrival);
  EXPECT_EQ(this->run(this->kind.store().last_change()), 0);
  const auto read = this->run(this->kind.store().read_records(Keys{arrival, 1, arrival, 99}));
  EXPECT_EQ(read.size(), 2U);
}

TYPED_TEST(StoreContract, KnowsItselfAgainByWhatStandsAtTheMarks) {
  const auto mark = [this](store::FeedMarks marks) { return this->run(this->kind.store().mark_at(marks)); };
  const int64_t first = this->hold("318", domain::RecordKind::arrival, 1);
  const std::string at_first = mark({first, 0});
  const std::string ahead = mark({first + 1, 0});
  const int64_t second = this->hold("318", domain::RecordKind::arrival, 2);
  EXPECT_EQ(mark({first, 0}), at_first);
  EXPECT_NE(mark({second, 0}), at_first);
  EXPECT_NE(mark({second, 0}), ahead);
}

TYPED_TEST(StoreContract, ATaskIsClaimedOnceWhileItsLeaseLasts) {
  const int64_t key = this->hold("318", domain::RecordKind::arrival, 1);
  const auto first = this->claim();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].key, key);
  EXPECT_TRUE(this->claim().empty());
  this->finish(first[0]);
  EXPECT_TRUE(this->claim().empty());
}

TYPED_TEST(StoreContract, AClaimThatIsOverEndsNobodyElsesTask) {
  this->hold("318", domain::RecordKind::arrival, 1);
  const auto lost = this->claim(-5);  // over when it begins
  const auto now = this->claim();
  ASSERT_EQ(now.size(), 1U);
  this->finish(lost.at(0));
  store::MatchTask other = now[0];
  other.claimed_until += std::chrono::microseconds(1);
  this->finish(other);
  this->finish(now[0]);
  EXPECT_TRUE(this->claim().empty());
}

TYPED_TEST(StoreContract, APairIsKnownOnceItWasAnnouncedWhicheverComesFirst) {
  const int64_t a = this->hold("314", domain::RecordKind::lost, 1);
  const int64_t b = this->hold("318", domain::RecordKind::arrival, 1);
  const auto is_announced = [&](int64_t x, int64_t y) {
    bool answer = false;
    store::Write asking;
    asking.needs.pairs.emplace_back(x, y);
    asking.decide = [&](store::World& world) -> base::Result<store::Answer> {
      answer = world.is_announced(x, y);
      return store::Answer{};
    };
    EXPECT_TRUE(this->write(std::move(asking)));
    return answer;
  };
  EXPECT_FALSE(is_announced(a, b));
  store::Write announcing;
  announcing.decide = [&](store::World& world) -> base::Result<store::Answer> {
    domain::Match match;
    match.id = world.next_id();
    match.seeker = {.authority = "314", .kind = domain::RecordKind::lost, .record_key = a};
    match.holder = {.authority = "318", .kind = domain::RecordKind::arrival, .record_key = b};
    match.found = world.now();
    world.put_match(match);
    return store::Answer{};
  };
  ASSERT_TRUE(this->write(std::move(announcing)));
  EXPECT_TRUE(is_announced(a, b));
  EXPECT_TRUE(is_announced(b, a));
  EXPECT_FALSE(is_announced(a, b + 1));
}

}  // namespace
}  // namespace simulation
