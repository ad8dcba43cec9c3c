// Every pair is found, told to both sides, and told once: however many brokers run and whatever fails beside it.
#include "broker/matching/match_worker.h"

#include <gtest/gtest.h>

#include "tests/broker/matching/matching_node.h"

namespace broker::matching {
namespace {

using base::Result;
using domain::RecordKind;
using support::child;
using support::holding;
using Task = support::EventLoop::Task<Result<store::Answer>>;

struct MatchWorkerTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  MatchingNode node{database};
  MatchingNode other{database};

  int64_t matches() { return database.number("select count(*) from match_state"); }
  int64_t messages(const std::string& recipient) {
    return database.number("select count(*) from message where type = 'match.found' and recipient = '" + recipient +
                           "'");
  }
};

TEST_F(MatchWorkerTest, TellsBothSidesOfAPairOnce) {
  ASSERT_TRUE(node.store.write(holding("314", RecordKind::lost, child(1))));
  ASSERT_TRUE(node.store.write(holding("318", RecordKind::arrival, child(1))));
  ASSERT_TRUE(node.store.write(holding("319", RecordKind::arrival, child(2))));
  work_off(database, {&node});
  EXPECT_EQ(matches(), 1);
  EXPECT_EQ(messages("314"), 1);
  EXPECT_EQ(messages("318"), 1);
  EXPECT_EQ(database.text("select seeker || holder from match_state"), "314318");
  EXPECT_EQ(database.number("select count(*) from match_task"), 0);
}

TEST_F(MatchWorkerTest, FindsWhateverComesSecondInEitherOrder) {
  ASSERT_TRUE(node.store.write(holding("318", RecordKind::arrival, child(1))));
  work_off(database, {&node});
  EXPECT_EQ(matches(), 0);
  ASSERT_TRUE(node.store.write(holding("314", RecordKind::lost, child(1))));
  work_off(database, {&node});
  EXPECT_EQ(matches(), 1);
  // Two authorities that look for one child.
  ASSERT_TRUE(node.store.write(support::opening("319", child(1))));
  work_off(database, {&node});
  EXPECT_EQ(database.number("select count(*) from match_state where seeker = '319' and holder = '314'"), 1);
}

TEST_F(MatchWorkerTest, DoesNotTellOfTwoArrivalsOrOfAnAuthoritysOwnTwoSearches) {
  ASSERT_TRUE(node.store.write(holding("318", RecordKind::arrival, child(1))));
  ASSERT_TRUE(node.store.write(holding("319", RecordKind::arrival, child(1))));
  ASSERT_TRUE(node.store.write(holding("314", RecordKind::lost, child(2))));
  ASSERT_TRUE(node.store.write(support::opening("314", child(2))));
  work_off(database, {&node});
  EXPECT_EQ(matches(), 0);
}

// What is announced of one pair would tell, by its probability, that a third record is held somewhere.
TEST_F(MatchWorkerTest, AnnouncesAPairAsIfNoRestrictedRecordWereHeld) {
  support::StoreDatabase without(loop);
  MatchingNode third(without);
  matcher::PupilRecord alike = child(1);
  alike.forename += "a";
  matcher::PupilRecord hidden = child(1);
  hidden.address.restricted = true;
  ASSERT_TRUE(node.store.write(holding("319", RecordKind::arrival, hidden)));
  for (MatchingNode* one : {&node, &third}) {
    ASSERT_TRUE(one->store.write(holding("318", RecordKind::arrival, alike)));
    ASSERT_TRUE(one->store.write(holding("314", RecordKind::lost, child(1))));
  }
  work_off(database, {&node});
  work_off(without, {&third});
  const char* told =
      "select string_agg(((body::jsonb -> 'data') - 'id' - 'found' - 'seeker' - 'holder')::text, ' ' order by "
      "position) "
      "from message where type = 'match.found' and (sender = '318' or recipient = '318')";
  EXPECT_EQ(database.text(told), without.text(told));
  EXPECT_NE(database.text(told), "");
  EXPECT_EQ(matches(), 2) << "the restricted record is announced too, beside it";
}

// The halves of each pair arrive at the same moment at two brokers.
TEST_F(MatchWorkerTest, AnnouncesTwoHundredPairsExactlyOnceWithTwoBrokers) {
  constexpr int pairs = 200;
  std::vector<Task> tasks;
  auto run = node.start_worker();
  auto other_run = other.start_worker();
  for (int i = 0; i < pairs; ++i) {
    MatchingNode& left = i % 2 == 0 ? node : other;
    MatchingNode& right = i % 2 == 0 ? other : node;
    tasks.push_back(left.store.start(holding("314", RecordKind::lost, child(i))));
    tasks.push_back(right.store.start(holding("318", RecordKind::arrival, child(i))));
  }
  for (Task& task : tasks) ASSERT_TRUE(loop.finish(std::move(task)));
  while (database.number("select count(*) from match_task") > 0) loop.poll();
  node.worker->stop();
  other.worker->stop();
  loop.finish(std::move(run));
  loop.finish(std::move(other_run));
  // By what the two records of each match say, since keys were given out as it came.
  EXPECT_EQ(database.number("select count(*) from match_state m join pupil_record a on a.key = m.seeker_key "
                            "join pupil_record b on b.key = m.holder_key "
                            "where a.record::json ->> 'upn' = b.record::json ->> 'upn'"),
            pairs);
  EXPECT_EQ(messages("314"), matches());
  EXPECT_EQ(messages("318"), matches());
  EXPECT_EQ(database.check_log({}), std::nullopt);
}

TEST_F(MatchWorkerTest, PutsTheMatchOnTheTimelineAndMakesTheHolderAParty) {
  const std::string id = node.store.write(support::opening("314", child(1)))->body;
  ASSERT_TRUE(node.store.write(holding("318", RecordKind::arrival, child(1))));
  work_off(database, {&node});
  EXPECT_EQ(database.number("select count(*) from event where case_id = '" + id + "' and type = 'match.found'"), 1);
  EXPECT_EQ(database.number("select count(*) from case_state where '318' = any (parties)"), 1);
}

TEST_F(MatchWorkerTest, DoesNotTellOfAChildWhoseCaseWasClosedMeanwhile) {
  const std::string id = node.store.write(support::opening("314", child(1)))->body;
  work_off(database, {&node});
  ASSERT_TRUE(node.store.write(support::on_case(id, support::officer("314"), domain::RequestEnd{})));
  ASSERT_TRUE(node.store.write(support::on_case(id, support::officer("314", "ben"), domain::ApproveEnd{})));
  ASSERT_TRUE(other.store.write(holding("318", RecordKind::arrival, child(1))));
  work_off(database, {&other});
  EXPECT_EQ(matches(), 0);
  ASSERT_TRUE(node.store.write(support::on_case(id, support::officer("314"), domain::Reopen{"It was not so."})));
  work_off(database, {&node});
  EXPECT_EQ(matches(), 1) << "opened again, it is matched with what came in between";
}

// One record whose match can't be written held up every other one that was claimed with it, for ever.
TEST_F(MatchWorkerTest, APairThatCannotBeWrittenHoldsUpNoOther) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(node.store.write(holding("318", RecordKind::arrival, child(i))));
  }
  work_off(database, {&node});
  database.ask("alter table match_state add constraint poison check (seeker_key <> 21) not valid");
  std::vector<Task> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(node.store.start(holding("314", RecordKind::lost, child(i))));
  for (Task& task : tasks) ASSERT_TRUE(loop.finish(std::move(task)));
  work_off(database, {&node}, 1);
  EXPECT_EQ(matches(), 19);
  EXPECT_EQ(database.number("select count(*) from match_task"), 1);
  database.ask("alter table match_state drop constraint poison");
  database.ask("update match_task set claimed_until = '-infinity'");
  work_off(database, {&node});
  EXPECT_EQ(matches(), 20);
}

TEST_F(MatchWorkerTest, GoesOnByItselfWhenTheDatabaseWasAway) {
  auto run = node.start_worker();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(node.store.write(holding("318", RecordKind::arrival, child(i))));
  std::vector<Task> tasks;
  for (int i = 0; i < 50; ++i) tasks.push_back(node.store.start(holding("314", RecordKind::lost, child(i))));
  for (Task& task : tasks) ASSERT_TRUE(loop.finish(std::move(task)));
  support::private_cluster().crash();
  for (int i = 0; i < 200; ++i) loop.poll();
  support::private_cluster().start();
  // Tasks that were claimed come back when their lease ends; here it ends now.
  database.ask("update match_task set claimed_until = '-infinity'");
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (database.number("select count(*) from match_task") > 0 && std::chrono::steady_clock::now() < give_up) {
    loop.poll();
  }
  node.worker->stop();
  loop.finish(std::move(run));
  EXPECT_EQ(database.number("select count(*) from match_state m join pupil_record a on a.key = m.seeker_key "
                            "join pupil_record b on b.key = m.holder_key "
                            "where a.record::json ->> 'upn' = b.record::json ->> 'upn'"),
            50);
}

TEST_F(MatchWorkerTest, LetsNothingOfARestrictedRecordOutToTheOtherSide) {
  matcher::PupilRecord refuge = child(1);
  refuge.address = {{"9 Hidden House"}, "Secretham", "SE9 9ZZ", "100012345678", true};
  refuge.school = {"3189999", "", "Concealed School"};
  refuge.guardians = {{"Ana Exempla", "07700900123"}};
  ASSERT_TRUE(node.store.write(holding("318", RecordKind::arrival, refuge)));
  ASSERT_TRUE(node.store.write(holding("314", RecordKind::lost, child(1))));
  matcher::PupilRecord sought = child(2);
  sought.address = refuge.address;
  sought.school = refuge.school;
  sought.guardians = refuge.guardians;
  ASSERT_TRUE(node.store.write(holding("314", RecordKind::lost, sought)));
  ASSERT_TRUE(node.store.write(holding("318", RecordKind::arrival, child(2))));
  work_off(database, {&node});
  EXPECT_EQ(matches(), 2);
  for (const std::string& secret : {"Hidden", "Secretham", "SE9", "100012345678", "3189999", "Concealed", "900123"}) {
    EXPECT_EQ(database.number("select count(*) from message where recipient = '314' and body like '%" + secret +
                              "%' "
                              "and position in (select position from message order by position limit 2)"),
              0)
        << secret;
    EXPECT_EQ(database.number("select count(*) from match_state where state like '%" + secret + "%'"), 0) << secret;
    EXPECT_EQ(database.number("select count(*) from audit_entry where entry like '%" + secret + "%'"), 0) << secret;
  }
  // The holder reads its own record in its own message, and nothing of 314's restricted one.
  for (const std::string& secret : {"Hidden", "SE9", "3189999", "900123"}) {
    EXPECT_EQ(database.number("select count(*) from message where recipient = '318' and body like '%" + secret +
                              "%' and not body like '%\"upn\":\"" + child(1).upn + "\"%'"),
              0)
        << secret;
  }
}

}  // namespace
}  // namespace broker::matching
