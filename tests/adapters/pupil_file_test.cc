#include "adapters/pupil_file.h"

#include <gtest/gtest.h>

#include "adapters/pupil_csv.h"
#include "tests/adapters/ctf_samples.h"
#include "tests/support/zip_maker.h"

namespace adapters {
namespace {

std::string csv_of(int rows) {
  std::string csv = "record_id,surname,forename,dob\n";
  for (int i = 0; i < rows; ++i) csv += std::to_string(i) + ",Ash,Ann,2014-05-03\n";
  return csv;
}

std::vector<FilePart> parts_of(const std::string& bytes, const std::string& name, size_t rows_max = 100) {
  const auto reader = PupilFileReader::open(std::string_view(bytes), name, *file_format("", name), FilePurpose::lost);
  std::vector<FilePart> parts;
  do {
    auto part = reader->next(rows_max);
    EXPECT_TRUE(part) << part.error().detail;
    if (!part) break;
    parts.push_back(std::move(*part));
  } while (!parts.back().is_last);
  return parts;
}

TEST(PupilFile, GivesALargeFileInPartsOfBoundedSize) {
  const auto parts = parts_of(csv_of(250), "a.csv");
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].rows.size(), 100U);
  EXPECT_EQ(parts[2].rows.size(), 50U);
  EXPECT_EQ(parts[1].rows.front().row, 102);  // the header is line 1
}

// The worker counts on it when it goes on after a crash.
TEST(PupilFile, FallsIntoTheSamePartsEachTime) {
  const std::string zip = support::make_zip({{"a.csv", csv_of(130)}, {"b/c.csv", csv_of(70)}, {"d.csv", csv_of(5)}});
  const auto first = parts_of(zip, "a.zip", 50);
  const auto second = parts_of(zip, "a.zip", 50);
  ASSERT_EQ(first.size(), second.size());
  int64_t received = 0;
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].received, second[i].received);
    ASSERT_EQ(first[i].rows.size(), second[i].rows.size());
    received += first[i].received;
  }
  EXPECT_EQ(received, 205);
}

TEST(PupilFile, KeepsATransferFileForEachLostPupil) {
  const std::string file =
      "<CTfile><Header><CTFversion>25.0</CTFversion><SourceSchool><LEA>314</LEA><Estab>4001</Estab>"
      "</SourceSchool><DestSchool><LEA>MMM</LEA><Estab>MMMM</Estab></DestSchool></Header>"
      "<CTFpupilData><Pupil><Surname>Ash</Surname><New>kept</New></Pupil>"
      "<Pupil><Surname>Bell</Surname></Pupil></CTFpupilData></CTfile>";
  const auto parts = parts_of(file, "3144001_CTF_MMMMMMM_001.xml");
  ASSERT_EQ(parts.at(0).rows.size(), 2U);
  const FileRow& first = parts[0].rows[0];
  EXPECT_NE(first.transfer_file.find("<New>kept</New>"), std::string::npos);
  EXPECT_EQ(first.transfer_file.find("Bell"), std::string::npos);
  EXPECT_EQ(first.transfer_name, "3144001_CTF_MMMMMMM_001.xml");
  EXPECT_EQ(parts[0].rows[1].transfer_name, "3144001_CTF_MMMMMMM_002.xml");
}

TEST(PupilFile, RefusesOneMemberAndTakesTheOthers) {
  const auto parts = parts_of(support::make_zip({{"a.xml", "<CTfile>"},
                                                 {"../b.csv", csv_of(1)},
                                                 {"__MACOSX/a.csv", "x"},
                                                 {"c.csv", csv_of(2)},
                                                 {"d.csv", "no,header\n1,2\n"}}),
                              "a.zip");
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].rows.size(), 2U);
  ASSERT_EQ(parts[0].refusals.size(), 3U);
  EXPECT_EQ(parts[0].refusals[0].member, "a.xml");
  EXPECT_EQ(parts[0].refusals[0].error.code, "unreadable-file");
  EXPECT_EQ(parts[0].refusals[1].error.code, "zip-path");
  EXPECT_EQ(parts[0].refusals[2].member, "d.csv");
}

TEST(PupilFile, SaysWhereAZipStopsBeingOne) {
  const std::string zip = support::make_zip({{"a.csv", csv_of(2000)}, {"b.csv", csv_of(2000)}});
  for (const size_t size : {size_t{0}, size_t{3}, zip.size() / 3, zip.size() / 2}) {
    const std::string cut = zip.substr(0, size);
    const auto reader = PupilFileReader::open(std::string_view(cut), "a.zip", FileFormat::zip, FilePurpose::lost);
    bool is_refused = false;
    for (int i = 0; i < 100 && !is_refused; ++i) {
      auto part = reader->next(100);
      is_refused = !part;
      if (part && part->is_last) break;
    }
    EXPECT_TRUE(is_refused || size == 0) << size;
  }
}

TEST(PupilFile, CountsTheMembersOfAZip) {
  const std::string zip = support::make_zip({{"a.csv", ""}, {"b.csv", ""}, {"c.csv", ""}});
  ZipReader reader(std::string_view(zip), ZipLimits{.members_max = 2});
  EXPECT_TRUE(reader.next());
  EXPECT_TRUE(reader.next());
  const auto third = reader.next();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().members.front().second, zip_code::too_many);
}

// What is mended in a row of the report goes in again as it stands.
TEST(PupilFile, GivesRefusedRowsSoThatTheyCanBeMended) {
  const auto parts =
      parts_of("surname,record_id,forename,dob,guardian_phone\nAsh,1,Ann,2014-13-03,+44 20 7946 0000\n", "a.csv");
  ASSERT_EQ(parts.at(0).refusals.size(), 1U);
  std::string again = "error_row,error_code,error_reason";
  for (const std::string_view column : pupil_columns()) again += "," + std::string(column);
  again += "\n2,bad-date,x," + parts[0].refusals[0].text;
  EXPECT_NE(again.find("'+44"), std::string::npos);
  again.replace(again.find("2014-13-03"), 10, "2014-12-03");
  const auto mended = parts_of(again, "b.csv");
  ASSERT_EQ(mended.at(0).rows.size(), 1U);
  EXPECT_TRUE(mended[0].warnings.empty());
  EXPECT_EQ(mended[0].rows[0].pupil.guardians.at(0).phone, "+44 20 7946 0000");
}

}  // namespace
}  // namespace adapters
