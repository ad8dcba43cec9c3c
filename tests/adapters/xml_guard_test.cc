#include "adapters/xml_guard.h"

#include <gtest/gtest.h>
#include <pugixml.hpp>
#include <rapidcheck.h>

#include "tests/adapters/ctf_samples.h"

namespace adapters {
namespace {

std::string verdict(std::string_view text, const XmlLimits& limits = {}) {
  const auto problem = check_xml(text, limits);
  return problem ? samples::code_of(*problem) : "good";
}

TEST(XmlGuard, LetsWellFormedTextPass) {
  for (const auto* text :
       {"<a/>", "<a></a>", "<a b='1' c=\"2\"/>", "<a ><b /></a >", "<?xml version='1.0'?>\n<!-- x --><a>t</a>\n<?p i?>",
        "<a>&lt;&amp;&#65;&#x1F600;</a>", "<a><![CDATA[<!DOCTYPE x> & ]] >]]></a>", "<a><!-- <!ENTITY x> --></a>",
        "<a b='&quot;>'>x > y</a>", "<é>ü</é>"}) {
    EXPECT_EQ(verdict(text), "good") << text;
  }
}

TEST(XmlGuard, RefusesEveryDocumentTypeAndEntity) {
  for (const auto* text : {"<!DOCTYPE a><a/>", "<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
                           "<!doctype a><a/>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a><!ENTITY x 'y'></a>",
                           "<!-- x --><!DOCTYPE a><a/>", "<a/><!DOCTYPE a>", "<![CDATA <a/>"}) {
    EXPECT_EQ(verdict(text), "dtd") << text;
  }
  for (const auto* text :
       {"<a>&x;</a>", "<a b='&x;'/>", "<a>&lt</a>", "<a>&</a>", "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#x110000;</a>",
        "<a>&#;</a>", "<a>&#x;</a>", "<a>&#99999999999999999;</a>", "<a>& lt;</a>"}) {
    EXPECT_EQ(verdict(text), "entity") << text;
  }
}

TEST(XmlGuard, RefusesTextThatEndsTooEarly) {
  const std::string whole = "<?xml version='1.0'?><a b='1'><!-- c --><![CDATA[d]]>text</a>";
  EXPECT_EQ(verdict(whole), "good");
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(verdict(whole.substr(0, length)), "good") << whole.substr(0, length);
  }
  EXPECT_EQ(verdict("<a><b></b>"), "truncated");
}

TEST(XmlGuard, RefusesWhatIsNotWellFormed) {
  for (const auto* text : {"<a></b>",
                           "</a>",
                           "<a><b></a></b>",
                           "<a/><b/>",
                           "<a/>text",
                           "<a b/>",
                           "<a b=1/>",
                           "<a b='1'c='2'/>",
                           "<a b='1' b='2'/>",
                           "<a b='<'/>",
                           "<1a/>",
                           "< a/>",
                           "<a><?xml version='1.0'?></a>",
                           "<?XML version='1.0'?><a/>",
                           "<a><!-- -- --></a>",
                           "<a>]]></a>",
                           "",
                           "  ",
                           "<!-- x -->",
                           "<a /b>",
                           "<![CDATA[x]]><a/>"}) {
    EXPECT_EQ(verdict(text), "malformed-xml") << text;
  }
  EXPECT_EQ(verdict("surname,forename\n"), "not-xml");
  EXPECT_EQ(verdict("<a>\x01</a>"), "xml-character");
  EXPECT_EQ(verdict("<a>\xEF\xBF\xBF</a>"), "xml-character");
}

TEST(XmlGuard, StopsAtItsLimits) {
  std::string deep;
  for (int i = 0; i < 33; ++i) deep += "<a>";
  EXPECT_EQ(verdict(deep), "too-deep");
  XmlLimits few;
  few.nodes_max = 3;
  EXPECT_EQ(verdict("<a><b/></a>", few), "good");
  EXPECT_EQ(verdict("<a><b/><c/><d/></a>", few), "too-many-elements");
  std::string attributes = "<a";
  for (int i = 0; i < 33; ++i) attributes += " a" + std::to_string(i) + "=''";
  EXPECT_EQ(verdict(attributes + "/>"), "too-many-elements");
  EXPECT_EQ(verdict("<" + std::string(101, 'a') + "/>"), "malformed-xml");
}

TEST(XmlGuard, NamesTheLine) {
  EXPECT_EQ(check_xml("<a>\n<b>\n</a>")->detail, "Line 3: an end that matches no start.");
}

// What the guard lets pass the parser must read, or the two see different files.
TEST(XmlGuard, LetsNothingPassThatTheParserRefuses) {
  EXPECT_TRUE(rc::check([] {
    std::string text;
    const auto pieces = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 16));
    for (const int piece : pieces) {
      constexpr std::array<const char*, 16> parts = {"<a>",   "</a>",     "<b x='1'>", "</b>",         "<c/>", "text",
                                                     "&amp;", "<!-- -->", "<!D",       "<?p?>",        "'",    ">",
                                                     "<",     " ",        "]]>",       "<![CDATA[x]]>"};
      text += parts.at(static_cast<size_t>(piece));
    }
    text = "<r>" + text + "</r>";
    pugi::xml_document document;
    if (!check_xml(text)) RC_ASSERT(static_cast<bool>(document.load_buffer(text.data(), text.size())));
  }));
}

}  // namespace
}  // namespace adapters
