// What is learnt from the data themselves.
#include <gtest/gtest.h>

#include "matcher/train.h"
#include "tests/matcher/town.h"

namespace matcher {
namespace {

// Families of two: the second child of every nth is born the same day.
std::vector<PupilRecord> families(size_t count, size_t twins_every) {
  std::vector<PupilRecord> out;
  const std::vector<PupilRecord> children = testing::invented_children(count * 2, 11);
  for (size_t i = 0; i < count; ++i) {
    PupilRecord first = children[2 * i];
    PupilRecord second = children[2 * i + 1];
    if (first.forename == second.forename) continue;
    first.address.restricted = false;
    second.address = first.address;
    second.guardians = first.guardians;
    second.surname = first.surname;
    if (i % twins_every == 0) second.dob = first.dob;
    out.push_back(first);
    out.push_back(second);
  }
  return out;
}

double twins_learnt(std::vector<PupilRecord> records) {
  Index index;
  for (size_t i = 0; i < records.size(); ++i) index.insert(i, 1, 0, records[i]);
  records.resize(400);
  fit(index, records);
  return index.model().shared(Field::dob);
}

TEST(Training, LearnsHowManyBrothersAndSistersAreTwins) {
  EXPECT_GT(twins_learnt(families(1000, 2)), 0.3);
  EXPECT_LT(twins_learnt(families(1000, 1000)), default_model().shared(Field::dob));
}

// A registry that holds children twice, now and then under another name, has no more twins for it.
TEST(Training, DoesNotTakeChildrenHeldTwiceForTwins) {
  std::vector<PupilRecord> records = families(1000, 1000);
  const size_t before = records.size();
  for (size_t i = 0; i < before; i += 2) {
    PupilRecord again = records[i];
    again.upn.clear();
    if (i % 20 == 0) again.forename = "Xanthippe";
    records.push_back(again);
  }
  EXPECT_LE(twins_learnt(records), default_model().shared(Field::dob));
}

// Of a child held twice one record was taken away, the other was found, and sure findings seemed to be wrong.
TEST(Training, StaysSureOfChildrenWhereManyAreHeldTwice) {
  const std::vector<PupilRecord> records = testing::invented_children(1500, 12);
  Index index;
  std::vector<PupilRecord> queries;
  for (size_t i = 0; i < records.size(); ++i) {
    index.insert(2 * i, 1, 0, records[i]);
    PupilRecord again = records[i];
    again.upn.clear();
    if (i % 2 == 0) index.insert(2 * i + 1, 1, 0, again);
    if (i < 900) queries.push_back(testing::written_wrong(records[i], i));
  }
  fit(index, queries);
  size_t matches = 0;
  for (const PupilRecord& query : queries) {
    const auto found = index.search(query);
    matches += !found.empty() && found[0].decision == Decision::match ? 1 : 0;
  }
  EXPECT_GT(matches, 600U);
}

}  // namespace
}  // namespace matcher
