#include "broker/domain/reference/schools.h"

#include <gtest/gtest.h>

namespace broker::domain::reference {
namespace {

using Kind = Schools::Standing::Kind;

constexpr const char* header = "laestab,urn,status,opened,closed,successors\n";

Schools made_of(const std::string& rows) {
  auto schools = Schools::read(header + rows);
  EXPECT_TRUE(schools);
  return std::move(*schools);
}

TEST(Schools, FollowsClosedSchoolsToTheOneThatIsOpen) {
  const Schools schools = made_of(
      "3142001,1,closed,,2012-08-31,2\n"
      "3142002,2,closed,2012-09-01,2019-08-31,3\n"
      "3142003,3,open,2019-09-01,,\n");
  EXPECT_EQ(schools.standing_of("3142003").kind, Kind::open);
  EXPECT_EQ(schools.standing_of("3142001").kind, Kind::succeeded);
  EXPECT_EQ(schools.standing_of("3142001").now, "3142003");
  EXPECT_EQ(schools.standing_of("3149999").kind, Kind::unknown);
}

TEST(Schools, KeepsTheNumberOfAnAcademyThatKeptIt) {
  const Schools schools = made_of("3142001,1,closed,,2012-08-31,2\n3142001,2,open,2012-09-01,,\n");
  EXPECT_EQ(schools.standing_of("3142001").kind, Kind::open);
  EXPECT_EQ(schools.with_number("3142001").size(), 2U);
}

TEST(Schools, ChoosesNobodyWhereSeveralSucceeded) {
  const Schools schools = made_of("3142001,1,closed,,,2;3\n3142002,2,open,,,\n3142003,3,open,,,\n");
  EXPECT_EQ(schools.standing_of("3142001").kind, Kind::closed);
}

TEST(Schools, EndsWhereSchoolsSucceedEachOther) {
  const Schools schools = made_of("3142001,1,closed,,,2\n3142002,2,closed,,,1\n");
  EXPECT_EQ(schools.standing_of("3142001").kind, Kind::closed);
}

TEST(Schools, FollowsADissolvedAuthorityByTheFourDigits) {
  // Cumbria became Cumberland (942) and Westmorland and Furness (943).
  const Schools schools = made_of("9094001,1,closed,,2023-03-31,\n9424001,2,open,,,\n");
  EXPECT_EQ(schools.standing_of("9094001").now, "9424001");
}

TEST(Schools, RefusesTablesThatAreWrong) {
  for (const char* rows :
       {"314200,1,open,,,\n", "3142001,x,open,,,\n", "3142001,1,shut,,,\n", "3142001,1,open,2012,,\n",
        "3142001,1,open,,,x\n", "3142002,1,open,,,\n3142001,2,open,,,\n"}) {
    EXPECT_FALSE(Schools::read(std::string(header) + rows)) << rows;
  }
}

TEST(Schools, AreReadFromTheTableThatIsCompiledIn) {
  EXPECT_GT(schools().size(), 50'000U);
  EXPECT_EQ(schools().standing_of("3192005").now, "3192004");  // Harris Junior Academy Carshalton
}

}  // namespace
}  // namespace broker::domain::reference
