#include "broker/audit/proof.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/broker/audit/slow_tree.h"

namespace broker::audit {
namespace {

constexpr size_t sizes = 200;

const MemoryLog& log_of_200() {
  static const MemoryLog log(some_entries(sizes));
  return log;
}

Entries first(size_t size) {
  return Entries(log_of_200().entries).first(size);
}

Hash changed(Hash hash) {
  hash[7] ^= 1;
  return hash;
}

}  // namespace

TEST(InclusionProof, IsTheSlowTreesAndVerifiesForEverySizeAndEntry) {
  const auto& log = log_of_200();
  for (size_t size = 1; size <= sizes; ++size) {
    const Hash root = slow_root(first(size));
    for (size_t index = 0; index < size; ++index) {
      const Proof proof = inclusion_proof(size, index, log.reader());
      ASSERT_EQ(proof, slow_path(index, first(size))) << size << " " << index;
      ASSERT_TRUE(verify_inclusion(size, index, leaf_hash(log.entries[index]), proof, root)) << size << " " << index;
    }
  }
}

TEST(ConsistencyProof, IsTheSlowTreesAndVerifiesForEveryPairOfSizes) {
  const auto& log = log_of_200();
  std::vector<Hash> roots;
  for (size_t size = 0; size <= sizes; ++size) roots.push_back(slow_root(first(size)));
  for (size_t new_size = 1; new_size <= sizes; ++new_size) {
    EXPECT_TRUE(
        verify_consistency(0, new_size, roots[0], roots[new_size], consistency_proof(0, new_size, log.reader())));
    for (size_t old_size = 1; old_size <= new_size; ++old_size) {
      const Proof proof = consistency_proof(old_size, new_size, log.reader());
      ASSERT_EQ(proof, slow_subproof(old_size, first(new_size), true)) << old_size << " " << new_size;
      ASSERT_TRUE(verify_consistency(old_size, new_size, roots[old_size], roots[new_size], proof))
          << old_size << " " << new_size;
    }
  }
}

TEST(InclusionProof, FailsForAnotherEntryPlaceSizeRootOrProof) {
  const auto& log = log_of_200();
  for (const size_t size : {1, 2, 3, 7, 8, 13, 64, 100}) {
    const Hash root = root_at(size, log.reader());
    for (size_t index = 0; index < size; ++index) {
      const Hash leaf = leaf_hash(log.entries[index]);
      const Proof proof = inclusion_proof(size, index, log.reader());
      EXPECT_FALSE(verify_inclusion(size, index, changed(leaf), proof, root));
      EXPECT_FALSE(verify_inclusion(size, index, leaf, proof, changed(root)));
      EXPECT_FALSE(verify_inclusion(size, size, leaf, proof, root));
      EXPECT_FALSE(verify_inclusion(0, 0, leaf, proof, root));
      for (size_t other = 0; other < size; ++other)
        if (other != index) EXPECT_FALSE(verify_inclusion(size, other, leaf, proof, root)) << other;
      Proof longer = proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_inclusion(size, index, leaf, longer, root));
      for (size_t place = 0; place < proof.size(); ++place) {
        Proof bad = proof;
        bad[place] = changed(bad[place]);
        EXPECT_FALSE(verify_inclusion(size, index, leaf, bad, root));
        bad = proof;
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(place));
        EXPECT_FALSE(verify_inclusion(size, index, leaf, bad, root));
      }
    }
  }
}

TEST(ConsistencyProof, FailsForAnotherRootSizeOrProof) {
  const auto& log = log_of_200();
  for (const size_t new_size : {2, 3, 7, 8, 13, 64, 100})
    for (size_t old_size = 1; old_size < new_size; ++old_size) {
      const Hash old_root = root_at(old_size, log.reader());
      const Hash new_root = root_at(new_size, log.reader());
      const Proof proof = consistency_proof(old_size, new_size, log.reader());
      EXPECT_FALSE(verify_consistency(old_size, new_size, changed(old_root), new_root, proof));
      EXPECT_FALSE(verify_consistency(old_size, new_size, old_root, changed(new_root), proof));
      EXPECT_FALSE(verify_consistency(new_size, old_size, new_root, old_root, proof));
      EXPECT_FALSE(verify_consistency(old_size, new_size, old_root, new_root, {}));
      EXPECT_FALSE(verify_consistency(0, new_size, old_root, new_root, {}));
      EXPECT_FALSE(verify_consistency(new_size, new_size, old_root, new_root, {}));
      Proof longer = proof;
      longer.push_back(new_root);
      EXPECT_FALSE(verify_consistency(old_size, new_size, old_root, new_root, longer));
      for (size_t place = 0; place < proof.size(); ++place) {
        Proof bad = proof;
        bad[place] = changed(bad[place]);
        EXPECT_FALSE(verify_consistency(old_size, new_size, old_root, new_root, bad));
      }
    }
}

TEST(ConsistencyProof, ShowsALogThatWasTamperedReorderedTruncatedOrForked) {
  const auto& honest = log_of_200();
  constexpr size_t old_size = 77;
  const Hash old_root = root_at(old_size, honest.reader());
  const auto holds = [&](const MemoryLog& log) {
    const size_t size = log.entries.size();
    return size >= old_size && verify_consistency(old_size, size, old_root, log.tree.root(),
                                                  consistency_proof(old_size, size, log.reader()));
  };
  EXPECT_TRUE(holds(honest));

  auto entries = some_entries(sizes);
  entries[40] = "entry 40, changed";
  EXPECT_FALSE(holds(MemoryLog(entries)));

  entries = some_entries(sizes);
  std::swap(entries[3], entries[4]);
  EXPECT_FALSE(holds(MemoryLog(entries)));

  entries = some_entries(sizes);
  entries.erase(entries.begin() + 10);
  EXPECT_FALSE(holds(MemoryLog(entries)));

  entries = some_entries(sizes);
  entries.insert(entries.begin() + 10, "inserted");
  EXPECT_FALSE(holds(MemoryLog(entries)));

  EXPECT_FALSE(holds(MemoryLog(some_entries(old_size - 1))));

  // A fork before the old head is seen; one after it is an honest continuation for whoever holds only that head.
  entries = some_entries(sizes);
  for (size_t i = old_size - 1; i < sizes; ++i) entries[i] = "forked " + std::to_string(i);
  EXPECT_FALSE(holds(MemoryLog(entries)));
}

TEST(Verify, SurvivesWhateverNumbersAndHashesComeFromOutside) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20000; ++round) {
    Proof proof(random() % 70);
    for (auto& hash : proof) hash[0] = static_cast<uint8_t>(random());
    const uint64_t a = random() >> (random() % 64);
    const uint64_t b = random() >> (random() % 64);
    EXPECT_FALSE(verify_inclusion(a, b, leaf_hash("a"), proof, leaf_hash("b")));
    if (a != 0 || !proof.empty()) EXPECT_FALSE(verify_consistency(a, b, leaf_hash("a"), leaf_hash("b"), proof));
  }
}

TEST(NodesOfProof, AreExactlyWhatTheProofReads) {
  const auto& log = log_of_200();
  for (const size_t size : {1, 5, 64, 99, 200})
    for (size_t index = 0; index < size; ++index) {
      const auto listed = nodes_of_inclusion_proof(size, index);
      const std::set<NodeId> allowed(listed.begin(), listed.end());
      const NodeReader strict = [&](NodeId id) {
        EXPECT_TRUE(allowed.contains(id));
        return log.nodes.at(id);
      };
      EXPECT_EQ(inclusion_proof(size, index, strict), inclusion_proof(size, index, log.reader()));
      for (const auto& id : nodes_of_consistency_proof(index, size)) EXPECT_TRUE(log.nodes.contains(id));
    }
}

}  // namespace broker::audit
