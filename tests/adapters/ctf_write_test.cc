#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "adapters/ctf.h"
#include "tests/adapters/ctf_samples.h"

namespace adapters {
namespace {

using samples::file_of;
using samples::full_pupil;
using samples::lost_name;
using samples::pupil_of;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view school_destination = "<LEA>318</LEA><Estab>2005</Estab>";

CtfHeader header_of(std::string_view version) {
  CtfHeader header;
  header.version = version;
  header.date_time = "2026-11-02T09:30:00";
  header.document_qualifier = "full";
  header.source = {"314", "LLLL"};
  header.source_name = "Invented Council";
  header.academic_year = "2026";
  header.destination = {"318", "2005"};
  return header;
}

TEST(CtfWrite, GivesTheVeryBytesBackInEveryEncoding) {
  for (const auto encoding : {XmlEncoding::utf8, XmlEncoding::utf16_le, XmlEncoding::utf16_be}) {
    const auto* name = encoding == XmlEncoding::utf8 ? "UTF-8" : "UTF-16";
    const std::string declaration = std::string("<?xml version='1.0' encoding='") + name + "'?>";
    const auto bytes =
        encode_xml({file_of(full_pupil, "25.0", "<LEA>XXX</LEA><Estab>XXXX</Estab>", declaration), encoding, true});
    const auto first = read_ctf(bytes, lost_name);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->pupils[0].record.surname, "O'Example-Żuraw");
    EXPECT_EQ(write_ctf(*first), bytes);
  }
}

TEST(CtfWrite, GivesOnePupilWithoutTheOthersAndKeepsUnknownBlocks) {
  const auto others =
      pupil_of("<Surname>Before</Surname>") + std::string(full_pupil) + pupil_of("<Surname>After</Surname>");
  const auto file = read_ctf(file_of(others, "25.0", school_destination), "");
  ASSERT_TRUE(file);
  const auto one = write_ctf_of_pupil(*file, 2);
  EXPECT_THAT(one, Not(HasSubstr("Before")));
  EXPECT_THAT(one, Not(HasSubstr("After")));
  EXPECT_THAT(one,
              HasSubstr("<!-- kept --><Odd attr='1 &lt; 2'><![CDATA[<raw> & kept]]></Odd><Empty/></SupplierBlock>"));
  EXPECT_THAT(one, HasSubstr("<SEN><StartDate>2021-09-01</StartDate><SENprovision>K</SENprovision></SEN>"));
  const auto again = read_ctf(one, "");
  ASSERT_TRUE(again);
  ASSERT_EQ(again->pupils.size(), 1U);
  EXPECT_TRUE(again->pupils[0].record == file->pupils[1].record);
  EXPECT_EQ(again->header, file->header);
  EXPECT_EQ(write_ctf_of_pupil(*again, 1), one);
}

TEST(CtfWrite, GivesOnePupilOutOfMarkUpThatLooksLikePupils) {
  const std::string bytes =
      "<CTfile a='>'><Header/><!-- <Pupil> --><Pupil/><CTFpupilData b=\"/>\"><Pupil "
      "c='/>'><Surname>A</Surname><X><Pupil>"
      "nested</Pupil></X></Pupil>text<Pupil/><![CDATA[<Pupil>]]><?p <Pupil>?><Pupil ><Surname>B</Surname></Pupil "
      "></CTFpupilData>"
      "<CMEpupilData>\r\n<Pupil><Surname>C&#13;</Surname></Pupil></CMEpupilData></CTfile>";
  const auto file = read_ctf(bytes, "3144001_CML_314LLLL_001.xml");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->pupils.size(), 4U);
  EXPECT_EQ(write_ctf_of_pupil(*file, 3),
            "<CTfile a='>'><Header/><!-- <Pupil> --><Pupil/><CTFpupilData b=\"/>\">text<![CDATA[<Pupil>]]><?p <Pupil>?>"
            "<Pupil ><Surname>B</Surname></Pupil ></CTFpupilData><CMEpupilData></CMEpupilData></CTfile>");
}

TEST(CtfWrite, GivesOnePupilInTheEncodingOfTheFile) {
  const auto text = file_of(full_pupil, "24.0", school_destination, "<?xml version='1.0' encoding='utf-16'?>");
  const auto file = read_ctf(encode_xml({text, XmlEncoding::utf16_be, true}), "");
  ASSERT_TRUE(file);
  const auto again = read_ctf(write_ctf_of_pupil(*file, 1), "");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->document.encoding, XmlEncoding::utf16_be);
  EXPECT_TRUE(again->pupils[0].record == file->pupils[0].record);
}

TEST(CtfWrite, MakesAFileThatReadsBackAsTheSameRecords) {
  const auto original = read_ctf(file_of(full_pupil), lost_name)->pupils[0].record;
  for (const auto* version : {"24.0", "25.0"}) {
    const auto bytes = make_ctf(header_of(version), std::vector{original, original});
    const auto file = read_ctf(bytes, "314LLLL_CTF_3182005_001.xml");
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->warnings.empty());
    EXPECT_EQ(file->header, header_of(version));
    ASSERT_EQ(file->pupils.size(), 2U);
    EXPECT_TRUE(file->pupils[1].record == original);
    EXPECT_TRUE(file->pupils[1].errors.empty());
    EXPECT_EQ(write_ctf(*file), bytes);
    EXPECT_EQ(bytes.find("<Sex>") != std::string::npos, std::string_view(version) == "25.0");
    EXPECT_EQ(bytes.find("<Gender>") != std::string::npos, std::string_view(version) == "24.0");
  }
}

TEST(CtfWrite, TellsNothingOfWhereARestrictedChildIs) {
  auto record = read_ctf(file_of(full_pupil), lost_name)->pupils[0].record;
  record.address.restricted = true;
  const auto bytes = make_ctf(header_of("25.0"), std::vector{record});
  for (const auto* trace : {"Imaginary", "KT2", "100021000001", "07700", "7946", "4001", "Academy", "Anna Ż"}) {
    EXPECT_THAT(bytes, Not(HasSubstr(trace)));
  }
  EXPECT_THAT(bytes, HasSubstr("<UPN>E314204823001</UPN>"));
}

TEST(CtfWrite, JoinsAddressLinesForWhichThereIsNoRoom) {
  matcher::PupilRecord record;
  record.surname = "A";
  record.address.lines = {"1", "2", "3", "4", "5", "6"};
  auto lines = read_ctf(make_ctf(header_of("25.0"), std::vector{record}), "")->pupils[0].record.address.lines;
  EXPECT_THAT(lines, testing::ElementsAre("1", "2", "3", "4", "5, 6"));
  record.address.town = "T";
  lines = read_ctf(make_ctf(header_of("25.0"), std::vector{record}), "")->pupils[0].record.address.lines;
  EXPECT_THAT(lines, testing::ElementsAre("1", "2", "3, 4, 5, 6"));
}

// Any text that a person could have typed, and much that none could.
std::string any_text() {
  constexpr std::array<const char*, 14> parts = {"a\r\nb", "c\td", "Anna", "Ż", "ó",   "'",     "<",
                                                 "&",      ">",    "\"",   "-", "]]>", "&amp;", "文"};
  std::string text;
  const auto pieces = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 14));
  for (const int piece : pieces) text += parts.at(static_cast<size_t>(piece));
  return text.size() > ctf_field_bytes_max ? "x" : text;
}

TEST(CtfWrite, ReadsBackEveryRecordThatItMakes) {
  EXPECT_TRUE(rc::check([] {
    matcher::PupilRecord record;
    record.surname = "S" + any_text();
    record.forename = any_text();
    record.middle_names = any_text();
    record.former_surname = any_text();
    record.former_forename = any_text();
    record.preferred_surname = any_text();
    record.preferred_forename = any_text();
    record.dob = {*rc::gen::inRange(1990, 2025), *rc::gen::inRange(1, 13), *rc::gen::inRange(1, 29)};
    record.sex = *rc::gen::element(std::string("M"), std::string("F"), std::string());
    const int lines = *rc::gen::inRange(0, 4);
    for (int i = 0; i < lines; ++i) record.address.lines.push_back("L" + any_text());
    record.address.town = any_text();
    if (*rc::gen::inRange(0, 2) == 1) record.guardians = {{"G" + any_text(), "07700 900000"}, {"H", ""}};
    record.school = {"3182005", "", any_text()};
    record.la_code = "314";
    record.start_date = {2025, *rc::gen::inRange(1, 13), 0};
    const auto bytes = make_ctf(header_of(*rc::gen::element("24.0", "25.0")), std::vector{record});
    const auto file = read_ctf(bytes, "");
    RC_ASSERT(file.has_value());
    RC_ASSERT(file->pupils[0].record == record);
    RC_ASSERT(file->pupils[0].errors.empty());
    RC_ASSERT(write_ctf(*file) == bytes);
    RC_ASSERT(make_ctf(file->header, std::vector{file->pupils[0].record}) == bytes);
  }));
}

}  // namespace
}  // namespace adapters
