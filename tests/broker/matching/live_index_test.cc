// What a search finds: what is of interest now, whatever order it came in, and nothing that tells where a child hides.
#include "broker/matching/live_index.h"

#include <gtest/gtest.h>

#include "tests/broker/matching/matching_node.h"

namespace broker::matching {
namespace {

using domain::RecordKind;
using support::child;
using support::holding;
using support::officer;
using Keys = std::set<int64_t>;

struct LiveIndexTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  MatchingNode node{database};

  std::string open(int n) { return node.store.write(support::opening("314", child(n)))->body; }
  void end(const std::string& id) {
    ASSERT_TRUE(node.store.write(support::on_case(id, officer("314"), domain::RequestEnd{})));
    ASSERT_TRUE(node.store.write(support::on_case(id, officer("314", "ben"), domain::ApproveEnd{})));
  }
  void reopen(const std::string& id) {
    ASSERT_TRUE(node.store.write(support::on_case(id, officer("314"), domain::Reopen{"It was not so."})));
  }
};

TEST_F(LiveIndexTest, FindsACaseWhileItIsOpenAndAgainWhenItIsReopened) {
  const std::string id = open(1);
  EXPECT_EQ(node.keys_found(child(1)), Keys{1});
  end(id);
  EXPECT_EQ(node.keys_found(child(1)), Keys{});
  reopen(id);
  EXPECT_EQ(node.keys_found(child(1)), Keys{1});
  MatchingNode fresh(database);
  EXPECT_EQ(fresh.keys_found(child(1)), Keys{1});
}

TEST_F(LiveIndexTest, ANewBrokerFindsWhatIsOfInterestNow) {
  const std::string ended = open(1), reopened = open(2);
  open(3);
  end(ended);
  end(reopened);
  reopen(reopened);
  MatchingNode fresh(database);
  EXPECT_EQ(fresh.keys_found(child(1)), Keys{});
  EXPECT_EQ(fresh.keys_found(child(2)), Keys{2});
  EXPECT_EQ(fresh.keys_found(child(3)), Keys{3});
  EXPECT_EQ(fresh.index.size(), 2U);
}

// All changes came with the first chunk of records, so a closed case of a later chunk was found again after a restart.
TEST_F(LiveIndexTest, ANewBrokerDoesNotFindAClosedCaseHoweverMuchIsHeld) {
  database.ask(
      "insert into pupil_record (key, authority, school, kind, row, digest, record) "
      "select n, '318', '', 'arrival', n, sha256(n::text::bytea), "
      "'{\"surname\":\"Exempla' || n || '\",\"forename\":\"Ada\"}' from generate_series(1, 11000) n");
  const std::string ended = open(1);
  end(ended);
  open(2);
  MatchingNode fresh(database);
  EXPECT_EQ(fresh.keys_found(child(1)), Keys{});
  EXPECT_EQ(fresh.keys_found(child(2)), Keys{11002});
  EXPECT_EQ(fresh.index.size(), 11001U);
}

TEST_F(LiveIndexTest, CatchingUpManyTimesAtOnceTakesEveryChunkOnce) {
  for (int i = 0; i < 20; ++i) node.store.write(holding("318", RecordKind::arrival, child(i)));
  std::vector<support::EventLoop::Task<void>> tasks;
  for (int i = 0; i < 10; ++i) tasks.push_back(loop.start(node.index.catch_up()));
  for (auto& task : tasks) loop.finish(std::move(task));
  EXPECT_EQ(node.index.size(), 20U);
}

TEST_F(LiveIndexTest, CatchesUpAfterTheDatabaseWasAway) {
  node.store.write(holding("318", RecordKind::arrival, child(1)));
  loop.run(node.index.catch_up());
  support::private_cluster().stop();
  EXPECT_ANY_THROW(loop.run(node.index.catch_up()));
  support::private_cluster().start();
  bool is_back = false;
  for (int tries = 0; tries < 5000 && !is_back; ++tries) {
    is_back = node.store.write(holding("318", RecordKind::arrival, child(2))).has_value();
  }
  EXPECT_EQ(node.keys_found(child(2)), Keys{2});
}

TEST_F(LiveIndexTest, LeavesOutTheCallersOwnRecords) {
  node.store.write(holding("318", RecordKind::arrival, child(1)));
  node.store.write(holding("319", RecordKind::arrival, child(1)));
  loop.run(node.index.catch_up());
  const auto found = node.search(child(1), "318");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().side.authority, "319");
}

matcher::Address refuge() {
  return {{"9 Hidden House"}, "Secretham", "SE9 9ZZ", "100012345678", true};
}

// Questions that somebody might fish with, each with something that says where the child lives.
std::vector<matcher::PupilRecord> fishing(int n) {
  std::vector<matcher::PupilRecord> questions;
  for (const bool has_name : {true, false}) {
    for (const bool is_right : {true, false}) {
      for (int place = 0; place < 4; ++place) {
        matcher::PupilRecord question;
        if (has_name) question = child(n);
        question.upn = "";
        if (place == 0) question.address.postcode = is_right ? "SE9 9ZZ" : "LS1 1UR";
        if (place == 1)
          question.address = is_right ? refuge() : matcher::Address{{"1 Elsewhere"}, "Leeds", "", "", false};
        if (place == 2) question.guardians = {{"", is_right ? "07700900123" : "07700900456"}};
        if (place == 3) question.school.laestab = is_right ? "3189999" : "3834001";
        question.address.restricted = false;
        questions.push_back(std::move(question));
      }
    }
  }
  return questions;
}

// Two worlds that differ in where one restricted child lives, and a third in which it lives nowhere we know.
TEST_F(LiveIndexTest, NoQuestionTellsWhereARestrictedChildLives) {
  support::StoreDatabase elsewhere(loop), nowhere(loop);
  MatchingNode other(elsewhere), third(nowhere);
  for (MatchingNode* one : {&node, &other, &third}) {
    for (int i = 10; i < 40; ++i) {
      matcher::PupilRecord neighbour = child(i);
      neighbour.address = {
          {std::to_string(i) + " Open Street"}, "Leeds", i % 2 == 0 ? "LS1 1UR" : "SE9 9ZZ", "", false};
      neighbour.school.laestab = "3834001";
      one->store.write(holding("318", RecordKind::arrival, neighbour));
    }
    matcher::PupilRecord hidden = child(1);
    if (one != &third) {
      hidden.address = refuge();
      hidden.guardians = {{"", "07700900123"}};
      hidden.school.laestab = "3189999";
    }
    if (one == &other) {
      hidden.address.postcode = "LS1 1UR";
      hidden.address.lines = {"1 Elsewhere"};
      hidden.guardians = {{"", "07700900456"}};
      hidden.school.laestab = "3834001";
    }
    hidden.address.restricted = true;
    one->store.write(holding("318", RecordKind::arrival, hidden));
  }
  for (const int n : {1, 10, 11}) {
    for (const matcher::PupilRecord& question : fishing(n)) {
      const std::string here = text_of(node.search(question));
      EXPECT_EQ(here, text_of(other.search(question)));
      EXPECT_EQ(here, text_of(third.search(question)));
    }
  }
  // By name and date it is found, and nothing of a place is evidence.
  const auto found = node.search(child(1));
  ASSERT_EQ(found.size(), 1U);
  for (const domain::Evidence& field : found.front().evidence) {
    for (const char* place : {"address", "postcode", "phone", "school"}) {
      if (field.field == place) EXPECT_EQ(field.agreement, "missing") << place;
    }
  }
}

// A place and no name: with the restricted record and without it the answer is the same to the last figure.
TEST_F(LiveIndexTest, AQuestionByPlaceIsAnsweredAsIfTheRestrictedChildWereNotHeld) {
  support::StoreDatabase without(loop);
  MatchingNode other(without);
  for (MatchingNode* one : {&node, &other}) {
    for (int i = 10; i < 30; ++i) {
      matcher::PupilRecord neighbour = child(i);
      neighbour.address = {{"9 Hidden House"}, "Secretham", "SE9 9ZZ", "", false};
      one->store.write(holding("318", RecordKind::arrival, neighbour));
    }
  }
  matcher::PupilRecord hidden = child(1);
  hidden.address = refuge();
  hidden.guardians = {{"", "07700900123"}};
  node.store.write(holding("318", RecordKind::arrival, hidden));
  for (const int n : {10, 11, 12}) {
    for (const matcher::PupilRecord& question : fishing(n)) {
      EXPECT_EQ(text_of(node.search(question)), text_of(other.search(question)));
    }
  }
}

}  // namespace
}  // namespace broker::matching
