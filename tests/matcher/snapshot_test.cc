// An index that was saved and loaded answers as one that was built, and no damaged file is taken for a whole one.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <malloc.h>
#include <rapidcheck.h>

#include "matcher/index.h"
#include "tests/matcher/town.h"

namespace matcher {
namespace {

using testing::invented_children;
using testing::same_answers;
using testing::written_wrong;

class Snapshot : public ::testing::Test {
 protected:
  Snapshot() {
    std::string pattern = (std::filesystem::temp_directory_path() / "snapshot-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~Snapshot() override { std::filesystem::remove_all(directory_); }

  std::string path() const { return (directory_ / "index").string(); }

  static std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
  }
  static SnapshotProblem problem_of(const std::string& path) {
    SnapshotProblem problem = SnapshotProblem::none;
    EXPECT_EQ(Index::load(path, problem).has_value(), problem == SnapshotProblem::none);
    return problem;
  }

 private:
  std::filesystem::path directory_;
};

Index built(const std::vector<PupilRecord>& children) {
  Index out;
  for (size_t i = 0; i < children.size(); ++i) out.insert(i, 300 + i % 7, i % 3, children[i]);
  return out;
}

// What befalls an index in use: records come, change and go.
void change(Index& index, const std::vector<PupilRecord>& others) {
  for (size_t i = 0; i < others.size(); ++i) {
    if (i % 3 == 0) index.erase(i * 2);
    if (i % 3 == 1) index.insert(i * 2, 350, 1, others[i]);
    if (i % 3 == 2) index.insert(100'000 + i, 351, 2, others[i]);
  }
}

void expect_same_answers(const Index& a, const Index& b, const std::vector<PupilRecord>& children) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < children.size(); i += 3) {
    const PupilRecord query = written_wrong(children[i], i);
    EXPECT_TRUE(same_answers(a.search(query), b.search(query))) << "query " << i;
    EXPECT_TRUE(same_answers(a.search_held(i), b.search_held(i))) << "held " << i;
  }
}

TEST_F(Snapshot, ARestartAnswersAsARebuild) {
  const auto children = invented_children(3000, 1);
  const auto others = invented_children(900, 2);
  Index before = built(children);
  change(before, others);
  Model model = before.model();
  model.name = "town-1";
  model.calibration_slope = 1.0 / 3;
  before.set_model(model);
  before.save(path());

  SnapshotProblem problem = SnapshotProblem::absent;
  auto loaded = Index::load(path(), problem);
  ASSERT_EQ(problem, SnapshotProblem::none);
  EXPECT_EQ(loaded->model().name, "town-1");
  Index rebuilt = built(children);
  change(rebuilt, others);
  rebuilt.set_model(model);
  expect_same_answers(*loaded, rebuilt, children);

  // It goes on as any index does, and the file stays what it was.
  const std::string file = bytes_of(path());
  const auto more = invented_children(2500, 3);
  change(*loaded, more);
  change(rebuilt, more);
  expect_same_answers(*loaded, rebuilt, more);
  EXPECT_EQ(bytes_of(path()), file);
  loaded->save(path());
  auto again = Index::load(path(), problem);
  ASSERT_TRUE(again.has_value());
  expect_same_answers(*again, rebuilt, more);
}

TEST_F(Snapshot, AnEmptyIndexIsOneToo) {
  Index().save(path());
  SnapshotProblem problem = SnapshotProblem::absent;
  auto loaded = Index::load(path(), problem);
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->size(), 0U);
  loaded->insert(7, 318, 1, testing::child("Zofia", "Kowalska", "2012-09-21"));
  EXPECT_EQ(loaded->search(testing::child("Zofia", "Kowalska", "2012-09-21")).at(0).key, 7U);
}

TEST_F(Snapshot, EveryByteIsCheckedAndEveryLength) {
  built(invented_children(40, 4)).save(path());
  const std::string whole = bytes_of(path());
  EXPECT_TRUE(rc::check([&] {
    std::string damaged = whole;
    const size_t at = *rc::gen::inRange<size_t>(0, whole.size());
    damaged[at] = static_cast<char>(damaged[at] ^ *rc::gen::inRange(1, 256));
    write(path(), damaged);
    RC_ASSERT(problem_of(path()) != SnapshotProblem::none);
  }));
  EXPECT_TRUE(rc::check([&] {
    write(path(), whole.substr(0, *rc::gen::inRange<size_t>(0, whole.size())));
    RC_ASSERT(problem_of(path()) != SnapshotProblem::none);
  }));
  write(path(), whole + std::string(4096, '\0'));
  EXPECT_EQ(problem_of(path()), SnapshotProblem::damaged);
  write(path(), whole);
  EXPECT_EQ(problem_of(path()), SnapshotProblem::none);
}

TEST_F(Snapshot, SaysWhyAFileIsNotUsed) {
  EXPECT_EQ(problem_of(path()), SnapshotProblem::absent);
  write(path(), "record_id,upn\n");
  EXPECT_EQ(problem_of(path()), SnapshotProblem::no_snapshot);
  write(path(), std::string(8192, 'x'));
  EXPECT_EQ(problem_of(path()), SnapshotProblem::no_snapshot);
  built(invented_children(10, 5)).save(path());
  std::string other = bytes_of(path());
  other[8] = 99;  // the version
  write(path(), other);
  EXPECT_EQ(problem_of(path()), SnapshotProblem::other_version);
}

TEST_F(Snapshot, AFolderThatCannotBeWrittenToIsAFailureThatLeavesNothing) {
  const Index index = built(invented_children(10, 6));
  EXPECT_THROW(index.save(path() + "/nowhere/index"), std::system_error);
  EXPECT_FALSE(std::filesystem::exists(path()));
}

// A sanitizer has an allocator of its own, which tells nothing.
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
// What the index says it holds, against what the allocator says it gave.
TEST(Memory, IsWhatTheAllocatorGave) {
  const auto children = invented_children(30'000, 7);
  const auto others = invented_children(6000, 8);
  const auto given = [] {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  // Tables that are made once, before anything is measured.
  built(invented_children(10, 9));
  const size_t before = given();
  Index index = built(children);
  change(index, others);
  const auto held = static_cast<double>(given() - before);
  const auto told = static_cast<double>(index.memory_bytes());
  EXPECT_NEAR(told / held, 1.0, 0.02) << told << " told, " << held << " held";
}
#endif

}  // namespace
}  // namespace matcher
