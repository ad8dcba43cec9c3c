// The lost-pupil journey by files alone: two schools and an authority that know nothing but folders, a program that
// carries files between these and the broker, and a transfer file that ends in the new school's folder.
#include <fstream>

#include <gmock/gmock.h>

#include "broker/client/conformance.h"
#include "broker/client/drop.h"
#include "certs/files.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;
using broker::client::parse_json;
using testing::HasSubstr;

constexpr const char* old_school = "3144001";
constexpr const char* new_school = "3194001";
constexpr int rounds_max = 20;

class FileDrop : public SandboxTest {
 protected:
  fs::path folder(const std::string& name) {
    const fs::path path = scratch_.path() / name;
    fs::create_directories(path);
    return path;
  }
  static void put(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

  // The content of the first message of this type that the folder gets; null when none comes.
  Json await_message(const std::string& caller, const fs::path& directory, const std::string& type) {
    for (int round = 0; round < rounds_max; ++round) {
      for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.path().filename().string().find("-" + type + "-") == std::string::npos) continue;
        return parse_json(certs::read_file(entry.path()));
      }
      const Outcome taken = waymark(caller, {"inbox", "--out", directory.string(), "--wait", "5"});
      EXPECT_EQ(taken.code, 0) << taken.output;
    }
    ADD_FAILURE() << "no " << type << " for " << caller;
    return Json();
  }
};

constexpr const char* ctf =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CTfile><Header><CTFversion>25.0</CTFversion><SourceSchool>"
    "<LEA>314</LEA><Estab>4001</Estab></SourceSchool><DestSchool><LEA>XXX</LEA><Estab>XXXX</Estab></DestSchool></"
    "Header>"
    "<CTFpupilData><Pupil><UPN>E314204823001</UPN><Surname>Vale</Surname><Forename>Rosie</Forename><DOB>2014-05-03</"
    "DOB>"
    "<Sex>F</Sex><LaterElement>is kept</LaterElement></Pupil></CTFpupilData></CTfile>\n";

TEST_F(FileDrop, BringsTheFileOfALostPupilToItsNewSchool) {
  const fs::path lost = folder("old-school"), arrivals = folder("new-school"), answers = folder("council-out");
  put(lost / "3144001_CTF_XXXXXXX_001.xml", ctf);
  put(arrivals / "arrivals.csv", "record_id,upn,surname,forename,dob\n1,E314204823001,Vale,Rosie,2014-05-03\n");
  EXPECT_EQ(waymark(old_school, {"upload", lost.string()}).code, 0);
  EXPECT_EQ(waymark(new_school, {"upload", arrivals.string(), "--kind", "arrivals"}).code, 0);
  EXPECT_TRUE(fs::exists(lost / "done" / "3144001_CTF_XXXXXXX_001.xml"));
  EXPECT_TRUE(fs::exists(arrivals / "done" / "arrivals.csv"));

  const fs::path council = folder("council-in");
  const Json found = await_message("319", council, "match.found");
  put(answers / "she-is-here.json",
      dump({{"match_id", text_at(found, "/data/id")}, {"decision", "accept"}, {"reason", "She is on roll."}}));
  const Outcome decided = waymark("319", {"upload", answers.string()});
  EXPECT_EQ(decided.code, 0) << decided.output;
  EXPECT_TRUE(fs::exists(answers / "done" / "she-is-here.json"));

  const fs::path incoming = folder("new-school-in"), told = folder("old-school-in");
  await_message(new_school, incoming, "transfer.available");
  ASSERT_TRUE(fs::exists(incoming / "3144001_CTF_XXXXXXX_001.xml"));
  EXPECT_EQ(certs::read_file(incoming / "3144001_CTF_XXXXXXX_001.xml"), ctf);
  const Json receipt = await_message(old_school, told, "transfer.received");
  EXPECT_EQ(text_at(receipt, "/data/received_by"), new_school);
  EXPECT_TRUE(all_items(as(new_school), "/v1/inbox").empty()) << "what is on the disk is acknowledged";
}

TEST_F(FileDrop, PutsWhatWasRefusedAsideWithItsErrorsAndTakesItMended) {
  const fs::path out = folder("mis");
  put(out / "arrivals.csv",
      "record_id,surname,forename,dob\n1,Vale,Rosie,2014-05-03\n2,Hill,Zoe,never\n3,Mills,Ann,2013-01-09\n");
  put(out / "notes.json", R"({"match_id":"019a7c6e-0000-7000-8000-000000000000","decision":"accept"})");
  put(out / ".hidden.csv", "is not looked at");
  put(out / "half.csv.part", "is not looked at");
  const Outcome first = waymark("319", {"upload", out.string(), "--kind", "arrivals"});
  EXPECT_EQ(first.code, 1) << first.output;
  EXPECT_THAT(first.output, HasSubstr("arrivals.csv: has errors"));
  EXPECT_THAT(first.output, HasSubstr("notes.json: refused"));
  EXPECT_TRUE(fs::exists(out / "refused" / "notes.json.problem.json"));
  std::string errors = certs::read_file(out / "refused" / "arrivals.csv.errors.csv");
  const size_t wrong = errors.rfind("never");
  ASSERT_NE(wrong, std::string::npos) << errors;
  put(out / "mended.csv", errors.replace(wrong, 5, "2014-02-02"));
  const Outcome second = waymark("319", {"upload", out.string(), "--kind", "arrivals"});
  EXPECT_EQ(second.code, 0) << second.output;
  EXPECT_TRUE(fs::exists(out / "done" / "mended.csv"));
  EXPECT_TRUE(fs::exists(out / ".hidden.csv"));
  EXPECT_TRUE(fs::exists(out / "half.csv.part"));
}

// A carrier that was killed after the broker had taken the file, and before it was moved.
TEST_F(FileDrop, HandsTheSameFileInAgainWithoutASecondUpload) {
  const fs::path out = folder("mis");
  const std::string csv = "record_id,surname,forename,dob\n1,Vale,Rosie,2014-05-03\n";
  put(out / "arrivals.csv", csv);
  const auto first = take_file(as("319"), out / "arrivals.csv", "arrivals", std::chrono::seconds(30));
  put(out / "arrivals.csv", csv);
  const auto second = take_file(as("319"), out / "arrivals.csv", "arrivals", std::chrono::seconds(30));
  EXPECT_EQ(first.result, "accepted");
  EXPECT_FALSE(first.id.empty());
  EXPECT_EQ(second.id, first.id);
}

TEST_F(FileDrop, ConformanceIsWhatThisBrokerKeeps) {
  const broker::client::Access& peer = as("319").access();
  const Outcome passed =
      waymark("314", {"conformance", "--peer-cert", peer.certificate, "--peer-key", peer.private_key});
  EXPECT_EQ(passed.code, 0) << passed.output;
  EXPECT_THAT(passed.output, HasSubstr("a case does not close before another authority has confirmed"));
  EXPECT_THAT(passed.output,
              HasSubstr("a push is signed by Standard Webhooks, with the secret and with the public key"));
  EXPECT_THAT(passed.output, HasSubstr("its receipt is a message to its sender"));
  EXPECT_THAT(passed.output, testing::Not(HasSubstr("FAIL")));
  EXPECT_THAT(passed.output, testing::Not(HasSubstr("not checked")));
  // With one authority for both a part of it can't hold, and the command says which.
  const broker::client::Access& same = as("314").access();
  const Outcome failed =
      waymark("314", {"conformance", "--json", "--peer-cert", same.certificate, "--peer-key", same.private_key});
  EXPECT_EQ(failed.code, 1) << failed.output;
  EXPECT_THAT(failed.output, HasSubstr(R"("passed":false,"detail":"two authorities are needed")"));
}

TEST_F(FileDrop, ConformanceSaysWhatItCouldNotCheckOfABrokerThatPushesNowhere) {
  const ExtraBroker strict(scratch_.path() / "sandbox", {"--webhooks.allow", "receiver.example"});
  broker::client::Access own = as("314").access(), peer = as("319").access();
  own.url = peer.url = strict.api_url();
  using Result = broker::client::Check::Result;
  int not_checked = 0;
  for (const auto& one : broker::client::check_conformance(own, peer)) {
    const bool is_of_webhooks = one.name.find("webhook") != std::string::npos || one.name.starts_with("a push");
    EXPECT_EQ(one.result, is_of_webhooks ? Result::not_checked : Result::passed) << one.name << ": " << one.detail;
    if (one.name.starts_with("a webhook is set up")) EXPECT_THAT(one.detail, HasSubstr("webhooks.allow"));
    not_checked += one.result == Result::not_checked ? 1 : 0;
  }
  EXPECT_EQ(not_checked, 5);
}

}  // namespace
}  // namespace e2e
