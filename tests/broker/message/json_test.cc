#include "broker/message/json.h"

#include <chrono>

#include <gtest/gtest.h>

#include "broker/message/case.h"
#include "broker/message/resource.h"

namespace broker::message::testing {
namespace {

// The name of the problem that opening a case with this body meets; empty when it is taken.
std::string refusal_of(const std::string& body) {
  const auto request = decode_open_case(body);
  return request ? "" : std::string(base::kind_of(request.error().type).name);
}

std::string with_surname(const std::string& json_text) {
  return R"({"child":{"surname":)" + json_text + R"(,"forename":"Ann"}})";
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST(StrictJson, TakesOneObject) {
  EXPECT_EQ(refusal_of(with_surname(R"("Okonkwo")")), "");
  EXPECT_EQ(refusal_of(" \n" + with_surname(R"("Zo\u00eb \ud83d\ude00")") + "\r\n"), "");
}

TEST(StrictJson, RefusesWhatIsNotOneObject) {
  for (const char* body : {"",
                           " ",
                           "null",
                           "1",
                           "\"x\"",
                           "[]",
                           "{",
                           "{}{}",
                           "{\"child\":}",
                           "{\"a\":1,}",
                           "{'a':1}",
                           "{\"a\":01}",
                           "{\"a\":+1}",
                           "{\"a\":.5}",
                           "{\"a\":NaN}",
                           "{\"a\":tru}",
                           "// x\n{}",
                           "{\"a\":1}x",
                           "{\"a\" 1}",
                           "{a:1}",
                           "\xEF\xBB\xBF{",
                           "{\"a\":\"\t\"}",
                           "{\"a\":\"\\x\"}"}) {
    EXPECT_EQ(refusal_of(body), "malformed-json") << body;
  }
}

TEST(StrictJson, SaysWhereReadingStoppedButNotWhatStoodThere) {
  const auto request = decode_open_case(R"({"child":{"surname":"Okonkwo",}})");
  ASSERT_FALSE(request);
  EXPECT_NE(request.error().detail.find("byte "), std::string::npos);
  EXPECT_EQ(request.error().detail.find("Okonkwo"), std::string::npos);
}

TEST(StrictJson, RefusesBytesThatAreNoUtf8) {
  for (const char* bytes : {"\x80", "\xC0\xAF", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(refusal_of(with_surname("\"" + std::string(bytes) + "\"")), "malformed-json");
  }
  EXPECT_EQ(refusal_of(with_surname(std::string("\"a\0b\"", 5))), "malformed-json");
}

TEST(StrictJson, RefusesALoneSurrogate) {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", R"("\ud800x")"}) {
    EXPECT_EQ(refusal_of(with_surname(text)), "malformed-json") << text;
  }
}

TEST(StrictJson, RefusesAMemberNamedTwiceAtAnyDepth) {
  EXPECT_EQ(refusal_of(R"({"reason":"a","reason":"a","child":{"surname":"A","forename":"B"}})"), "malformed-json");
  EXPECT_EQ(refusal_of(R"({"child":{"surname":"A","forename":"B","surname":"C"}})"), "malformed-json");
  EXPECT_EQ(refusal_of(R"({"child":{"surname":"A","forename":"B","sur\u006eame":"C"}})"), "malformed-json");
  EXPECT_EQ(refusal_of(R"({"child":{"surname":"A","forename":"B","guardians":[{"name":"X"},{"name":"Y"}]}})"), "");
}

TEST(StrictJson, RefusesDeepNestingWithoutGoingDown) {
  const auto nested = [](int depth) { return R"({"x":)" + repeated("[", depth - 1) + repeated("]", depth - 1) + "}"; };
  EXPECT_EQ(refusal_of(nested(json_depth_max)), "invalid");
  EXPECT_EQ(refusal_of(nested(json_depth_max + 1)), "malformed-json");
  EXPECT_EQ(refusal_of(repeated(R"({"x":)", 100'000)), "malformed-json");
  EXPECT_EQ(refusal_of(repeated("[", 500'000)), "malformed-json");
}

// 1e999 was an exception of another kind than the one caught, and so an answer 500.
TEST(StrictJson, RefusesANumberThatNoDoubleHolds) {
  EXPECT_EQ(refusal_of(R"({"missing_since":1e999})"), "malformed-json");
  EXPECT_EQ(refusal_of(R"({"missing_since":-1e400})"), "malformed-json");
  EXPECT_EQ(refusal_of(R"({"missing_since":123456789012345678901234567890})"), "invalid");
}

// Members stand in a list and each new one was looked for in all of it: a body of a megabyte took minutes of the one
// thread that answers everybody.
TEST(StrictJson, RefusesAnObjectOfVeryManyMembersAtOnce) {
  std::string body = "{";
  for (int i = 0; i < 90'000; ++i) body += "\"" + std::to_string(i) + "\":1,";
  body.back() = '}';
  EXPECT_EQ(refusal_of(body), "malformed-json");
}

// Each object's end made the parser look through the whole list that it stands in.
TEST(StrictJson, ReadsALongListOfObjectsInItsOwnTime) {
  const std::string body = R"({"x":[{})" + repeated(",{}", 300'000) + "]}";
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(refusal_of(body), "invalid");
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(30));
}

TEST(StrictJson, NamesAtMostSoManyUnknownMembers) {
  std::string body = "{";
  for (size_t i = 0; i < json_members_max; ++i) body += "\"m" + std::to_string(i) + "\":1,";
  body.back() = '}';
  const auto request = decode_open_case(body);
  ASSERT_FALSE(request);
  EXPECT_LE(request.error().errors.size(), field_errors_max);
  EXPECT_EQ(request.error().errors.front(), (base::FieldError{"/child", "is required"}));
}

TEST(StrictJson, NamesAnUnknownMemberByItsPointerEvenAHostileOne) {
  const auto request = decode_open_case(R"({"a/b~c":1,"a\u0000":2,"child":{"surname":"A","forename":"B","dbo":"x"}})");
  ASSERT_FALSE(request);
  ASSERT_EQ(request.error().errors.size(), 3u);
  EXPECT_EQ(request.error().errors[0].pointer, "/child/dbo");
  EXPECT_EQ(request.error().errors[1].pointer, "/a~1b~0c");
  const std::string body = encode_problem(request.error(), "urn:waymark:request:1");
  EXPECT_NE(body.find(R"("/a\u0000")"), std::string::npos);
  EXPECT_TRUE(parse_object(body));
}

TEST(StrictJson, AnswersANameCutInTheMiddleOfACharacterInUtf8) {
  const auto request = decode_close(R"({")" + repeated("\xC3\xAB", 20) + "x" + repeated("\xC3\xAB", 40) + R"(":1})");
  ASSERT_FALSE(request);
  EXPECT_TRUE(parse_object(encode_problem(request.error(), "")));
}

// The library's writer is the slow twin.
TEST(JsonText, IsWrittenAsTheLibraryWritesIt) {
  std::string all;
  for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
  const Json values = {{"all", all},
                       {"of_many", "Zoë 😀 \"\\\n"},
                       {all, {1, -1, 0, 18446744073709551615U, INT64_MIN, 0.5, 1e300, -0.25}},
                       {"nul", std::string("a\0b", 3)},
                       {"empty", {Json::object(), Json::array(), "", nullptr, true, false}},
                       {"long", repeated("ein längerer Text, ", 500)}};
  EXPECT_EQ(dump(values), values.dump());
  EXPECT_EQ(dump(Json("plain")), "\"plain\"");
  EXPECT_THROW(dump(Json("cut \xC3")), std::exception);
}

}  // namespace broker::message::testing
