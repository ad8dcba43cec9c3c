// Every code that the OpenAPI document names for a refused row or file is produced here by a file that has it.
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "adapters/pupil_csv.h"
#include "broker/delivery/upload_steps.h"
#include "tests/broker/api/document.h"
#include "tests/support/scratch.h"
#include "tests/support/zip_maker.h"

namespace broker::api::testing {
namespace {

using delivery::Sender;
using Codes = std::set<std::string>;

class UploadCodes : public ::testing::Test {
 protected:
  // What is said of this file; a file that is refused as a whole says one code.
  Codes codes_of(const std::string& name, const std::string& bytes, const Sender& sender) {
    const auto reader = adapters::PupilFileReader::open(std::string_view(bytes), name, *adapters::file_format("", name),
                                                        *delivery::purpose_of(sender.kind));
    Codes codes;
    for (bool is_last = false; !is_last;) {
      auto part = reader->next(10);
      if (!part) {
        codes.insert(adapters::code_of_refusal(part.error()));
        break;
      }
      is_last = part->is_last;
      for (const auto& error : delivery::prepare_part(std::move(*part), sender, vault_).errors)
        codes.insert(error.code);
    }
    produced_.insert(codes.begin(), codes.end());
    return codes;
  }
  Codes lost(const std::string& name, const std::string& bytes) {
    return codes_of(name, bytes, {"314", "3144001", "lost_pupils"});
  }
  // One row with this value.
  Codes row(const std::string& column, const std::string& value) {
    return lost("a.csv", "record_id,forename,surname," + column + "\n1,Ann,Ash," + value + "\n");
  }
  static std::string file_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  static std::string ctf(const std::string& source, const std::string& destination, const std::string& more = "") {
    const auto party = [](const std::string& text) {
      return "<LEA>" + text.substr(0, 3) + "</LEA><Estab>" + text.substr(3) + "</Estab>";
    };
    return "<CTfile><Header><CTFversion>25.0</CTFversion><SourceSchool>" + party(source) +
           "</SourceSchool><DestSchool>" + party(destination) +
           "</DestSchool></Header><CTFpupilData><Pupil><Surname>Ash</Surname>" + more +
           "</Pupil></CTFpupilData></CTfile>";
  }
  Codes sent(const std::string& source, const std::string& destination) {
    return codes_of("a.xml", ctf(source, destination), {"314", "3144001", "transfer"});
  }

  support::Scratch scratch_;
  store::Vault vault_ = store::Vault::load({(scratch_.path() / "key").string()});
  Codes produced_;
};

TEST_F(UploadCodes, AreAllProduced) {
  EXPECT_EQ(row("dob", "2014-13-01"), Codes{"bad-date"});
  EXPECT_EQ(row("upn", "123"), Codes{"bad-upn"});
  EXPECT_EQ(row("upn", "A801200005001"), Codes{"upn-check-letter"});
  EXPECT_EQ(lost("a.xml", ctf("3144001", "XXXXXXX", "<UPN>H999200123456</UPN>")), Codes{"upn-unknown-authority"});
  EXPECT_EQ(row("uln", "1234567890"), Codes{"bad-uln"});
  EXPECT_EQ(row("uprn", "x"), Codes{"bad-uprn"});
  EXPECT_EQ(row("school_laestab", "31"), Codes{"bad-laestab"});
  EXPECT_EQ(lost("a.xml", ctf("3144001", "XXXXXXX", "<Address><PostCode>nowhere</PostCode></Address>")),
            Codes{"bad-postcode"});
  EXPECT_EQ(row("sex", "7"), Codes{"bad-sex"});
  EXPECT_EQ(row("town", std::string(500, 'x')), Codes{"too-long"});
  EXPECT_EQ(row("la_code", "x"), Codes{"bad-la-code"});
  EXPECT_EQ(row("school_urn", "x"), Codes{"bad-urn"});
  EXPECT_EQ(row("address_restricted", "perhaps"), Codes{"bad-flag"});
  EXPECT_EQ(row("town", "\xFF"), Codes{"not-utf8"});
  EXPECT_EQ(row("town", "\"x\"y"), Codes{"unreadable-row"});
  EXPECT_EQ(lost("a.csv", "record_id,forename,surname\n,Ann,Ash\n"), Codes{"id-missing"});
  EXPECT_EQ(lost("a.csv", "record_id,forename,surname\n1,,\n"), Codes{"no-identity"});
  std::string phones = "<Phones>";
  for (int i = 0; i < 30; ++i) phones += "<Phone><PhoneNo>020 7946 00" + std::to_string(10 + i) + "</PhoneNo></Phone>";
  EXPECT_EQ(lost("a.xml", ctf("3144001", "XXXXXXX", phones + "</Phones>")), Codes{"too-many"});

  EXPECT_EQ(lost("a.xml", "<CTfile>"), Codes{"unreadable-file"});
  EXPECT_EQ(lost("a.xml", ctf("3144001", "3194001")), Codes{"destination-known"});
  EXPECT_EQ(sent("3144001", "XXXXXXX"), Codes{"destination-unknown"});
  EXPECT_EQ(sent("3144001", "9994001"), Codes{"destination-unknown"});
  EXPECT_EQ(sent("3144001", "3144002"), Codes{"destination-closed"});
  EXPECT_EQ(sent("3194001", "3194002"), Codes{"source-not-yours"});
  EXPECT_EQ(codes_of("3144001_CML_314LLLL_001.xml", ctf("3144001", "314LLLL"), {"314", "3144001", "transfer"}),
            Codes{"not-a-transfer"});
  EXPECT_EQ(codes_of("3144001_CML_314LLLL_001.xml", ctf("3144001", "314LLLL"), {"314", "3144001", "arrivals"}),
            Codes{"leavers-file"});
  EXPECT_EQ(lost("3144001_CMJ_314LLLL_001.xml", ctf("3144001", "314LLLL")), Codes{"joiners-file"});

  EXPECT_EQ(lost("a.zip", support::make_zip({{"a.txt", "x"}})), Codes{"not-a-pupil-file"});
  EXPECT_EQ(lost("a.zip", support::make_zip({{"a.zip", "x"}})), Codes{"zip-nested"});
  EXPECT_EQ(lost("a.zip", support::make_zip({{"../a.csv", "x"}, {"/a.csv", "x"}, {"c:\\a.csv", "x"}})),
            Codes{"zip-path"});
  EXPECT_EQ(lost("a.zip", support::make_zip({{"a.csv", "x"}}, true)), Codes{"zip-encrypted"});
  EXPECT_EQ(lost("a.zip", "PK no zip"), Codes{"zip-damaged"});
  EXPECT_EQ(lost("a.zip", file_of("tests/fuzz/corpus/zip/bomb")), Codes{"zip-bomb"});
  const std::vector<std::pair<std::string, std::string>> folders(200'001, {"d/", ""});
  EXPECT_EQ(lost("a.zip", support::make_zip(folders)), Codes{"zip-too-many"});

  Codes documented;
  const Json& code = document().at("components").at("schemas").at("RowError").at("properties").at("code");
  for (const Json& one : code.at("oneOf")) documented.insert(one.at("const").get<std::string>());
  EXPECT_EQ(produced_, documented);
}

}  // namespace
}  // namespace broker::api::testing
