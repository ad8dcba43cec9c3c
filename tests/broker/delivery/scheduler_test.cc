// Deadlines over weeks in milliseconds: two brokers on one database, with a clock that the test moves.
#include "broker/delivery/scheduler.h"

#include <gtest/gtest.h>

#include "broker/delivery/clocks.h"
#include "broker/store/schema.h"
#include "tests/support/store_node.h"

namespace broker::delivery {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using support::officer;

struct Node {
  Node(support::StoreDatabase& database, const base::Clock& clock)
      : store(database, clock),
        scheduler(store.loop.executor(), store.writer_pool, clock, store.metrics),
        clocks(scheduler, store.writer_pool, store.writer, clock) {}
  support::StoreNode store;
  Scheduler scheduler;
  Clocks clocks;
};

// Can't act on the bad one.
boost::asio::awaitable<void> act_on(std::vector<std::string>& done, std::vector<store::DeadlineRow> rows) {
  for (const store::DeadlineRow& row : rows) {
    if (row.key.subject == "bad") throw std::runtime_error("can't");
  }
  for (const store::DeadlineRow& row : rows) done.push_back(row.key.subject);
  co_return;
}

struct SchedulerTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  base::ManualClock clock{base::parse_time("2026-11-13T09:30:00Z").value()};
  Node first{database, clock};
  Node second{database, clock};
  std::string case_id, enquiry_id;

  SchedulerTest() {
    case_id = first.store.write(support::opening("314", support::child(1)))->body;
    domain::SendEnquiries command;
    command.to = {"319"};
    enquiry_id = first.store.write(support::on_case(case_id, officer("314"), command))->body;
  }

  // Both brokers at the same moment, until neither finds anything.
  void let_both_act() {
    size_t taken = 1;
    while (taken > 0) {
      auto one = loop.start(first.scheduler.act_once());
      auto other = loop.start(second.scheduler.act_once());
      taken = loop.finish(std::move(one));
      taken += loop.finish(std::move(other));
    }
  }
  void pass(days time) {
    clock.advance(time);
    let_both_act();
  }
  int64_t events(const std::string& type) {
    return database.number("select count(*) from event where type = '" + type + "'");
  }
  int64_t messages(const std::string& type, const std::string& recipient) {
    return database.number("select count(*) from message where type = '" + type + "' and recipient = '" + recipient +
                           "'");
  }
  std::string deadline_of(const std::string& subject) {
    return database.text("select coalesce(max(due::text), 'none') from deadline where subject = '" + subject + "'");
  }
};

}  // namespace

TEST_F(SchedulerTest, FiresEachDeadlineOnceWithTwoBrokersDayByDay) {
  for (int day = 0; day < 40; ++day) pass(days(1));
  EXPECT_EQ(events("enquiry.reminder"), 5);  // acknowledge, 5, 10, first answer, 15
  EXPECT_EQ(events("enquiry.escalated"), 1);
  for (const char* side : {"314", "319"}) {
    EXPECT_EQ(messages("enquiry.reminder", side), 5) << side;
    EXPECT_EQ(messages("enquiry.escalated", side), 1) << side;
  }
  EXPECT_EQ(deadline_of(enquiry_id), "none");
  EXPECT_EQ(database.check_log({}), std::nullopt);
}

TEST_F(SchedulerTest, CatchesUpAfterALongDowntimeAndNotAgain) {
  pass(days(90));
  EXPECT_EQ(events("enquiry.reminder"), 5);
  EXPECT_EQ(events("enquiry.escalated"), 1);
  pass(days(90));
  EXPECT_EQ(events("enquiry.reminder"), 5);
}

TEST_F(SchedulerTest, ForgetsTheDeadlinesOfAnAnsweredEnquiry) {
  EXPECT_NE(deadline_of(enquiry_id), "none");
  domain::AnswerEnquiry command{enquiry_id, {}};
  first.store.write(support::on_enquiry(enquiry_id, officer("319"), command));
  EXPECT_EQ(deadline_of(enquiry_id), "none");
}

// A broker that was killed between taking a row and acting on it leaves it claimed; another takes it when the claim has
// run out.
TEST_F(SchedulerTest, TakesOverWhatAKilledBrokerLeft) {
  clock.advance(days(6));
  loop.run(store::claim_deadlines(first.store.writer_pool, {"enquiry"}, clock.now(), 100, 10s));
  loop.run(second.scheduler.act_once());
  EXPECT_EQ(events("enquiry.reminder"), 0);
  database.ask("update deadline set claimed_until = now() - interval '1 second'");
  let_both_act();
  EXPECT_EQ(events("enquiry.reminder"), 1);
}

// A clock that is moved would make every date of a real authority wrong.
TEST_F(SchedulerTest, IsNoSandboxUnlessTheServerSaysSo) {
  EXPECT_FALSE(loop.run(store::is_sandbox(*database.connect("waymark_writer"))));
}

TEST_F(SchedulerTest, ReportsAMessageThatNobodyCollectsOnceToItsSender) {
  pass(days(4));
  EXPECT_EQ(events("message.expired"), 0);
  pass(days(2));
  EXPECT_EQ(events("message.expired"), 1);
  EXPECT_EQ(messages("message.expired", "314"), 1);
  EXPECT_EQ(database.number("select count(*) from receipt where kind = 'expired'"), 1);
  pass(days(20));
  // The broker's own news (reminders, this report) are nobody's to be told of.
  EXPECT_EQ(messages("message.expired", "314"), 1);
  EXPECT_EQ(messages("message.expired", "waymark"), 0);
}

TEST_F(SchedulerTest, ReportsNoMessageThatWasAcknowledged) {
  const std::string id = database.text("select id::text from message where recipient = '319'");
  store::Write write;
  write.decide = [id](store::World& world) -> base::Result<store::Answer> {
    world.add_receipt({id, "acknowledged", "319"});
    return store::Answer{};
  };
  ASSERT_TRUE(first.store.write(std::move(write)));
  pass(days(6));
  EXPECT_EQ(events("message.expired"), 0);
}

TEST_F(SchedulerTest, TellsWhoWaitsForAnAuthorityThatHasFallenSilent) {
  let_both_act();
  EXPECT_EQ(messages("authority.unreachable", "314"), 0);
  pass(days(1));
  EXPECT_EQ(messages("authority.unreachable", "314"), 1);
  EXPECT_TRUE(loop.run(store::unreachable(first.store.writer_pool)).contains("319"));
  pass(days(1));
  EXPECT_EQ(messages("authority.unreachable", "314"), 1);
}

TEST_F(SchedulerTest, RowsOfAnActionThatFailsHoldUpNoOthers) {
  const auto now = clock.now();
  store::Write write;
  write.decide = [now](store::World& world) -> base::Result<store::Answer> {
    for (const char* subject : {"bad", "good"}) world.set_deadline({{"test", subject}, "", now, ""});
    return store::Answer{};
  };
  ASSERT_TRUE(first.store.write(std::move(write)));
  std::vector<std::string> done;
  first.scheduler.on("test", [&done](std::vector<store::DeadlineRow> rows) { return act_on(done, std::move(rows)); });
  loop.run(first.scheduler.act_once());
  EXPECT_EQ(done, std::vector<std::string>{"good"});
}

}  // namespace broker::delivery
