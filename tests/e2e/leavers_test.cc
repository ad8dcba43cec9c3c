// Files about leavers (CML) and joiners (CMJ): a school in 314 says that a child has left, a school in 319 that it has
// come; once by the API, and once by folders alone.
#include <fstream>
#include <thread>

#include <gmock/gmock.h>

#include "broker/client/upload.h"
#include "tests/e2e/sandbox_fixture.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

constexpr const char* old_school = "3144001";
constexpr const char* new_school = "3194001";
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds ask_again{100};

class LeaversAndJoiners : public SandboxTest {
 protected:
  // One pupil in the structure of such a file: its school as the last one, with this date.
  static std::string file_of(const std::string& school, const std::string& date_element, const std::string& date) {
    const std::string party = "<LEA>" + school.substr(0, 3) + "</LEA><Estab>" + school.substr(3) + "</Estab>";
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CTfile><Header><CTFversion>25.0</CTFversion><SourceSchool>" +
           party + "</SourceSchool><DestSchool><LEA>" + school.substr(0, 3) +
           "</LEA><Estab>LLLL</Estab></DestSchool></Header><CMEpupilData><Pupil><UPN>E314204823001</UPN>"
           "<Surname>Vale</Surname><Forename>Rosie</Forename><DOB>2014-05-03</DOB><Sex>F</Sex><SchoolHistory><School>" +
           party + "<" + date_element + ">" + date + "</" + date_element +
           "><LastSchool>true</LastSchool></School></SchoolHistory></Pupil></CMEpupilData></CTfile>\n";
  }
  fs::path put(const std::string& folder, const std::string& name, const std::string& text) {
    fs::create_directories(scratch_.path() / folder);
    const fs::path path = scratch_.path() / folder / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string open_case() {
    const char* opening = R"({"child":{"surname":"Vale","forename":"Rosie","upn":"E314204823001","dob":"2014-05-03",)"
                          R"("school":{"laestab":"3144001"}}})";
    return text_at(expect_status(as("314").post("/v1/cases", opening), 201), "/id");
  }
  Json await_match(const std::string& caller) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      const auto items = all_items(as(caller), "/v1/matches");
      if (!items.empty()) return items.front();
      std::this_thread::sleep_for(ask_again);
    }
    ADD_FAILURE() << "no match for " << caller;
    return Json::object();
  }
  std::vector<std::string> types_of(const std::string& caller) {
    std::vector<std::string> types;
    for (const Json& message : all_items(as(caller), "/v1/inbox")) types.push_back(text_at(message, "/type"));
    return types;
  }
  void expect_known(const std::string& case_id, const std::string& left_on, const std::string& missing_since) {
    const Json record = expect_status(as("314").get("/v1/cases/" + case_id), 200);
    EXPECT_EQ(text_at(record, "/absence/school"), old_school);
    EXPECT_EQ(text_at(record, "/absence/left_on"), left_on);
    EXPECT_EQ(text_at(record, "/missing_since"), missing_since);
    int lines = 0;
    for (const Json& line : all_items(as("314"), "/v1/cases/" + case_id + "/timeline")) {
      lines += text_at(line, "/type") == "absence.reported" ? 1 : 0;
    }
    EXPECT_EQ(lines, 1);
    EXPECT_THAT(types_of("314"), testing::Contains("absence.reported"));
  }
  // The holder has the joiner, and the seeker's is the child of the case.
  void expect_found(const std::string& case_id) {
    const Json match = await_match("319");
    EXPECT_EQ(text_at(match, "/holder/kind"), "arrival");
    EXPECT_EQ(text_at(match, "/holder/authority"), "319");
    EXPECT_THAT(types_of("319"), testing::Contains("match.found"));
    EXPECT_THAT(types_of("314"), testing::Contains("match.found"));
    const Json record = expect_status(as("314").get("/v1/cases/" + case_id), 200);
    EXPECT_EQ(text_at(record, "/status"), "open") << "no file locates a child";
  }
};

TEST_F(LeaversAndJoiners, TellTheCaseWhenItsChildLeftAndWhereItMayBe) {
  const std::string case_id = open_case();
  const fs::path leaver = put("api", "3144001_CML_314LLLL_001.xml", file_of(old_school, "LeavingDate", days_ago(9)));
  const fs::path joiner = put("api", "3194001_CMJ_319LLLL_001.xml", file_of(new_school, "EntryDate", days_ago(2)));
  EXPECT_EQ(upload_file(as(old_school), leaver, "arrivals").status, 400) << "who has left has not come";
  EXPECT_EQ(upload_file(as(new_school), joiner, "lost_pupils").status, 400);
  expect_status(upload_file(as(old_school), leaver, "lost_pupils"), 202);
  const Json again = expect_status(upload_file(as(old_school), leaver, "lost_pupils"), 202);
  EXPECT_EQ(text_at(again, "/duplicates"), "1");
  expect_known(case_id, days_ago(9), days_ago(8));
  expect_status(upload_file(as(new_school), joiner, "arrivals"), 202);
  expect_found(case_id);
}

TEST_F(LeaversAndJoiners, GoInByTheNameOfTheFileFromAFolder) {
  const std::string case_id = open_case();
  const auto hand_in = [this](const std::string& caller, const fs::path& file) {
    const Outcome done = waymark(caller, {"upload", file.parent_path().string()});
    EXPECT_EQ(done.code, 0) << done.output;
    EXPECT_TRUE(fs::exists(file.parent_path() / "done" / file.filename())) << done.output;
  };
  const std::string leaver = file_of(old_school, "LeavingDate", days_ago(9));
  hand_in(old_school, put("old-school", "3144001_CML_314LLLL_001.xml", leaver));
  // The authority hands in the copy that it was sent as well, which says nothing new.
  hand_in("314", put("council", "3144001_CML_314LLLL_002.xml", leaver));
  expect_known(case_id, days_ago(9), days_ago(8));
  hand_in(new_school, put("new-school", "3194001_CMJ_319LLLL_001.xml", file_of(new_school, "EntryDate", days_ago(2))));
  expect_found(case_id);
}

}  // namespace
}  // namespace e2e
