#include "broker/base/text.h"

#include <gtest/gtest.h>

namespace broker::base {

TEST(IsUtf8, AcceptsTextAndRefusesOverlongSurrogateTruncatedAndNul) {
  EXPECT_TRUE(is_utf8("Zofia Żółć 王 😀"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));
  EXPECT_FALSE(is_utf8("\xF5\x80\x80\x80"));
  EXPECT_FALSE(is_utf8(std::string_view("a\0b", 3)));
}

TEST(IsUtf8, FindsABadByteAtEveryPlaceOfALongText) {
  const std::string good = "Plain text, then Żółć, then plain text that is longer than a word";
  EXPECT_TRUE(is_utf8(good));
  for (size_t at = 0; at < good.size(); ++at) {
    for (const char bad : {'\0', '\xFF'}) {
      auto text = good;
      text[at] = bad;
      EXPECT_FALSE(is_utf8(text)) << at;
    }
  }
}

TEST(Base64, GivesBackWhatItTook) {
  for (const std::string bytes : {"", "a", "ab", "abc", "\xFF\xFE\xFD\xFC"}) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
  }
  EXPECT_EQ(to_base64url("\xFF\xEF"), "_-8");
}

TEST(Sha256, KnowsTheVectorOfFips180) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ParseNumber, TakesDigitsOnly) {
  EXPECT_EQ(parse_number("0042"), 42);
  EXPECT_FALSE(parse_number("-1"));
  EXPECT_FALSE(parse_number(" 1"));
  EXPECT_FALSE(parse_number(""));
  EXPECT_FALSE(parse_number("99999999999999999999"));
}

}  // namespace broker::base
