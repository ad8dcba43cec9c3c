// Term dates are imported while enquiries wait: two brokers on one database, one of which may be killed at any step.
#include "broker/delivery/recount.h"

#include <gtest/gtest.h>

#include "broker/delivery/clocks.h"
#include "broker/store/terms.h"
#include "tests/support/store_node.h"

namespace broker::delivery {
namespace {

using namespace std::chrono_literals;
using support::officer;

const std::string with_a_week_off =
    "academic_year,kind,start,end\n2026/27,term,2026-09-02,2026-12-18\n2026/27,half_term,2026-11-16,2026-11-20\n"
    "2026/27,term,2027-01-04,2027-03-25\n";
const std::string with_two_weeks_off =
    "academic_year,kind,start,end\n2026/27,term,2026-09-02,2026-12-18\n2026/27,half_term,2026-11-16,2026-11-27\n"
    "2026/27,term,2027-01-04,2027-03-25\n";

boost::asio::awaitable<void> nothing() {
  co_return;
}

struct Node {
  Node(support::StoreDatabase& database, const base::Clock& clock)
      : store(database, clock),
        scheduler(store.loop.executor(), store.writer_pool, clock, store.metrics),
        clocks(scheduler, store.writer_pool, store.writer, clock),
        recount(scheduler, store.writer_pool, store.writer, clock, nothing) {}
  support::StoreNode store;
  Scheduler scheduler;
  Clocks clocks;
  Recount recount;
};

struct RecountTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  base::ManualClock clock{base::parse_time("2026-11-13T09:30:00Z").value()};
  Node first{database, clock};
  Node second{database, clock};

  void open_case(int number) {
    const std::string id = first.store.write(support::opening("314", support::child(number)))->body;
    domain::SendEnquiries command;
    command.to = {"319", "318"};
    ASSERT_TRUE(first.store.write(support::on_case(id, officer("314"), command)));
  }
  void import_terms(const std::string& calendar, const std::string& text) {
    store::Write write;
    const base::Time now = clock.now();
    write.decide = [calendar, text, now](store::World& world) -> base::Result<store::Answer> {
      world.write(store::import_terms(calendar, text, "lead", now));
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
  int64_t events(const std::string& type) {
    return database.number("select count(*) from event where type = '" + type + "'");
  }
  int64_t waiting() { return database.number("select count(*) from deadline where kind = 'calendar'"); }
  std::string due_at(const std::string& authority) {
    return database.text("select string_agg(distinct due::text, ' ') from enquiry_state where recipient = '" +
                         authority + "'");
  }
};

}  // namespace

TEST_F(RecountTest, MovesEachEnquiryOnceAndTellsBothSides) {
  for (int number = 1; number <= 3; ++number) open_case(number);
  import_terms("319", with_a_week_off);
  let_both_act();
  EXPECT_EQ(events("enquiry.rescheduled"), 3);
  EXPECT_EQ(events("case.clocks_moved"), 0);
  EXPECT_EQ(due_at("319"), "2026-12-04");
  EXPECT_EQ(due_at("318"), "2026-11-27");
  for (const char* side : {"314", "319"}) {
    EXPECT_EQ(database.number("select count(*) from message where type = 'enquiry.rescheduled' and recipient = '" +
                              std::string(side) + "'"),
              3);
  }
  EXPECT_EQ(waiting(), 1) << "it is counted again when every broker knows the calendar";
  clock.advance(3min);
  let_both_act();
  EXPECT_EQ(waiting(), 0);
  EXPECT_EQ(events("enquiry.rescheduled"), 3);
  EXPECT_EQ(database.check_log({}), std::nullopt);
}

TEST_F(RecountTest, MovesTheRemindersThemselves) {
  open_case(1);
  import_terms("319", with_a_week_off);
  let_both_act();
  clock.advance(std::chrono::days(7));
  let_both_act();
  const std::string of_319 =
      "select count(*) from event e join enquiry_state s on s.id = e.enquiry_id where "
      "e.type = 'enquiry.reminder' and e.body like '%\"reminder\"%' and s.recipient = ";
  EXPECT_EQ(database.number(of_319 + "'319'"), 0);
  EXPECT_EQ(database.number(of_319 + "'318'"), 1);
}

// A broker that still counted by the old calendar has sent an enquiry after the first counting.
TEST_F(RecountTest, MovesWhatABrokerSentThatDidNotKnowYet) {
  import_terms("319", with_a_week_off);
  let_both_act();
  open_case(1);
  EXPECT_EQ(due_at("319"), "2026-11-27");
  clock.advance(3min);
  let_both_act();
  EXPECT_EQ(due_at("319"), "2026-12-04");
  EXPECT_EQ(events("enquiry.rescheduled"), 1);
}

TEST_F(RecountTest, SaysOfEachImportWhatItMoved) {
  open_case(1);
  import_terms("314", with_a_week_off);
  import_terms("314", with_two_weeks_off);
  let_both_act();
  EXPECT_EQ(events("case.clocks_moved"), 2);
  const std::string last =
      database.text("select body from event where type = 'case.clocks_moved' order by sequence desc limit 1");
  EXPECT_NE(last.find(R"("calendar":"314")"), std::string::npos) << last;
  clock.advance(3min);
  let_both_act();
  EXPECT_EQ(events("case.clocks_moved"), 2);
  EXPECT_EQ(waiting(), 0);
}

// Killed after some of the cases: another broker goes on after the last that was written.
TEST_F(RecountTest, GoesOnWhereAKilledBrokerStopped) {
  for (int number = 1; number <= 3; ++number) open_case(number);
  import_terms("319", with_a_week_off);
  const std::string half = database.text("select id::text from case_state order by id limit 1");
  database.ask("update deadline set detail = '" + half + "' where kind = 'calendar'");
  let_both_act();
  EXPECT_EQ(events("enquiry.rescheduled"), 2) << "the first was done before, as the row says";
}

TEST_F(RecountTest, CountsEveryAuthoritysDaysWhenABankHolidayIsNew) {
  open_case(1);
  import_terms(std::string(domain::bank_holidays_calendar),
               "division,date,title,notes\nengland-and-wales,2026-01-01,New Year,\n"
               "england-and-wales,2026-11-16,A day of rest,\nengland-and-wales,2026-12-25,Christmas Day,\n"
               "england-and-wales,2026-12-28,Boxing Day,\n");
  let_both_act();
  EXPECT_EQ(events("enquiry.rescheduled"), 2);
  EXPECT_EQ(events("case.clocks_moved"), 1);
  EXPECT_EQ(due_at("319"), "2026-11-30");
  EXPECT_EQ(database.text("select state::json->>'acknowledge_due' from enquiry_state limit 1"), "2026-11-18");
}

}  // namespace broker::delivery
