// The canonical form of RFC 8785: the standard's own examples, and what has to hold of any JSON.
#include "broker/message/canonical.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace broker::message {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

double from_bits(uint64_t bits) {
  double number = 0;
  std::memcpy(&number, &bits, sizeof(number));
  return number;
}

// Any value down to some depth. Names are of all lengths of UTF-8.
ordered_json some_json(int depth) {
  const int kind = *rc::gen::inRange(0, depth == 0 ? 5 : 7);
  if (kind == 0) return nullptr;
  if (kind == 1) return *rc::gen::arbitrary<bool>();
  if (kind == 2) return *rc::gen::arbitrary<int64_t>();
  if (kind == 3)
    return *rc::gen::map(rc::gen::arbitrary<double>(), [](double d) { return std::isfinite(d) ? d : 0.0; });
  constexpr const char* letters[] = {"a", "B", "\"", "\\", "\n", "\x01", "\x7f", "é", "€", "\uFB33", "\U0001F600", "/"};
  const auto text = [&] {
    std::string word;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i)
      word += *rc::gen::elementOf(std::vector<std::string>(std::begin(letters), std::end(letters)));
    return word;
  };
  if (kind == 4) return text();
  ordered_json value = kind == 5 ? ordered_json::array() : ordered_json::object();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    if (kind == 5) {
      value.push_back(some_json(depth - 1));
    } else {
      value[text()] = some_json(depth - 1);
    }
  }
  return value;
}

// The slow twin of the order of names: UTF-16 code units, made one by one.
std::u16string utf16(const std::string& utf8) {
  std::u16string units;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    uint32_t c = length == 1 ? lead : lead & (0x7F >> length);
    for (int k = 1; k < length; ++k)
      c = (c << 6) | (static_cast<unsigned char>(utf8[i + static_cast<size_t>(k)]) & 0x3F);
    i += static_cast<size_t>(length);
    if (c < 0x10000) {
      units += static_cast<char16_t>(c);
    } else {
      units += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      units += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return units;
}

void expect_sorted(const ordered_json& value) {
  std::vector<std::u16string> names;
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) names.push_back(utf16(name));
  }
  RC_ASSERT(std::ranges::is_sorted(names));
  if (value.is_structured()) {
    for (const auto& one : value) expect_sorted(one);
  }
}

}  // namespace

// RFC 8785, appendix B.
TEST(ACanonicalNumber, IsPrintedAsTheStandardPrintsIt) {
  const std::pair<uint64_t, const char*> samples[] = {{0x0000000000000000, "0"},
                                                      {0x8000000000000000, "0"},
                                                      {0x0000000000000001, "5e-324"},
                                                      {0x8000000000000001, "-5e-324"},
                                                      {0x7fefffffffffffff, "1.7976931348623157e+308"},
                                                      {0xffefffffffffffff, "-1.7976931348623157e+308"},
                                                      {0x4340000000000000, "9007199254740992"},
                                                      {0xc340000000000000, "-9007199254740992"},
                                                      {0x4430000000000000, "295147905179352830000"},
                                                      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
                                                      {0x44b52d02c7e14af6, "1e+23"},
                                                      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
                                                      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
                                                      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
                                                      {0x444b1ae4d6e2ef50, "1e+21"},
                                                      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
                                                      {0x3eb0c6f7a0b5ed8d, "0.000001"},
                                                      {0x41b3de4355555553, "333333333.3333332"},
                                                      {0x41b3de4355555554, "333333333.33333325"},
                                                      {0x41b3de4355555555, "333333333.3333333"},
                                                      {0x41b3de4355555556, "333333333.3333334"},
                                                      {0x41b3de4355555557, "333333333.33333343"},
                                                      {0xbecbf647612f3696, "-0.0000033333333333333333"},
                                                      {0x43143ff3c1cb0959, "1424953923781206.2"}};
  for (const auto& [bits, text] : samples) EXPECT_EQ(canonical_number(from_bits(bits)), text);
}

// RFC 8785, 3.2.2 and 3.2.3.
TEST(TheCanonicalForm, IsThatOfTheStandardsExamples) {
  EXPECT_EQ(canonical_json(R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],)"
                           R"("string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})"),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  EXPECT_EQ(canonical_json(R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",)"
                           R"("1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"o"})"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"ö\":\"o\",\"€\":\"Euro Sign\","
            "\"\xF0\x9F\x98\x80\":\"Emoji: Grinning Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(TheCanonicalForm, OfWhatIsNoJsonIsNothing) {
  for (const char* text : {"", "{", "{\"a\":1,}", "[1 2]", "\"\xff\"", "nul", "1e999", "\"\\ud800\""}) {
    EXPECT_EQ(canonical_json(text), std::nullopt) << text;
  }
  EXPECT_EQ(canonical_json(std::string(100'000, '[')), std::nullopt);
}

RC_GTEST_PROP(TheCanonicalForm, MeansTheSameAndIsItsOwnCanonicalForm, ()) {
  const ordered_json value = some_json(3);
  const auto canonical = canonical_json(value.dump());
  RC_ASSERT(canonical.has_value());
  RC_ASSERT(canonical_json(*canonical) == canonical);
  expect_sorted(ordered_json::parse(*canonical));
}

RC_GTEST_PROP(TheCanonicalForm, IsTheSameWhateverTheOrderAndTheBlanks, ()) {
  const ordered_json value = some_json(3);
  const json other_order = value;
  RC_ASSERT(canonical_json(value.dump()) == canonical_json(other_order.dump(3)));
}

RC_GTEST_PROP(TheCanonicalForm, IsAnotherForAnotherValue, ()) {
  const ordered_json a = some_json(2);
  const ordered_json b = some_json(2);
  // As the standard reads them: all numbers are doubles, and the order of members says nothing.
  const auto canonical = [](const ordered_json& one) { return *canonical_json(one.dump()); };
  RC_ASSERT((canonical(a) == canonical(b)) == (json::parse(canonical(a)) == json::parse(canonical(b))));
}

RC_GTEST_PROP(ACanonicalNumber, GivesTheNumberAgain, (uint64_t bits)) {
  const double number = from_bits(bits);
  RC_PRE(std::isfinite(number));
  RC_ASSERT(std::strtod(canonical_number(number).c_str(), nullptr) == number);
}

}  // namespace broker::message
