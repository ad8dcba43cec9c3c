#include "adapters/ctf_file_name.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace adapters {
namespace {

TEST(CtfFileName, ReadsSenderTypeRecipientAndSerial) {
  const auto name = parse_ctf_file_name("3144001_CTF_3182005_012.xml");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->source, (CtfParty{"314", "4001"}));
  EXPECT_EQ(name->kind, CtfKind::transfer);
  EXPECT_EQ(name->destination, (CtfParty{"318", "2005"}));
  EXPECT_EQ(name->serial, 12);
}

TEST(CtfFileName, KnowsTheSpecialParties) {
  EXPECT_EQ(parse_ctf_file_name("3144001_CTF_XXXXXXX_001.xml")->destination.kind(), PartyKind::unknown);
  EXPECT_EQ(parse_ctf_file_name("3144001_CTF_MMMMMMM_001.xml")->destination.kind(), PartyKind::outside);
  EXPECT_EQ(parse_ctf_file_name("314LLLL_CTF_3182005_001.xml")->source.kind(), PartyKind::authority);
  EXPECT_EQ(parse_ctf_file_name("XXXXXXX_CTF_3182005_001.xml")->source.kind(), PartyKind::unknown);
  EXPECT_EQ(parse_ctf_file_name("3144001_CTF_3182005_001.xml")->source.kind(), PartyKind::school);
  EXPECT_EQ(parse_ctf_file_name("3144001_CML_314LLLL_001.xml")->kind, CtfKind::leaver);
  EXPECT_EQ(parse_ctf_file_name("3144001_CMJ_314LLLL_001.xml")->kind, CtfKind::joiner);
}

TEST(CtfFileName, ToleratesWhatBrowsersAndPeopleDoToNames) {
  const auto plain = parse_ctf_file_name("3144001_CTF_XXXXXXX_001.xml");
  for (const auto* name :
       {"3144001_CTF_XXXXXXX_001 (1).xml", "3144001_CTF_XXXXXXX_001(1).xml", "3144001_CTF_XXXXXXX_001 (1) (12).xml",
        "3144001_CTF_XXXXXXX_001.xml (2)", "3144001_ctf_xxxxxxx_001.XML", " 3144001_CTF_XXXXXXX_001.xml ",
        "C:\\Users\\office\\3144001_CTF_XXXXXXX_001.xml", "out/3144001_CTF_XXXXXXX_001.xml"}) {
    EXPECT_EQ(parse_ctf_file_name(name), plain) << name;
  }
}

TEST(CtfFileName, IsNothingForAnyOtherName) {
  for (const auto* name :
       {"", ".xml", "CTF.xml", "3144001_CTF_XXXXXXX_001", "3144001_CTF_XXXXXXX_001.csv", "3144001_ATF_3182005_001.xml",
        "314400_CTF_XXXXXXX_001.xml", "3144001_CTF_XXXXXX_001.xml", "3144001_CTF_XXXMMMM_001.xml",
        "3144001_CTF_314XXXX_001.xml", "3144001_CTF_LLLLLLL_001.xml", "3144001_CTF_3182005_1.xml",
        "3144001_CTF_3182005_0001.xml", "3144001_CTF_3182005_00a.xml", "3144001-CTF-3182005-001.xml",
        "3144001_CTF_XXXXXXX_001 (a).xml", "3144001_CTF_XXXXXXX_001 ().xml", "(1).xml", "/"}) {
    EXPECT_FALSE(parse_ctf_file_name(name)) << name;
  }
  EXPECT_FALSE(parse_ctf_file_name(std::string(1000, 'X')));
}

TEST(CtfFileName, IsReadBackFromWhatItWrites) {
  EXPECT_TRUE(rc::check([] {
    const auto party = [] {
      const auto digits = [](int width) {
        std::string text;
        for (int i = 0; i < width; ++i) text += static_cast<char>('0' + *rc::gen::inRange(0, 10));
        return text;
      };
      switch (*rc::gen::inRange(0, 4)) {
        case 0: return CtfParty{"XXX", "XXXX"};
        case 1: return CtfParty{"MMM", "MMMM"};
        case 2: return CtfParty{digits(3), "LLLL"};
        default: return CtfParty{digits(3), digits(4)};
      }
    };
    const CtfFileName name{party(), static_cast<CtfKind>(*rc::gen::inRange(0, 3)), party(), *rc::gen::inRange(0, 1000)};
    RC_ASSERT(parse_ctf_file_name(format_ctf_file_name(name)) == name);
  }));
}

}  // namespace
}  // namespace adapters
