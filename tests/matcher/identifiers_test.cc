#include "matcher/identifiers.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace matcher {
namespace {

TEST(Upn, AcceptsTheCheckLettersOfOldNewAndTemporaryNumbers) {
  for (const char* upn :
       {"B801200005001", "E314204823001", "F318401215027", "U830230118042", "J940210124017", "L839200123456"})
    EXPECT_EQ(upn_kind(upn), UpnKind::permanent) << upn;
  for (const char* upn : {"T33020412301Z", "M31842012500A"}) EXPECT_EQ(upn_kind(upn), UpnKind::temporary) << upn;
}

TEST(Upn, TellsAWrongLetterFromAWrongShape) {
  EXPECT_EQ(upn_kind("A801200005001"), UpnKind::wrong_letter);
  for (const char* upn :
       {"", "B80120000500", "B8012000050011", "I801200005001", "B80120000500S", "B8012O0005001", "b801200005001"})
    EXPECT_EQ(upn_kind(upn), UpnKind::malformed) << upn;
}

TEST(Upn, IsCleanedOfBlanksAndSmallLetters) {
  EXPECT_EQ(cleaned_upn(" b801 2000 05001 "), "B801200005001");
}

TEST(Upn, EverySingleDigitErrorAndSwapOfNeighboursIsSeenAndRepaired) {
  const std::string right = "E314204823001";
  for (size_t i = 1; i < right.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = right;
      wrong[i] = digit;
      if (wrong == right) continue;
      EXPECT_EQ(upn_kind(wrong), UpnKind::wrong_letter) << wrong;
      const auto repairs = upn_repairs(wrong);
      EXPECT_NE(std::ranges::find(repairs, right), repairs.end()) << wrong;
    }
    if (i + 1 == right.size() || right[i] == right[i + 1]) continue;
    std::string swapped = right;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_EQ(upn_kind(swapped), UpnKind::wrong_letter) << swapped;
    const auto repairs = upn_repairs(swapped);
    EXPECT_NE(std::ranges::find(repairs, right), repairs.end()) << swapped;
  }
}

TEST(Uln, HasARemainderOfTen) {
  for (const char* uln : {"9276308686", "1234567899", "5550123451"}) EXPECT_TRUE(is_valid_uln(uln)) << uln;
  for (const char* uln : {"9276308687", "0234567899", "123456789", "12345678990", "12345678x9", ""})
    EXPECT_FALSE(is_valid_uln(uln)) << uln;
  for (char last = '0'; last <= '9'; ++last) EXPECT_FALSE(is_valid_uln(std::string("987654321") + last));
}

TEST(Laestab, IsReadWithAndWithoutADivider) {
  for (const char* text : {"3144001", "314/4001", "314 4001", "314-4001"})
    EXPECT_EQ(parsed_laestab(text), "3144001") << text;
  for (const char* text : {"", "314400", "31440011", "314.4001", "3l44001"})
    EXPECT_EQ(parsed_laestab(text), std::nullopt) << text;
}

TEST(Postcode, IsReadAsPeopleTypeIt) {
  EXPECT_EQ(parsed_postcode("sw1a1aa"), "SW1A 1AA");
  EXPECT_EQ(parsed_postcode("KT1  2 AB"), "KT1 2AB");
  EXPECT_EQ(parsed_postcode("M1 1AE"), "M1 1AE");
  for (const char* text : {"", "KT1", "KT1 2A", "1KT 2AB", "KT1 AAB", "KTTT1 2AB", "K 2AB"})
    EXPECT_EQ(parsed_postcode(text), std::nullopt) << text;
}

}  // namespace
}  // namespace matcher
