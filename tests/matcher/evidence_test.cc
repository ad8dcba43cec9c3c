// At which level a field agrees, as the evidence of a comparison says it.
#include <gtest/gtest.h>

#include "matcher/index.h"
#include "tests/matcher/town.h"

namespace matcher {
namespace {

std::string level_of(const PupilRecord& a, const PupilRecord& b, std::string_view field) {
  for (const FieldEvidence& evidence : compare(a, b).evidence)
    if (evidence.field == field) return evidence.level;
  return "";
}

std::string town_level(const std::string& a, const std::string& b) {
  PupilRecord first = testing::child("Zofia", "Kowalska", "2012-09-21");
  PupilRecord second = first;
  first.address.town = a;
  second.address.town = b;
  return level_of(first, second, "address");
}

// Two numbered places of one name were taken for one place with a slip in it, and made strangers neighbours.
TEST(Evidence, TownsThatDifferInANumberAreTwoTowns) {
  EXPECT_EQ(town_level("Sector 11", "Sector 12"), "different");
  EXPECT_EQ(town_level("Sector 11", "Sectr 11"), "town");
  EXPECT_EQ(town_level("Kingston upon Thames", "Kingston upon Tames"), "town");
}

// An initial that fits was held against the pair, since few children are written with one.
TEST(Evidence, AnInitialThatFitsSpeaksForTheChild) {
  const PupilRecord whole = testing::child("Zofia", "Kowalska", "2012-09-21");
  const auto weight = [&](const std::string& forename) {
    for (const FieldEvidence& evidence : compare(testing::child(forename, "Kowalska", "2012-09-21"), whole).evidence)
      if (evidence.field == "forename") return evidence.weight;
    return 0.0;
  };
  EXPECT_GT(weight("Z"), 2);
  EXPECT_LT(weight("Z"), weight("Zofia"));
  EXPECT_LT(weight("B"), -2);
}

// What stands for an unknown value agreed with itself, and Baby disagreed with every forename.
TEST(Evidence, WhatStandsForAnUnknownValueIsNotAValue) {
  PupilRecord first = testing::child("Unknown", "Kowalska", "1900-01-01");
  first.address.postcode = "ZZ99 3VZ";
  first.guardians = {{"Not known", "07000000000"}};
  for (const std::string_view field : {"forename", "dob", "postcode", "guardian", "phone"})
    EXPECT_EQ(level_of(first, first, field), "missing") << field;
  const PupilRecord second = testing::child("Baby", "Kowalska", "2012-09-21");
  EXPECT_EQ(level_of(second, testing::child("Zofia", "Kowalska", "2012-09-21"), "forename"), "missing");
  EXPECT_EQ(level_of(testing::child("Na", "Li", ""), testing::child("Na", "Li", ""), "forename"), "exact");
}

}  // namespace
}  // namespace matcher
