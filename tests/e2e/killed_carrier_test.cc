// The programs that carry files between a folder and the broker are killed at random moments and started again: what
// they carried arrives whole, once, under its own name.
#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include "broker/base/random.h"
#include "broker/postgres/connection.h"
#include "certs/files.h"
#include "matcher/identifiers.h"
#include "tests/e2e/sandbox_fixture.h"
#include "tests/support/event_loop.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* old_school = "3144001";
constexpr const char* new_school = "3194001";
constexpr int kills = 12;
constexpr uint64_t upload_ms_max = 250;
constexpr uint64_t inbox_ms_max = 1'000;  // what the one before took comes again after a second
constexpr int transfers = 40;
constexpr int csv_rows = 400;
constexpr uint64_t seed = 20'261'126;

class KilledCarrier : public SandboxTest {
 protected:
  fs::path folder(const std::string& name) {
    const fs::path path = scratch_.path() / name;
    fs::create_directories(path);
    return path;
  }
  static void put(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

  // Starts the program, kills it at a random moment, again and again.
  void kill_again_and_again(const std::string& caller, const std::vector<std::string>& arguments,
                            uint64_t moment_max_ms) {
    broker::base::SeededRandom random(seed);
    for (int i = 0; i < kills; ++i) {
      const pid_t child = start_waymark(caller, arguments, scratch_.path() / "killed");
      std::this_thread::sleep_for(std::chrono::milliseconds(random.next() % moment_max_ms));
      kill(child, SIGKILL);
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      killed_ += WIFSIGNALED(status) ? 1 : 0;
    }
  }

  int64_t count(const char* sql) {
    const std::string host = "host=" + (scratch_.path() / "sandbox/postgres/run").string();
    const auto deadline = broker::postgres::deadline_in(std::chrono::seconds(30));
    auto superuser = loop_.run(
        broker::postgres::Connection::connect(loop_.executor(), host + " dbname=waymark user=postgres", deadline));
    const broker::postgres::Statement statement{"count", sql};
    return loop_.run(superuser->execute(statement)).front().integer("count");
  }

  int killed_ = 0;
  support::EventLoop loop_;
};

// Names and dates of no two are alike.
std::string name_of(int number) {
  return {'Q', static_cast<char>('a' + number % 26), static_cast<char>('a' + number / 26), 'x'};
}

std::string upn_of(int number) {
  const std::string twelve = "314400114" + std::to_string(100 + number);
  return *matcher::upn_check_letter(twelve) + twelve;
}

std::string ctf_of(int number) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CTfile><Header><CTFversion>25.0</CTFversion><SourceSchool>"
         "<LEA>314</LEA><Estab>4001</Estab></SourceSchool><DestSchool><LEA>319</LEA><Estab>4001</Estab></DestSchool>"
         "</Header><CTFpupilData><Pupil><UPN>" +
         upn_of(number) + "</UPN><Surname>" + name_of(number) +
         "</Surname><Forename>Zoe</Forename><DOB>2014-05-03</DOB><Sex>F</Sex></Pupil></CTFpupilData></CTfile>\n";
}

std::string file_of(int number) {
  return "3144001_CTF_3194001_" + std::to_string(100 + number) + ".xml";
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST_F(KilledCarrier, BringsEachFileOfAFolderToAnotherFolderOnce) {
  const fs::path out = folder("out"), in = folder("in");
  for (int i = 0; i < transfers; ++i) put(out / file_of(i), ctf_of(i));
  // Of a directory that is watched, files that were written to just now are left for a while.
  for (const auto& entry : fs::directory_iterator(out)) {
    fs::last_write_time(entry, fs::file_time_type::clock::now() - std::chrono::minutes(1));
  }
  kill_again_and_again(old_school, {"upload", out.string(), "--watch"}, upload_ms_max);
  const Outcome last = waymark(old_school, {"upload", out.string()});
  EXPECT_EQ(last.code, 0) << last.output;
  EXPECT_EQ(names_in(out / "done").size(), static_cast<size_t>(transfers));
  EXPECT_EQ(all_items(as(old_school), "/v1/transfers").size(), static_cast<size_t>(transfers));

  std::set<std::string> waiting;
  for (const Json& message : all_items(as(new_school), "/v1/inbox")) waiting.insert(text_at(message, "/id"));
  EXPECT_EQ(waiting.size(), static_cast<size_t>(transfers));
  // What a killed one had taken comes again when its lease is over.
  kill_again_and_again(new_school, {"inbox", "--out", in.string(), "--follow", "--lease", "1"}, inbox_ms_max);
  do {
    const Outcome taken = waymark(new_school, {"inbox", "--out", in.string(), "--wait", "1", "--lease", "30"});
    ASSERT_EQ(taken.code, 0) << taken.output;
  } while (!all_items(as(new_school), "/v1/inbox").empty());
  EXPECT_GT(killed_, kills);

  std::set<std::string> files, messages;
  for (const std::string& name : names_in(in)) {
    if (name.ends_with(".json")) {
      const Json message = broker::client::parse_json(certs::read_file(in / name));
      EXPECT_TRUE(messages.insert(text_at(message, "/id")).second) << name;
    } else {
      files.insert(name);
    }
  }
  EXPECT_EQ(messages, waiting);
  EXPECT_EQ(files.size(), static_cast<size_t>(transfers)) << "no draft stays either";
  for (int i = 0; i < transfers; ++i) {
    ASSERT_TRUE(files.contains(file_of(i))) << file_of(i);
    EXPECT_EQ(certs::read_file(in / file_of(i)), ctf_of(i));
  }
  EXPECT_EQ(count("select count(*) from message where type = 'transfer.received' and recipient = '3144001'"),
            transfers);
}

TEST_F(KilledCarrier, HandsInNoRowTwiceAndLosesNone) {
  std::string csv = "record_id,surname,forename,dob\n";
  for (int i = 0; i < csv_rows; ++i) csv += std::to_string(i) + "," + name_of(i) + ",Zoe,2014-05-03\n";
  const fs::path file = folder("mis") / "arrivals.csv";
  put(file, csv);
  kill_again_and_again("319", {"upload", file.string(), "--kind", "arrivals"}, upload_ms_max);
  const Outcome last = waymark("319", {"upload", file.string(), "--kind", "arrivals", "--json"});
  EXPECT_EQ(last.code, 0) << last.output;
  EXPECT_THAT(last.output, HasSubstr("\"received\":" + std::to_string(csv_rows)));
  EXPECT_THAT(last.output, HasSubstr("\"rejected\":0"));
  EXPECT_GT(killed_, 0);
  EXPECT_EQ(count("select count(*) from pupil_record where authority = '319' and kind = 'arrival'"), csv_rows);
  EXPECT_EQ(count("select count(distinct record::jsonb ->> 'surname') from pupil_record where authority = '319'"),
            csv_rows);
}

}  // namespace
}  // namespace e2e
