// The lost-pupil journey of a school in 314 and an arrival in 319, by the API alone: each hands in its own file, and it
// ends with the transfer file in the new school's hands and a receipt in the old one's. And a large upload that is read
// to its end although the broker is killed in between.
#include <fstream>
#include <thread>

#include "broker/client/json.h"
#include "broker/client/upload.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

using broker::client::PostOptions;

constexpr const char* old_school = "3144001";
constexpr const char* new_school = "3194001";
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds ask_again{50};

class Transfers : public SandboxTest {
 protected:
  std::filesystem::path file(const std::string& name, const std::string& text) {
    const auto path = scratch_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  static std::string ctf(const std::string& destination) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CTfile><Header><CTFversion>25.0</CTFversion><SourceSchool>"
           "<LEA>314</LEA><Estab>4001</Estab></SourceSchool><DestSchool><LEA>" +
           destination.substr(0, 3) + "</LEA><Estab>" + destination.substr(3) +
           "</Estab></DestSchool></Header><CTFpupilData><Pupil><UPN>E314204823001</UPN><Surname>Vale</Surname>"
           "<Forename>Rosie</Forename><DOB>2014-05-03</DOB><Sex>F</Sex><LaterElement>is kept</LaterElement></Pupil>"
           "</CTFpupilData></CTfile>\n";
  }

  std::string upload(const std::string& caller, const std::filesystem::path& path, const std::string& kind) {
    return text_at(expect_status(upload_file(as(caller), path, kind), 202), "/id");
  }

  // The first item of a list, once there is one.
  Json first_of(const std::string& caller, const std::string& target) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto items = all_items(as(caller), target);
      if (!items.empty()) return items.front();
      std::this_thread::sleep_for(ask_again);
    }
    ADD_FAILURE() << target << " stays empty for " << caller;
    return Json::object();
  }

  bool has_message(const std::string& caller, const std::string& type) {
    for (const Json& message : all_items(as(caller), "/v1/inbox")) {
      if (text_at(message, "/type") == type) return true;
    }
    return false;
  }
};

TEST_F(Transfers, BringTheFileOfALostPupilToItsNewSchool) {
  const std::string sent = ctf("XXXXXXX");
  upload(old_school, file("3144001_CTF_XXXXXXX_001.xml", sent), "lost_pupils");
  upload(new_school,
         file("arrivals.csv", "record_id,upn,surname,forename,dob\n1,E314204823001,Vale,Rosie,2014-05-03\n"),
         "arrivals");
  const Json match = first_of("319", "/v1/matches");
  EXPECT_TRUE(all_items(as(new_school), "/v1/transfers").empty());
  const std::string path = "/v1/matches/" + text_at(match, "/id");
  expect_status(as("319").post_event(path, "/decision", R"({"decision":"accept","reason":"She is on roll."})"), 200);

  const std::string transfer = "/v1/transfers/" + text_at(first_of(new_school, "/v1/transfers"), "/id");
  EXPECT_TRUE(has_message(new_school, "transfer.available"));
  EXPECT_EQ(as(new_school).get(transfer + "/file").status, 409);  // not claimed yet
  EXPECT_EQ(as("318").get(transfer).status, 404);
  EXPECT_EQ(as("318").post(transfer + "/claim", "{}").status, 404);
  EXPECT_EQ(as(old_school).post(transfer + "/claim", "{}").status, 404);
  expect_status(as(new_school).post(transfer + "/claim", "{}"), 200);
  const Answer answer = as(new_school).get(transfer + "/file");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, sent);
  const Json received = expect_status(as(new_school).post(transfer + "/receipt", "{}"), 200);
  EXPECT_EQ(text_at(received, "/status"), "received");
  EXPECT_TRUE(has_message(old_school, "transfer.received"));
  EXPECT_TRUE(has_message("314", "transfer.received"));
}

TEST_F(Transfers, ReachTheSchoolThatSucceededAClosedOne) {
  // Harris Junior Academy Carshalton, 3192005, was succeeded by 3192004.
  const auto path = file("3144001_CTF_3192005_001.xml", ctf("3192005"));
  upload(old_school, path, "transfer");
  const Json transfer = first_of(old_school, "/v1/transfers");
  EXPECT_EQ(text_at(transfer, "/destination"), "3192004");
  EXPECT_EQ(text_at(transfer, "/status"), "available");
  const Json again = expect_status(upload_file(as(old_school), path, "transfer"), 202);
  EXPECT_EQ(text_at(again, "/duplicates"), "1");
  EXPECT_EQ(all_items(as(old_school), "/v1/transfers").size(), 1U);
}

// An authority says that a family is expected; the child's arrival there is a match that both hear of.
TEST_F(Transfers, LetAChildOfANoticeBeMetByItsArrival) {
  const char* notice = R"({"to":"319","children":[{"surname":"Vale","forename":"Rosie","dob":"2014-05-03"}]})";
  expect_status(as("314").post("/v1/notices", notice), 201);
  EXPECT_TRUE(has_message("319", "movement.notice"));
  upload(new_school, file("arrivals.csv", "record_id,surname,forename,dob\n1,Vale,Rosie,2014-05-03\n"), "arrivals");
  const Json match = first_of("314", "/v1/matches");
  EXPECT_EQ(text_at(match, "/seeker/kind"), "expected");
  EXPECT_EQ(text_at(match, "/holder/authority"), "319");
  EXPECT_TRUE(has_message("314", "match.found"));
  EXPECT_TRUE(has_message("319", "match.found"));
}

TEST_F(Transfers, ReadALargeUploadToItsEndAlthoughTheBrokerIsKilled) {
  constexpr int rows = 6'000;
  const std::string road(200, 'r');  // more than a megabyte in all, so that it is read after the answer
  std::string csv = "record_id,surname,forename,dob,address_line1\n";
  for (int i = 0; i < rows; ++i) {
    const std::string name = {static_cast<char>('A' + i % 26), static_cast<char>('a' + i / 26 % 26),
                              static_cast<char>('a' + i / 676 % 26), 'x'};
    const std::string dob = i % 1500 == 0 ? "never" : "2014-05-03";
    csv += std::to_string(i) + "," + name + ",Zoe" + name + "," + dob + "," + road + "\n";
  }
  const auto path = file("many.csv", csv);
  const std::string id = upload("315", path, "arrivals");
  const std::string target = "/v1/uploads/" + id;
  const pid_t before = sandbox_->broker_pid();
  ASSERT_TRUE(sandbox_->kill_broker());
  ASSERT_TRUE(sandbox_->await_broker(before, patience));
  const Json done = expect_status(await_upload(as("315"), id, std::chrono::seconds(240)), 200);
  EXPECT_EQ(text_at(done, "/status"), "completed");
  EXPECT_EQ(text_at(done, "/received"), std::to_string(rows));
  EXPECT_EQ(text_at(done, "/rejected"), "4");
  EXPECT_EQ(text_at(done, "/accepted"), std::to_string(rows - 4));
  EXPECT_EQ(all_items(as("315"), target + "/errors").size(), 4U);
  const std::string second = upload("315", path, "arrivals");
  const Json again = expect_status(await_upload(as("315"), second, std::chrono::seconds(240)), 200);
  EXPECT_EQ(text_at(again, "/accepted"), "0");
  EXPECT_EQ(text_at(again, "/duplicates"), std::to_string(rows - 4));
}

}  // namespace
}  // namespace e2e
