// An index that was kept and then fed answers like one that has read everything, to the byte; and no kept index is
// taken for that of another database, nor half a file for a whole one.
#include "broker/matching/kept_index.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/broker/matching/matching_node.h"

namespace broker::matching {
namespace {

namespace fs = std::filesystem;
using domain::RecordKind;
using support::child;
using support::holding;
using support::officer;

constexpr int children = 120;

struct KeptIndexTest : testing::Test {
  support::EventLoop loop;
  support::StoreDatabase database{loop};
  MatchingNode node{database};
  support::Scratch scratch;
  fs::path directory = scratch.path() / "index";
  std::vector<std::string> cases;

  // Children who share names, dates and places with others, so that how common a value is counts in every answer.
  static matcher::PupilRecord neighbour(int n) {
    matcher::PupilRecord pupil = child(n);
    pupil.surname = child(n % 7).surname;
    pupil.address = {
        {std::to_string(n % 9) + " Mill Lane"}, "Otley", n % 2 == 0 ? "LS21 3AA" : "LS21 3AB", "", n % 11 == 0};
    if (n % 3 == 0) pupil.upn = "";
    return pupil;
  }
  void happen(int from, int to) {
    for (int n = from; n < to; ++n) {
      if (n % 4 == 0) {
        cases.push_back(node.store.write(support::opening("314", neighbour(n)))->body);
      } else {
        ASSERT_TRUE(
            node.store.write(holding("318", n % 4 == 1 ? RecordKind::arrival : RecordKind::lost, neighbour(n))));
      }
    }
  }
  void end(const std::string& id) {
    ASSERT_TRUE(node.store.write(support::on_case(id, officer("314"), domain::RequestEnd{})));
    ASSERT_TRUE(node.store.write(support::on_case(id, officer("314", "ben"), domain::ApproveEnd{})));
  }
  void keep() {
    loop.run(node.index.catch_up());
    loop.run(node.index.keep(directory));
  }
  bool restores(MatchingNode& fresh) { return loop.run(fresh.index.restore(directory)); }
  bool is_taken_up() {
    MatchingNode fresh(database);
    return restores(fresh);
  }
  static std::string answers_of(MatchingNode& one) {
    std::string text;
    for (int n = 0; n < children + 5; ++n) {
      matcher::PupilRecord question = neighbour(n);
      question.address.restricted = false;
      if (n % 5 == 0) question.forename += "a";
      text += text_of(one.search(question, n % 6 == 0 ? "318" : "")) + "\n";
    }
    return text;
  }
  fs::path index_file() const {
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
      if (entry.path().extension() == ".index") return entry.path();
    }
    return {};
  }
  static void flip_a_byte(const fs::path& file, std::streamoff at) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(at);
    const char old = static_cast<char>(bytes.get());
    bytes.seekp(at);
    bytes.put(static_cast<char>(old ^ 0x20));
  }
};

TEST_F(KeptIndexTest, WithWhatCameSinceAnswersAsOneThatReadEverything) {
  happen(0, children / 2);
  end(cases[1]);
  keep();
  end(cases[2]);  // known when it was kept, and gone since
  happen(children / 2, children);
  ASSERT_TRUE(node.store.write(support::on_case(cases[1], officer("314"), domain::Reopen{"It was not so."})));
  end(cases.back());
  MatchingNode restored(database), rebuilt(database);
  ASSERT_TRUE(restores(restored));
  EXPECT_GT(restored.index.size(), 0U);
  const std::string answers = answers_of(rebuilt);
  EXPECT_NE(answers.find("match"), std::string::npos);
  EXPECT_EQ(answers_of(restored), answers);
  EXPECT_EQ(answers_of(node), answers);
  EXPECT_EQ(restored.index.size(), rebuilt.index.size());
}

// From some hundreds of records on, how often dates and postcodes agree by chance is measured on those held: at the
// start, whatever was held when it was measured last.
TEST_F(KeptIndexTest, MeasuresAtTheStartWhatIsHeldThen) {
  constexpr int kept_at = 560, in_all = 620;
  happen(0, kept_at);
  keep();
  happen(kept_at, in_all);
  MatchingNode restored(database), rebuilt(database);
  ASSERT_TRUE(restores(restored));
  EXPECT_EQ(answers_of(restored), answers_of(rebuilt));
}

TEST_F(KeptIndexTest, IsKeptAgainInPlaceOfTheOldOneByWhoeverTookItUp) {
  happen(0, 20);
  keep();
  const fs::path first = index_file();
  MatchingNode restored(database);
  ASSERT_TRUE(restores(restored));
  happen(20, 30);
  loop.run(restored.index.catch_up());
  loop.run(restored.index.keep(directory));
  EXPECT_FALSE(fs::exists(first));
  MatchingNode again(database), rebuilt(database);
  ASSERT_TRUE(restores(again));
  EXPECT_EQ(answers_of(again), answers_of(rebuilt));
}

TEST_F(KeptIndexTest, IsReadableByItsBrokerAlone) {
  happen(0, 5);
  keep();
  EXPECT_EQ(fs::status(directory).permissions(), fs::perms::owner_all);
  for (const fs::path& file : {directory / "records.list", index_file()}) {
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write) << file;
  }
}

TEST_F(KeptIndexTest, IsNotTakenUpOverAnotherDatabase) {
  happen(0, 10);
  keep();
  EXPECT_TRUE(is_taken_up());
  support::StoreDatabase elsewhere(loop);
  MatchingNode other(elsewhere);
  for (int n = 0; n < 10; ++n) other.store.write(holding("318", RecordKind::arrival, child(n)));
  EXPECT_FALSE(restores(other));
  EXPECT_EQ(other.keys_found(child(3)), std::set<int64_t>{4});
}

TEST_F(KeptIndexTest, IsNotTakenUpWhenTheDatabaseHasLostWhatItHolds) {
  happen(0, 10);
  keep();
  database.ask("set session_replication_role = replica");
  database.ask("delete from pupil_record where key = (select max(key) from pupil_record)");
  EXPECT_FALSE(is_taken_up());
}

TEST_F(KeptIndexTest, IsNotTakenUpWhenAnythingOfItIsDamaged) {
  happen(0, 10);
  keep();
  const fs::path list = directory / "records.list";
  const fs::path index = index_file();
  for (const fs::path& file : {list, index}) {
    const auto size = static_cast<std::streamoff>(fs::file_size(file));
    for (const std::streamoff at : {std::streamoff{0}, size / 3, size / 2, size - 1}) {
      flip_a_byte(file, at);
      EXPECT_FALSE(is_taken_up()) << file.extension() << " at " << at;
      flip_a_byte(file, at);
    }
    fs::copy_file(file, scratch.path() / "whole", fs::copy_options::overwrite_existing);
    fs::resize_file(file, fs::file_size(file) / 2);
    EXPECT_FALSE(is_taken_up()) << file.extension();
    fs::remove(file);
    EXPECT_FALSE(is_taken_up()) << file.extension();
    fs::copy_file(scratch.path() / "whole", file);
  }
  EXPECT_TRUE(is_taken_up());
}

// Takes longer than one broker's turn at it would allow: searching goes on, and what catches up comes after.
TEST_F(KeptIndexTest, IsKeptWholeWhileOthersCatchUp) {
  happen(0, 30);
  loop.run(node.index.catch_up());
  auto keeping = loop.start(node.index.keep(directory));
  happen(30, 40);
  auto catching_up = loop.start(node.index.catch_up());
  EXPECT_FALSE(node.search(neighbour(1)).empty());
  loop.finish(std::move(keeping));
  loop.finish(std::move(catching_up));
  MatchingNode restored(database), rebuilt(database);
  ASSERT_TRUE(restores(restored));
  EXPECT_EQ(answers_of(restored), answers_of(rebuilt));
}

TEST_F(KeptIndexTest, IsWorthKeepingOnceMuchHasCome) {
  EXPECT_FALSE(node.index.is_worth_keeping());
  database.ask(
      "insert into pupil_record (key, authority, school, kind, row, digest, record) "
      "select n, '318', '', 'arrival', n, sha256(n::text::bytea), "
      "'{\"surname\":\"Exempla' || n || '\",\"forename\":\"Ada\"}' from generate_series(1, 10000) n");
  loop.run(node.index.catch_up());
  EXPECT_TRUE(node.index.is_worth_keeping());
  std::ofstream(directory) << "in the way";
  loop.run(node.index.keep_if_worth_it(directory));
  EXPECT_TRUE(node.index.is_worth_keeping());
  fs::remove(directory);
  loop.run(node.index.keep_if_worth_it(directory));
  EXPECT_FALSE(node.index.is_worth_keeping());
  EXPECT_TRUE(is_taken_up());
}

}  // namespace
}  // namespace broker::matching
