#include "adapters/pupil_csv.h"

#include <sstream>

#include <gtest/gtest.h>

namespace adapters {
namespace {

std::vector<PupilRow> read_all(const std::string& text) {
  std::istringstream in(text);
  auto reader = PupilCsvReader::open(in);
  EXPECT_TRUE(reader.has_value());
  std::vector<PupilRow> out;
  while (auto row = reader->next()) out.push_back(std::move(*row));
  return out;
}

// The only error of a file with one row.
RowError error_of(const std::string& text) {
  const auto rows = read_all(text);
  EXPECT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].errors.size(), 1U);
  return rows[0].errors.at(0);
}

TEST(PupilCsv, ReadsEveryColumnInAnyOrder) {
  const auto rows = read_all(
      "surname,forename,record_id,dob,upn,former_upn,uln,middle_names,former_surname,preferred_forename,"
      "preferred_surname,sex,address_line1,address_line2,town,postcode,uprn,la_code,school_laestab,school_urn,"
      "year_group,guardian_name,guardian_phone,leaving_date,start_date,address_restricted\r\n"
      "Kowalska-Nowak,Zofia,r1,21/09/2012,e314204823001,F318401215027,9276308686,Anna,Wójcik,Zosia,Nowak,f,"
      "14 Mill Lane,Flat 2,Kingston,kt12ab,100023336956,314,314/4001,123456,7,Anna Kowalska,07700 900123,"
      "2026-07-21,2026-09,true\r\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].errors.empty());
  const matcher::PupilRecord& record = rows[0].record;
  EXPECT_EQ(rows[0].record_id, "r1");
  EXPECT_EQ(rows[0].line, 2U);
  EXPECT_EQ(record.upn, "E314204823001");
  EXPECT_EQ(record.former_upns, std::vector<std::string>{"F318401215027"});
  EXPECT_EQ(record.dob.text(), "2012-09-21");
  EXPECT_EQ(record.sex, "F");
  EXPECT_EQ(record.former_surname, "Wójcik");
  EXPECT_EQ(record.address.lines, (std::vector<std::string>{"14 Mill Lane", "Flat 2"}));
  EXPECT_EQ(record.school.laestab, "3144001");
  EXPECT_EQ(record.guardians[0].phone, "07700 900123");
  EXPECT_EQ(record.start_date.text(), "2026-09");
  EXPECT_TRUE(record.address.restricted);
}

TEST(PupilCsv, RefusesAHeaderWithoutTheRequiredColumns) {
  for (const char* header :
       {"", "forename,surname\n", "record_id,forename\n", "record_id,surname,forename,forename\n"}) {
    std::istringstream in(header);
    EXPECT_FALSE(PupilCsvReader::open(in).has_value()) << header;
  }
  std::istringstream in("query_id,surname,forename\n");
  EXPECT_TRUE(PupilCsvReader::open(in).has_value());
}

TEST(PupilCsv, NamesTheColumnsItDoesNotKnow) {
  std::istringstream in("record_id,surname,forename,shoe_size\n1,a,b,30\n");
  auto reader = PupilCsvReader::open(in);
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ(reader->unknown_columns(), std::vector<std::string>{"shoe_size"});
  EXPECT_FALSE(reader->next()->is_refused);
}

TEST(PupilCsv, LeavesOutAValueThatCannotBeReadAndSaysWhere) {
  const std::string header = "record_id,forename,surname,";
  EXPECT_EQ(error_of(header + "dob\n1,a,b,2014-02-30\n"),
            (RowError{2, "dob", "bad-date",
                      "This is not a date of the calendar: use YYYY-MM-DD, DD/MM/YYYY, YYYY-MM or YYYY."}));
  EXPECT_EQ(error_of(header + "upn\n1,a,b,B80120\n").code, "bad-upn");
  EXPECT_EQ(error_of(header + "upn\n1,a,b,A801200005001\n").code, "upn-check-letter");
  EXPECT_EQ(error_of(header + "uln\n1,a,b,9276308687\n").code, "bad-uln");
  EXPECT_EQ(error_of(header + "sex\n1,a,b,X\n").code, "bad-sex");
  EXPECT_EQ(error_of(header + "uprn\n1,a,b,12x\n").code, "bad-uprn");
  EXPECT_EQ(error_of(header + "la_code\n1,a,b,31\n").code, "bad-la-code");
  EXPECT_EQ(error_of(header + "school_laestab\n1,a,b,314\n").code, "bad-laestab");
  EXPECT_EQ(error_of(header + "school_urn\n1,a,b,1\n").code, "bad-urn");
  EXPECT_EQ(error_of(header + "town\n1,a,b," + std::string(500, 'x') + "\n").code, "too-long");
}

TEST(PupilCsv, KeepsAMistypedUpnForTheMatcher) {
  EXPECT_EQ(read_all("record_id,forename,surname,upn\n1,a,b,A801200005001\n")[0].record.upn, "A801200005001");
}

TEST(PupilCsv, TreatsAnUnreadableFlagAsRestricted) {
  const auto rows = read_all("record_id,forename,surname,address_restricted\n1,a,b,maybe\n");
  EXPECT_TRUE(rows[0].record.address.restricted);
  EXPECT_EQ(rows[0].errors.at(0).code, "bad-flag");
}

TEST(PupilCsv, OneBadRowDoesNotStopTheOthers) {
  const auto rows = read_all("record_id,forename,surname\n,a,b\n2,\xFF,b\n\"3\"x,a,b\n4,,\n5,a,b\n");
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[0].errors.at(0).code, "id-missing");
  EXPECT_EQ(rows[1].errors.at(0).code, "not-utf8");
  EXPECT_EQ(rows[2].errors.at(0).code, "unreadable-row");
  EXPECT_EQ(rows[3].errors.at(0).code, "no-identity");
  for (size_t i = 0; i < 4; ++i) EXPECT_TRUE(rows[i].is_refused);
  EXPECT_FALSE(rows[4].is_refused);
  EXPECT_EQ(rows[4].line, 6U);
}

TEST(PupilCsv, WritesWhatItReads) {
  matcher::PupilRecord record;
  record.upn = "E314204823001";
  record.forename = "Zofia";
  record.surname = "Kowalska, née Nowak";
  record.dob = {2012, 9, 0};
  record.address.lines = {"14 Mill Lane"};
  record.address.restricted = true;
  record.guardians = {{"Anna", "07700900123"}};
  std::string text = pupil_csv_header("record_id");
  append_pupil_csv(text, "r1", record, FormulaGuard::off);
  EXPECT_EQ(read_all(text)[0].record, record);
}

}  // namespace
}  // namespace adapters
