#include "broker/audit/merkle.h"

#include <gtest/gtest.h>

#include "broker/base/text.h"
#include "tests/broker/audit/slow_tree.h"

namespace broker::audit {
namespace {

std::string hex(const Hash& hash) {
  return base::to_hex(bytes_of(hash));
}

// The entries that every implementation of Certificate Transparency tests with, and the root after each.
constexpr const char* known_entries[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
constexpr const char* known_roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

}  // namespace

TEST(Merkle, GivesTheRootsThatEveryTransparencyLogGives) {
  EXPECT_EQ(hex(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(CompactTree().root()), hex(empty_root()));
  CompactTree tree;
  for (size_t i = 0; i < std::size(known_entries); ++i) {
    tree.append(leaf_hash(*base::from_hex(known_entries[i])));
    EXPECT_EQ(hex(tree.root()), known_roots[i]) << i;
  }
}

TEST(Merkle, HashesAnEntryUnlikeANodeOfTheSameBytes) {
  const Hash left = leaf_hash("left");
  const Hash right = leaf_hash("right");
  EXPECT_NE(node_hash(left, right), leaf_hash(std::string(bytes_of(left)) + std::string(bytes_of(right))));
  EXPECT_NE(node_hash(left, right), node_hash(right, left));
}

TEST(CompactTree, HasTheRootOfTheSlowTreeAtEverySize) {
  const auto entries = some_entries(200);
  CompactTree tree;
  for (size_t size = 0; size < entries.size(); ++size) {
    ASSERT_EQ(tree.root(), slow_root(Entries(entries).first(size))) << size;
    tree.append(leaf_hash(entries[size]));
  }
}

TEST(CompactTree, CompletesEveryWholeSubtreeOnceAndNoOther) {
  constexpr size_t size = 200;
  const MemoryLog log(some_entries(size));
  size_t count = 0;
  for (const auto& nodes : log.stored) count += nodes.size();
  EXPECT_EQ(count, log.nodes.size());
  for (const auto& [id, hash] : log.nodes) {
    const size_t width = size_t{1} << id.level;
    ASSERT_LE((id.index + 1) * width, size);
    ASSERT_EQ(hash, slow_root(Entries(log.entries).subspan(id.index * width, width)));
  }
  size_t wanted = 0;
  for (size_t width = 1; width <= size; width *= 2) wanted += size / width;
  EXPECT_EQ(count, wanted);
}

TEST(CompactTree, GoesOnFromTheStoreAsIfItHadNeverStopped) {
  const auto entries = some_entries(130);
  const MemoryLog log(entries);
  for (size_t size = 0; size < entries.size(); ++size) {
    CompactTree resumed(size, log.reader());
    ASSERT_EQ(resumed.root(), root_at(size, log.reader()));
    ASSERT_EQ(resumed.append(leaf_hash(entries[size])), log.stored[size]);
    ASSERT_EQ(resumed.root(), root_at(size + 1, log.reader()));
  }
}

TEST(RootAt, IsTheRootThatTheLogHadThen) {
  const MemoryLog log(some_entries(100));
  for (size_t size = 0; size <= log.entries.size(); ++size)
    ASSERT_EQ(root_at(size, log.reader()), slow_root(Entries(log.entries).first(size)));
}

TEST(Hash, IsReadFrom32BytesOnly) {
  const Hash hash = leaf_hash("entry");
  EXPECT_EQ(hash_from(bytes_of(hash)), hash);
  EXPECT_FALSE(hash_from(bytes_of(hash).substr(1)));
  EXPECT_FALSE(hash_from(""));
}

}  // namespace broker::audit
