#include "adapters/xml_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/adapters/ctf_samples.h"

namespace adapters {
namespace {

constexpr size_t bytes_max = 1000;

std::string refusal(std::string_view bytes) {
  const auto xml = decode_xml(bytes, bytes_max);
  return xml ? "read" : samples::code_of(xml.error());
}

std::string utf16(std::string_view text, XmlEncoding encoding) {
  return encode_xml({std::string(text), encoding, true});
}

TEST(XmlText, ReadsUtf8WithAndWithoutMarkAndGivesTheBytesBack) {
  for (const std::string bytes : {"<a>Żółw</a>", "\xEF\xBB\xBF<a/>", "<?xml version='1.0' encoding='utf-8'?><a/>"}) {
    const auto xml = decode_xml(bytes, bytes_max);
    ASSERT_TRUE(xml) << bytes;
    EXPECT_EQ(encode_xml(*xml), bytes);
    EXPECT_EQ(xml->encoding, XmlEncoding::utf8);
  }
}

TEST(XmlText, ReadsUtf16OfBothOrdersByItsMark) {
  const std::string text = R"(<?xml version="1.0" encoding="UTF-16"?><a>Żółw 😀</a>)";
  for (const auto encoding : {XmlEncoding::utf16_le, XmlEncoding::utf16_be}) {
    const auto bytes = utf16(text, encoding);
    const auto xml = decode_xml(bytes, bytes_max);
    ASSERT_TRUE(xml);
    EXPECT_EQ(xml->text, text);
    EXPECT_EQ(xml->encoding, encoding);
    EXPECT_EQ(encode_xml(*xml), bytes);
  }
}

TEST(XmlText, RefusesOtherEncodingsByName) {
  const auto xml = decode_xml("<?xml version=\"1.0\" encoding=\"Windows-1252\"?><a>\xE9</a>", bytes_max);
  ASSERT_FALSE(xml);
  EXPECT_EQ(samples::code_of(xml.error()), "encoding-not-read");
  EXPECT_NE(xml.error().detail.find("windows-1252"), std::string::npos);
  EXPECT_EQ(refusal("<?xml version='1.0' encoding='ISO-8859-1'?><a/>"), "encoding-not-read");
  EXPECT_EQ(refusal("<?xml version='1.0' encoding='UTF-7'?>+ADw-a/+AD4-"), "encoding-not-read");
  EXPECT_EQ(refusal("<?xml version='1.0' encoding='<script>'?><a/>"), "encoding-not-read");
  EXPECT_EQ(refusal("<?xml version='1.0' encoding='open?><a/>"), "encoding-not-read");
  EXPECT_EQ(refusal(std::string("\xFF\xFE\0\0<\0\0\0", 8)), "encoding-not-read");
  EXPECT_EQ(refusal(std::string("\0\0\xFE\xFF\0\0\0<", 8)), "encoding-not-read");
  EXPECT_EQ(refusal(std::string("<\0a\0/\0>\0", 8)), "encoding-not-read");  // UTF-16 without mark
}

TEST(XmlText, RefusesADeclarationThatContradictsTheBytes) {
  EXPECT_EQ(refusal("<?xml version='1.0' encoding='utf-16'?><a/>"), "encoding-mismatch");
  EXPECT_EQ(refusal(utf16("<?xml version='1.0' encoding='utf-8'?><a/>", XmlEncoding::utf16_le)), "encoding-mismatch");
  EXPECT_EQ(refusal(utf16("<?xml version='1.0' encoding='utf-16be'?><a/>", XmlEncoding::utf16_le)),
            "encoding-mismatch");
}

TEST(XmlText, RefusesBytesThatAreNoText) {
  EXPECT_EQ(refusal("<a>\xE9</a>"), "encoding-broken");
  EXPECT_EQ(refusal("<a>\xC0\xBC</a>"), "encoding-broken");                      // `<` written overlong
  EXPECT_EQ(refusal(std::string("\xFF\xFE<\0a", 5)), "encoding-broken");         // half a unit
  EXPECT_EQ(refusal(std::string("\xFF\xFE<\0\x00\xD8", 6)), "encoding-broken");  // half a pair
  EXPECT_EQ(refusal(std::string("\xFF\xFE\x00\xDC<\0", 6)), "encoding-broken");  // the other half
  EXPECT_EQ(refusal(std::string("\xFF\xFE<\0\0\0", 6)), "encoding-broken");      // NUL
}

TEST(XmlText, RefusesNothingAndTooMuch) {
  EXPECT_EQ(refusal(""), "empty-file");
  EXPECT_EQ(refusal(std::string(bytes_max + 1, ' ')), "too-large");
  EXPECT_EQ(decode_xml(std::string(bytes_max + 1, ' '), bytes_max).error().status(), 413);
}

TEST(XmlText, GivesBackWhateverItReads) {
  EXPECT_TRUE(rc::check([] {
    auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    const int mark = *rc::gen::inRange(0, 4);
    if (mark == 1) bytes = "\xFF\xFE" + bytes;
    if (mark == 2) bytes = "\xFE\xFF" + bytes;
    if (mark == 3) bytes = "\xEF\xBB\xBF" + bytes;
    if (const auto xml = decode_xml(bytes, bytes_max)) RC_ASSERT(encode_xml(*xml) == bytes);
  }));
}

}  // namespace
}  // namespace adapters
