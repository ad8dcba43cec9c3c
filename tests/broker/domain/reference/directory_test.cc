#include "broker/domain/reference/directory.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/domain/reference/data.h"

namespace broker::domain::reference {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view live =
    "code,name,region,nation,gss_code,status\n"
    "101,Northshire,North,England,E1,live\n"
    "102,Southshire,South,England,E2,live\n";
constexpr std::string_view historic =
    "code,name,date_of_termination,region,successor_codes\n"
    "901,Oldshire,31/03/2020,North,102;101\n";
constexpr std::string_view pairs =
    "la_code,neighbour_code,border\n"
    "101,102,land\n"
    "102,101,land\n";

std::string refusal(std::string_view live_table, std::string_view historic_table, std::string_view neighbour_table) {
  const auto read = Directory::read(live_table, historic_table, neighbour_table);
  return read ? "read" : read.error().detail;
}

TEST(Directory, HoldsAllAuthoritiesOfEnglandAndWalesAndTheForces) {
  const auto live_count = [](std::string_view nation) {
    return std::ranges::count_if(all_authorities(), [&](const AuthorityFacts& facts) {
      return facts.status == AuthorityStatus::live && facts.nation == nation;
    });
  };
  EXPECT_EQ(live_count("England"), 153);
  EXPECT_EQ(live_count("Wales"), 22);
  EXPECT_EQ(live_count("BFPO"), 1);
  EXPECT_EQ(all_authorities().size(), 153U + 22U + 1U + 37U);
  EXPECT_TRUE(std::ranges::is_sorted(all_authorities(), {}, &AuthorityFacts::code));
}

TEST(Directory, KnowsNamesRegionsAndNationsWithCommasInThem) {
  ASSERT_NE(find_authority("839"), nullptr);
  EXPECT_EQ(find_authority("839")->name, "Bournemouth, Christchurch and Poole");
  EXPECT_EQ(find_authority("839")->gss_code, "E06000058");
  EXPECT_EQ(region_of("314"), "London");
  EXPECT_EQ(region_of("681"), "Wales");
  EXPECT_EQ(region_of("999"), "");
}

TEST(Directory, TellsLiveAuthoritiesFromCodesThatOnlyAUpnCanHold) {
  for (const auto* code : {"201", "314", "660", "681", "702", "840", "943"})
    EXPECT_TRUE(is_known_authority(code)) << code;
  for (const auto* code : {"820", "835", "836", "837", "875", "909", "928", "701"}) {
    EXPECT_FALSE(is_known_authority(code)) << code;
    EXPECT_TRUE(is_known_la_code(code)) << code;
  }
  for (const auto* code : {"", "1", "000", "999", "31", "3144", "XXX", "MMM"})
    EXPECT_FALSE(is_known_la_code(code)) << code;
}

TEST(Directory, FollowsDissolvedAuthoritiesToTheirSuccessorsAndDates) {
  const auto* cumbria = find_authority("909");
  ASSERT_NE(cumbria, nullptr);
  EXPECT_THAT(cumbria->successors, ElementsAre("942", "943"));
  EXPECT_EQ(base::format_date(*cumbria->valid_to), "2023-03-31");
  EXPECT_EQ(base::format_date(*find_authority("942")->valid_from), "2023-04-01");
  EXPECT_FALSE(find_authority("314")->valid_from);
  EXPECT_FALSE(find_authority("314")->valid_to);
}

TEST(Directory, KnowsNeighboursInBothDirectionsAndNoneOfAnIsland) {
  EXPECT_THAT(neighbours_of("314"), Contains("318"));
  EXPECT_THAT(neighbours_of("318"), Contains("314"));
  EXPECT_THAT(neighbours_of("314"), Not(Contains("314")));
  EXPECT_THAT(neighbours_of("921"), IsEmpty());
  EXPECT_THAT(neighbours_of("999"), IsEmpty());
  for (const auto& facts : all_authorities()) {
    for (const auto& code : facts.neighbours) EXPECT_THAT(neighbours_of(code), Contains(facts.code));
  }
}

TEST(Directory, ReadsTablesGivenToIt) {
  const auto read = Directory::read(live, historic, pairs);
  ASSERT_TRUE(read);
  EXPECT_THAT(read->find("901")->successors, ElementsAre("101", "102"));
  EXPECT_EQ(read->find("901")->status, AuthorityStatus::historic);
  EXPECT_THAT(read->find("101")->neighbours, ElementsAre("102"));
}

TEST(Directory, RefusesTablesThatAreBrokenOrContradictOneAnother) {
  const std::string live_header = "code,name,region,nation,gss_code,status\n";
  const std::string old_header = "code,name,date_of_termination,region,successor_codes\n";
  const std::string pair_header = "la_code,neighbour_code,border\n";
  EXPECT_THAT(refusal(live_header + "10,N,R,England,E,live\n", historic, pairs), HasSubstr("la_codes line 2"));
  EXPECT_THAT(refusal(live_header + "101,N,R,Mercia,E,live\n", historic, pairs), HasSubstr("nation"));
  EXPECT_THAT(refusal(live_header + "101,N,R,England,E,dead\n", historic, pairs), HasSubstr("live"));
  EXPECT_THAT(refusal(live, old_header + "101,Again,,,\n", pairs), HasSubstr("twice"));
  EXPECT_THAT(refusal(live, old_header + "901,Old,2020-03-31,,101\n", pairs), HasSubstr("date of termination"));
  EXPECT_THAT(refusal(live, old_header + "901,Old,31/03/2020,,777\n", pairs), HasSubstr("successors of 901"));
  EXPECT_THAT(refusal(live, historic, pair_header + "101,102,land\n"), HasSubstr("both directions"));
  EXPECT_THAT(refusal(live, historic, pair_header + "101,101,land\n"), HasSubstr("both directions"));
  EXPECT_THAT(refusal(live, historic, pair_header + "901,101,land\n101,901,land\n"), HasSubstr("live"));
  EXPECT_THAT(refusal(live, historic, std::string(pairs) + "101,102,land\n"), HasSubstr("twice"));
  EXPECT_THAT(refusal(std::string(la_codes_csv().substr(0, 5000)), historic, pairs), HasSubstr("no end"));
}

}  // namespace
}  // namespace broker::domain::reference
