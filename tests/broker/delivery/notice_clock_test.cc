// A notice ends by itself: met, or with a message to its sender, once; two brokers on one database.
#include "broker/delivery/notice_clock.h"

#include <gtest/gtest.h>

#include "broker/store/notices.h"
#include "tests/support/store_node.h"

namespace broker::delivery {
namespace {

using std::chrono::days;

struct Node {
  Node(support::StoreDatabase& database, const base::Clock& clock)
      : store(database, clock),
        scheduler(store.loop.executor(), store.writer_pool, clock, store.metrics),
        notices(scheduler, store.writer_pool, store.writer) {}
  support::StoreNode store;
  Scheduler scheduler;
  NoticeClock notices;
};

struct NoticeClockTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  base::ManualClock clock{base::parse_time("2026-11-13T09:30:00Z").value()};
  Node first{database, clock};
  Node second{database, clock};
  std::string id;
  std::vector<int64_t> expected;  // keys

  // Two children, expected in 319 until the 20th.
  NoticeClockTest() {
    store::Write write;
    write.decide = [this](store::World& world) -> base::Result<store::Answer> {
      message::Notice notice;
      notice.id = world.next_id();
      notice.sender = "314";
      notice.recipient = "319";
      notice.children = {support::child(1), support::child(2)};
      notice.expected_until = base::parse_date("2026-11-20");
      notice.time = world.now();
      world.write(store::insert_notice(notice));
      for (const auto& child : notice.children) {
        store::HeldRecord held;
        held.side = {.authority = "314", .kind = domain::RecordKind::expected, .upload_id = notice.id};
        held.digest = store::digest_of_expected("314", child);
        held.pupil = child;
        expected.push_back(world.hold(std::move(held)));
      }
      world.set_deadline({{"notice", notice.id}, "", end_of_notice(*notice.expected_until), ""});
      id = notice.id;
      return store::Answer{};
    };
    first.store.write(std::move(write));
  }

  // An arrival of 319 is found for one of them.
  void find(int64_t key, int number, domain::MatchStatus status = domain::MatchStatus::pending) {
    const auto held = first.store.write(support::holding("319", domain::RecordKind::arrival, support::child(number)));
    store::Write write;
    write.decide = [key, status, arrival = std::stoll(held->body)](store::World& world) -> base::Result<store::Answer> {
      domain::Match match;
      match.id = world.next_id();
      match.status = status;
      match.seeker = {.authority = "314", .kind = domain::RecordKind::expected, .record_key = key};
      match.holder = {.authority = "319", .kind = domain::RecordKind::arrival, .record_key = arrival};
      world.put_match(std::move(match));
      return store::Answer{};
    };
    ASSERT_TRUE(first.store.write(std::move(write)));
  }
  void let_both_act() {
    size_t taken = 1;
    while (taken > 0) {
      auto one = loop.start(first.scheduler.act_once());
      auto other = loop.start(second.scheduler.act_once());
      taken = loop.finish(std::move(one));
      taken += loop.finish(std::move(other));
    }
  }
  std::string status() { return database.text("select status from notice"); }
  std::string told() {
    return database.text(
        "select coalesce(string_agg(recipient || ' ' || (body::json->'data'->>'not_met'), ';'), 'nobody') from message "
        "where type = 'notice.expired'");
  }
};

}  // namespace

TEST_F(NoticeClockTest, TellsItsSenderOnceWhoDidNotArrive) {
  find(expected.at(0), 1);
  clock.advance(days(7));  // the last day itself
  let_both_act();
  EXPECT_EQ(status(), "expected");
  clock.advance(days(1));
  let_both_act();
  EXPECT_EQ(status(), "expired");
  EXPECT_EQ(told(), "314 [2]");
  clock.advance(days(60));
  let_both_act();
  EXPECT_EQ(told(), "314 [2]");
  EXPECT_EQ(database.number("select count(*) from deadline where kind = 'notice'"), 0);
  EXPECT_EQ(database.number("select count(*) from pupil_record_change"), 0) << "a child that comes late is found";
  EXPECT_EQ(database.check_log({}), std::nullopt);
}

TEST_F(NoticeClockTest, EndsQuietlyWhenEverybodyHasArrived) {
  find(expected.at(0), 1);
  find(expected.at(1), 2, domain::MatchStatus::accepted);
  clock.advance(days(8));
  let_both_act();
  EXPECT_EQ(status(), "met");
  EXPECT_EQ(told(), "nobody");
}

TEST_F(NoticeClockTest, TakesARejectedArrivalForNone) {
  find(expected.at(0), 1, domain::MatchStatus::rejected);
  clock.advance(days(30));
  let_both_act();
  EXPECT_EQ(told(), "314 [1,2]");
}

}  // namespace broker::delivery
