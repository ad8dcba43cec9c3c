#include "adapters/ctf.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/ctf_samples.h"

namespace adapters {
namespace {

using samples::code_of;
using samples::file_of;
using samples::full_pupil;
using samples::lost_name;
using samples::pupil_of;
using samples::read_pupil;
using samples::refusal_of;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> warnings_of(const CtfFile& file) {
  std::vector<std::string> codes;
  for (const auto& warning : file.warnings) codes.push_back(warning.code);
  return codes;
}

std::vector<std::string> warnings_of(std::string_view bytes, std::string_view name) {
  return warnings_of(read_ctf(bytes, name).value());
}

std::vector<std::string> errors_of(const CtfPupil& pupil) {
  std::vector<std::string> errors;
  for (const auto& error : pupil.errors) errors.push_back(error.column + " " + error.code);
  return errors;
}

TEST(Ctf, ReadsTheHeader) {
  const auto file = read_ctf(file_of(full_pupil), lost_name);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->header.version, "25.0");
  EXPECT_EQ(file->header.date_time, "2026-11-02T09:30:00");
  EXPECT_EQ(file->header.document_qualifier, "full");
  EXPECT_EQ(file->header.supplier_id, "Invented MIS");
  EXPECT_EQ(file->header.source.text(), "3144001");
  EXPECT_EQ(file->header.source_urn, "900001");
  EXPECT_EQ(file->header.academic_year, "2026");
  EXPECT_EQ(file->header.destination.kind(), PartyKind::unknown);
  EXPECT_TRUE(file->is_of_lost_pupils());
  EXPECT_THAT(file->warnings, IsEmpty());
}

TEST(Ctf, ReadsEverythingThatIdentifiesAChild) {
  const auto file = read_ctf(file_of(full_pupil), lost_name);
  ASSERT_TRUE(file);
  ASSERT_EQ(file->pupils.size(), 1U);
  const auto& pupil = file->pupils[0];
  EXPECT_EQ(pupil.row, 1U);
  EXPECT_EQ(pupil.line, 16U);
  EXPECT_FALSE(pupil.is_refused);
  EXPECT_THAT(pupil.errors, IsEmpty());
  matcher::PupilRecord expected;
  expected.upn = "E314204823001";
  expected.former_upns = {"T33020412301Z"};
  expected.uln = "1234567899";
  expected.surname = "O'Example-Żuraw";
  expected.forename = "Zofia";
  expected.middle_names = "Maria Anna";
  expected.former_surname = "Invented";
  expected.former_forename = "Sofia";
  expected.preferred_surname = "Zuraw";
  expected.preferred_forename = "Zosia";
  expected.dob = {2014, 5, 3};
  expected.sex = "F";
  expected.address = {
      {"Flat 2", "14 Imaginary Road", "Norbiton"}, "Kingston upon Thames", "KT2 6ZZ", "100021000001", false};
  expected.guardians = {
      {"Anna Żuraw", "020 7946 0001"}, {"Anna Żuraw", "07700 900002"}, {"Piotr Żuraw", ""}, {"", "07700 900001"}};
  expected.school = {"3144001", "", "Invented Academy"};
  expected.la_code = "314";
  expected.year_group = "7";
  expected.start_date = {2025, 9, 2};
  expected.leaving_date = {2026, 10, 16};
  EXPECT_TRUE(pupil.record == expected);
}

TEST(Ctf, ReadsPlainAddressLinesAndTheGenderOfVersion24) {
  const auto pupil = read_pupil(
      "<Surname>Invented</Surname><Gender>M</Gender><Address><AddressLines><AddressLine1>1 Made Up Way</AddressLine1>"
      "<AddressLine3>Surbiton</AddressLine3></AddressLines><Postcode>KT6 4ZZ</Postcode></Address>",
      "24.0");
  EXPECT_EQ(pupil.record.sex, "M");
  EXPECT_THAT(pupil.record.address.lines, ElementsAre("1 Made Up Way", "Surbiton"));
  EXPECT_EQ(pupil.record.address.postcode, "KT6 4ZZ");
  EXPECT_THAT(pupil.errors, IsEmpty());
}

TEST(Ctf, ExpectsVersions24And25AndWarnsOfOthersAndOfGenderIn25) {
  const auto old = pupil_of("<Surname>Invented</Surname><Gender>F</Gender>");
  EXPECT_THAT(warnings_of(file_of(old, "24.0"), lost_name), IsEmpty());
  EXPECT_THAT(warnings_of(file_of(old, "24"), lost_name), IsEmpty());
  EXPECT_THAT(warnings_of(file_of(old, "21.0"), lost_name), ElementsAre("version-not-expected"));
  EXPECT_THAT(warnings_of(file_of(old, "250.0"), lost_name), Contains("version-not-expected"));
  EXPECT_THAT(warnings_of(file_of(old, ""), lost_name), ElementsAre("version-not-expected"));
  EXPECT_THAT(warnings_of(file_of(old, "25.0"), lost_name), ElementsAre("gender-in-version-25"));
}

TEST(Ctf, UsesNeitherSexNorGenderWhereTheyDisagree) {
  const auto pupil = read_pupil("<Surname>A</Surname><Sex>M</Sex><Gender>F</Gender>");
  EXPECT_EQ(pupil.record.sex, "");
  EXPECT_THAT(errors_of(pupil), ElementsAre("Sex bad-sex"));
  EXPECT_THAT(errors_of(read_pupil("<Surname>A</Surname><Sex>X</Sex>")), ElementsAre("Sex bad-sex"));
  EXPECT_THAT(errors_of(read_pupil("<Surname>A</Surname><Sex>U</Sex>")), IsEmpty());
  EXPECT_EQ(read_pupil("<Surname>A</Surname><Sex>F</Sex><Gender>F</Gender>").record.sex, "F");
}

TEST(Ctf, KeepsAUpnWithAWrongCheckLetterForMatchingAndDropsWhatIsNone) {
  const auto wrong = read_pupil("<UPN>A801200005001</UPN><Surname>A</Surname>");
  EXPECT_EQ(wrong.record.upn, "A801200005001");
  EXPECT_THAT(errors_of(wrong), ElementsAre("UPN upn-check-letter"));
  const auto none = read_pupil("<UPN>UN1</UPN><Surname>A</Surname>");
  EXPECT_EQ(none.record.upn, "");
  EXPECT_THAT(errors_of(none), ElementsAre("UPN bad-upn"));
  const auto dissolved = read_pupil("<UPN>J820299712001</UPN><Surname>A</Surname>");
  EXPECT_THAT(errors_of(dissolved), testing::Not(Contains("UPN upn-unknown-authority")));
  EXPECT_THAT(errors_of(read_pupil("<UPN>b801200005001 </UPN><Surname>A</Surname>")), IsEmpty());
}

TEST(Ctf, ReportsEachUnreadableFieldAndReadsTheOthers) {
  const auto pupil = read_pupil(
      "<UniqueLearnerNumber>1234567890</UniqueLearnerNumber><Surname>A</Surname><DOB>2014-02-30</DOB>"
      "<Address><BS7666Address><Town>T</Town><UniquePropertyReferenceNumber>12X</UniquePropertyReferenceNumber>"
      "</BS7666Address><PostCode>NOWHERE</PostCode></Address>"
      "<SchoolHistory><School><LEA>31</LEA><Estab>4001</Estab><EntryDate>soon</EntryDate>"
      "<LeavingDate>2026-13-01</LeavingDate></School></SchoolHistory>");
  EXPECT_THAT(
      errors_of(pupil),
      ElementsAre("UniqueLearnerNumber bad-uln", "DOB bad-date", "Address/UniquePropertyReferenceNumber bad-uprn",
                  "Address/PostCode bad-postcode", "SchoolHistory/School bad-laestab",
                  "SchoolHistory/School/EntryDate bad-date", "SchoolHistory/School/LeavingDate bad-date"));
  EXPECT_EQ(pupil.record.surname, "A");
  EXPECT_EQ(pupil.record.address.town, "T");
  EXPECT_FALSE(pupil.record.dob.is_known());
  EXPECT_FALSE(pupil.is_refused);
}

TEST(Ctf, NeverRepeatsAValueInAnError) {
  const auto pupil = read_pupil(
      "<UPN>SECRET1</UPN><UniqueLearnerNumber>SECRET2</UniqueLearnerNumber><DOB>SECRET3</DOB><Sex>SECRET4</Sex>"
      "<Address><PostCode>SECRET5</PostCode></Address>");
  ASSERT_EQ(pupil.errors.size(), 6U);
  for (const auto& error : pupil.errors) {
    EXPECT_EQ((error.column + error.code + error.reason).find("SECRET"), std::string::npos) << error.column;
  }
}

TEST(Ctf, RefusesAPupilWithNeitherNameNorUpnAndReadsTheOthers) {
  const auto file =
      read_ctf(file_of(pupil_of("<DOB>2014-05-03</DOB>") + pupil_of("<Surname>A</Surname>") + pupil_of(""), "25.0",
                       "<LEA>314</LEA><Estab>LLLL</Estab>"),
               "3144001_CML_314LLLL_001.xml");
  ASSERT_TRUE(file);
  ASSERT_EQ(file->pupils.size(), 3U);
  EXPECT_TRUE(file->pupils[0].is_refused);
  EXPECT_THAT(errors_of(file->pupils[0]), ElementsAre(" no-identity"));
  EXPECT_FALSE(file->pupils[1].is_refused);
  EXPECT_EQ(file->pupils[1].row, 2U);
  EXPECT_TRUE(file->pupils[2].is_refused);
  EXPECT_TRUE(file->is_of_lost_pupils());
}

TEST(Ctf, ReadsTextInPiecesAndWithReferences) {
  const auto pupil = read_pupil("<Surname> O<!-- x -->&apos;<![CDATA[<Mal>]]>ley&#x301;\n</Surname>");
  EXPECT_EQ(pupil.record.surname, "O'<Mal>ley\u0301");
}

TEST(Ctf, LeavesOutAFieldOfFiveMegabytesAndKeepsItInTheFile) {
  const std::string long_name(5 * 1024 * 1024, 'a');
  const auto bytes = file_of(pupil_of("<Surname>" + long_name + "</Surname><Forename>Zofia</Forename>"));
  const auto file = read_ctf(bytes, lost_name);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->pupils[0].record.surname, "");
  EXPECT_EQ(file->pupils[0].record.forename, "Zofia");
  EXPECT_THAT(errors_of(file->pupils[0]), ElementsAre("Surname too-long"));
  EXPECT_EQ(write_ctf(*file), bytes);
}

TEST(Ctf, ReadsTheFirstOfTooManyContacts) {
  std::string contacts;
  for (int i = 0; i < 1000; ++i) contacts += "<Contact><Surname>C" + std::to_string(i) + "</Surname></Contact>";
  const auto pupil = read_pupil("<Surname>A</Surname><Contacts>" + contacts + "</Contacts>");
  EXPECT_EQ(pupil.record.guardians.size(), ctf_repeats_max);
  EXPECT_EQ(pupil.record.guardians[0].name, "C0");
  EXPECT_THAT(errors_of(pupil), ElementsAre("Contacts too-many"));
}

TEST(Ctf, TakesTheSchoolLeftLastOrMarkedElseTheSender) {
  const std::string two =
      "<School><LEA>318</LEA><Estab>2005</Estab><LeavingDate>2026-01-10</LeavingDate></School>"
      "<School><LEA>319</LEA><Estab>2001</Estab><LeavingDate>2020-07-20</LeavingDate></School>";
  EXPECT_EQ(read_pupil("<Surname>A</Surname><SchoolHistory>" + two + "</SchoolHistory>").record.school.laestab,
            "3182005");
  const auto sender = read_pupil("<Surname>A</Surname>");
  EXPECT_EQ(sender.record.school, (matcher::SchoolReference{"3144001", "900001", "Invented Academy"}));
  const auto nowhere = read_pupil(
      "<Surname>A</Surname><SchoolHistory><School><LEA>XXX</LEA><Estab>XXXX</Estab><SchoolName>Abroad</SchoolName></"
      "School>"
      "</SchoolHistory>");
  EXPECT_EQ(nowhere.record.school.name, "Abroad");
  EXPECT_THAT(errors_of(nowhere), IsEmpty());
}

TEST(Ctf, TakesTheSenderAsTheSchoolOfAJoiner) {
  const auto bytes = file_of(full_pupil, "25.0", "<LEA>314</LEA><Estab>LLLL</Estab>");
  const auto file = read_ctf(bytes, "3144001_CMJ_314LLLL_001.xml");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->kind, CtfKind::joiner);
  EXPECT_FALSE(file->is_of_lost_pupils());
  EXPECT_EQ(file->pupils[0].record.school.laestab, "3144001");
  EXPECT_EQ(file->pupils[0].record.start_date.text(), "2025-09-02");
}

TEST(Ctf, WarnsWhereNameAndHeaderDisagree) {
  const auto bytes = file_of(full_pupil);
  EXPECT_THAT(warnings_of(bytes, "3144002_CTF_3182005_001.xml"), ElementsAre("source-differs", "destination-differs"));
  EXPECT_THAT(warnings_of(bytes, "leaver.xml"), ElementsAre("file-name-not-known"));
  EXPECT_THAT(warnings_of(bytes, "3144001_CTF_XXXXXXX_001 (1).xml"), ElementsAre("file-name-repaired"));
  EXPECT_THAT(warnings_of(bytes, ""), IsEmpty());
  EXPECT_TRUE(read_ctf(bytes, "3144001_CTF_3182005_001.xml")->is_of_lost_pupils());
}

TEST(Ctf, WarnsOfAuthoritiesThatAreNotOrNoLongerThere) {
  const auto destined = [](std::string_view lea) {
    return file_of(full_pupil, "25.0", "<LEA>" + std::string(lea) + "</LEA><Estab>4001</Estab>");
  };
  EXPECT_THAT(warnings_of(destined("928"), ""), ElementsAre("destination-authority-dissolved"));
  EXPECT_EQ(read_ctf(destined("928"), "")->warnings[0].reason,
            "The authority 928 of the destination school is no longer in being; now 940, 941.");
  EXPECT_THAT(warnings_of(destined("999"), ""), ElementsAre("destination-authority-unknown"));
  EXPECT_THAT(warnings_of(destined("3x"), ""), ElementsAre("destination-invalid"));
}

TEST(Ctf, LetsTheNameStandInForAnEmptyHeader) {
  const std::string bytes = "<CTfile><CTFpupilData><Pupil><Surname>A</Surname></Pupil></CTFpupilData></CTfile>";
  EXPECT_EQ(refusal_of(bytes, ""), "no-header");
  const auto file = read_ctf(bytes, lost_name);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->header.source.text(), "3144001");
  EXPECT_THAT(warnings_of(*file), ElementsAre("version-not-expected", "source-from-name", "destination-from-name"));
}

TEST(Ctf, RefusesWhatIsNoTransferFile) {
  EXPECT_EQ(refusal_of("<ATfile><ATFpupilData/></ATfile>"), "admissions-file");
  EXPECT_EQ(refusal_of("<html><body/></html>"), "unknown-root");
  EXPECT_EQ(refusal_of("<ctfile/>"), "unknown-root");
  EXPECT_EQ(refusal_of(file_of("")), "no-pupils");
  EXPECT_EQ(refusal_of("<CTfile><Header/></CTfile>"), "no-pupils");
  EXPECT_EQ(refusal_of("surname,forename\nA,B\n"), "not-xml");
  EXPECT_EQ(refusal_of("PK\x03\x04"), "xml-character");
  EXPECT_EQ(refusal_of(""), "empty-file");
}

TEST(Ctf, RefusesSeveralPupilsInALostFileAndTakesThemElsewhere) {
  const auto two = pupil_of("<Surname>A</Surname>") + pupil_of("<Surname>B</Surname>");
  EXPECT_EQ(refusal_of(file_of(two)), "several-lost-pupils");
  EXPECT_EQ(refusal_of(file_of(two, "25.0", "<LEA>MMM</LEA><Estab>MMMM</Estab>"), ""), "read");
  EXPECT_EQ(refusal_of(file_of(two, "25.0", "<LEA>318</LEA><Estab>2005</Estab>"), ""), "read");
}

TEST(Ctf, RefusesDocumentTypesAndEntitiesInEveryEncoding) {
  const std::string bomb =
      "<!DOCTYPE CTfile [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
      "<CTfile><Header/><CTFpupilData><Pupil><Surname>&b;</Surname></Pupil></CTFpupilData></CTfile>";
  const std::string external =
      "<!DOCTYPE CTfile [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
      "<CTfile><Header/><CTFpupilData><Pupil><Surname>&x;</Surname></Pupil></CTFpupilData></CTfile>";
  for (const auto& text : {bomb, external}) {
    for (const auto encoding : {XmlEncoding::utf8, XmlEncoding::utf16_le, XmlEncoding::utf16_be}) {
      EXPECT_EQ(refusal_of(encode_xml({text, encoding, true})), "dtd");
    }
  }
  EXPECT_EQ(refusal_of("<CTfile><Header>&x;</Header></CTfile>"), "entity");
}

TEST(Ctf, RefusesAFileCutOffAnywhere) {
  const auto whole = file_of(full_pupil);
  EXPECT_EQ(refusal_of(whole), "read");
  for (size_t length = 0; length + 2 < whole.size(); length += 7)
    EXPECT_NE(refusal_of(whole.substr(0, length)), "read");
}

TEST(Ctf, RefusesMorePupilsThanItReads) {
  std::string pupils;
  for (size_t i = 0; i <= ctf_pupils_max; ++i) pupils += "<Pupil/>";
  EXPECT_EQ(refusal_of(file_of(pupils, "25.0", "<LEA>318</LEA><Estab>2005</Estab>"), ""), "too-many-pupils");
}

}  // namespace
}  // namespace adapters
